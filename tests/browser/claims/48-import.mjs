// An export of Telegram Desktop: looked at first, taken in, stopped and gone on with; what is not one is refused.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const WHEN = 1_600_000_000;

function said(id, text, more = {}) {
  return { id, type: 'message', date: '2020-09-13T12:26:40', date_unixtime: String(WHEN + id * 60), from: 'Ida <b>', from_id: 'user5', text, text_entities: [{ type: 'plain', text }], ...more };
}

function exported(tag) {
  const ida = [
    said(1, `from Telegram ${tag}`),
    { ...said(2, `my answer ${tag}`), from: 'Alice', from_id: 'user7', reply_to_message_id: 1 },
    said(3, 'look', { photo: 'photos/one.png', width: 8, height: 8 }),
    said(4, '', { file: '(File not included. Change data exporting settings to download.)', file_name: 'away.pdf', mime_type: 'application/pdf' }),
    { id: 5, type: 'service', date: '2020-09-13T12:26:40', date_unixtime: String(WHEN), actor: 'Ida', action: 'phone_call', text: '' },
    said(6, 'out', { photo: '../../secret.png' }),
    ...Array.from({ length: 250 }, (_, n) => said(10 + n, `line ${n} ${tag}`)),
  ];
  return {
    personal_information: { user_id: 7, first_name: 'Alice' },
    chats: { list: [
      { name: `Ida <i>${tag}</i>`, type: 'personal_chat', id: 5, messages: ida },
      { name: `Left out ${tag}`, type: 'private_group', id: 9, messages: [said(1, `not wanted ${tag}`)] },
    ] },
  };
}

const chats = (person) => person.page.evaluate(async () => (await fetch('/api/chats')).json());

export const claims = {
  'an export is looked at, taken in, and not taken twice': async ({ alice, tag }) => {
    const folder = await mkdtemp(`${tmpdir()}/chappe-export.`);
    const { page } = alice;
    const choose = (path) => page.locator('input[webkitdirectory]').setInputFiles(path);
    try {
      await alice.home();
      await alice.screen('settings/import');
      await alice.axe('import');
      await mkdir(`${folder}/none`);
      await writeFile(`${folder}/none/other.txt`, 'x');
      await choose(`${folder}/none`);
      await page.getByText('There is no result.json').waitFor();
      await mkdir(`${folder}/bad`);
      await writeFile(`${folder}/bad/result.json`, '{"chats": {"list": [{"type": "x", "messages": [{');
      await choose(`${folder}/bad`);
      await page.locator('.problem', { hasText: 'not an export' }).waitFor();
      const png = await page.screenshot({ clip: { x: 0, y: 0, width: 8, height: 8 } });
      await mkdir(`${folder}/good/ChatExport/photos`, { recursive: true });
      await writeFile(`${folder}/good/ChatExport/photos/one.png`, png);
      await writeFile(`${folder}/good/ChatExport/result.json`, JSON.stringify(exported(tag)));
      await choose(`${folder}/good`);
      const ida = page.locator('.facts li', { hasText: `Ida <i>${tag}</i>` });
      await ida.getByText(/255\W+messages\W+one file of/).waitFor();
      await ida.getByText('Not taken').click();
      await ida.getByText(/1\W+service lines/).waitFor();
      assert.equal((await chats(alice)).filter(({ title, standing }) => title.includes(tag) && standing === 'imported').length, 0, 'nothing was taken');
      await alice.axe('import report');
      await alice.shot('import-report');
      await page.locator('.facts li', { hasText: 'Left out' }).getByRole('checkbox').uncheck();
      await page.getByRole('button', { name: 'Take them in' }).click();
      await page.getByText(/255\W+messages\W+and\W+one file\W+are here now/).waitFor();
      await alice.axe('import done');
      await alice.shot('import-done');
      const [chat] = (await chats(alice)).filter(({ title, standing }) => title.includes(tag) && standing === 'imported');
      assert.equal(chat.title, `Ida <i>${tag}</i>`);
      await choose(`${folder}/good`);
      await page.getByRole('button', { name: 'Take them in' }).click();
      await page.getByText(/messages\W+and\W+one file\W+are here now/).waitFor();
      const history = await page.evaluate(async (id) => (await fetch(`/api/chats/${id}/messages?limit=500`)).json(), chat.id);
      assert.equal(history.length, 255, 'each once');
      assert.equal(history.filter(({ content }) => content.kind === 'file').length, 1);
      const answer = history.find(({ text }) => text === `my answer ${tag}`);
      assert.ok(answer.mine && answer.reply.to === history.find(({ text }) => text === `from Telegram ${tag}`).id);
      await page.getByRole('button', { name: 'Chats' }).click();
      await page.locator('.chat-row', { hasText: `Ida <i>${tag}</i>` }).click();
      await page.getByText('This chat comes from another messenger.').waitFor();
      await alice.shot('imported');
    } finally {
      await rm(folder, { recursive: true, force: true });
      await alice.home();
    }
  },
};
