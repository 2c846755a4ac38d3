// The backup at the page: on with the words, a run, a comparison, off again; and a chat that came back from one.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Node } from '../node.mjs';
import { Person } from '../person.mjs';

export const claims = {
  'the history is kept at relays when it is asked for, and comes back with the words': async ({ browser, demo, out }) => {
    if (!demo) return;
    const nodes = [await Node.make('Frida')];
    try {
      const frida = await Person.arrive(browser, 'frida', nodes[0].link, out);
      const { page } = frida;
      await page.locator('#search').waitFor();
      await page.evaluate(() => fetch('/api/chats', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'group', title: 'Archivists', members: [] }),
      }));
      await page.getByText('Archivists').first().click();
      await page.locator('.composer textarea').fill('What is written stays.');
      await page.locator('.composer textarea').press('Enter');
      await page.locator('.message', { hasText: 'What is written stays.' }).waitFor();
      await frida.screen('settings/backup');
      await frida.axe('backup off');
      await frida.shot('backup-off');
      await page.getByLabel('Your 24 words, to turn it on').fill('these are not my words');
      await page.getByRole('button', { name: 'Turn on' }).click();
      await page.locator('.problem').waitFor();
      await page.getByLabel('Your 24 words, to turn it on').fill(nodes[0].words);
      await page.getByRole('button', { name: 'Turn on' }).click();
      await page.getByText(/One message/).waitFor();
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByText(/copies are as they were written/).waitFor();
      const saved = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Save the file' }).click();
      const file = await saved;
      assert.match(file.suggestedFilename(), /^chappe-\d{4}-\d\d-\d\d\.backup$/);
      assert.equal((await readFile(await file.path())).subarray(0, 15).toString(), 'chappe backup 1');
      await frida.axe('backup on');
      await frida.shot('backup-on');
      const restored = await nodes[0].restore();
      nodes.push(restored);
      const again = await Person.arrive(browser, 'frida-again', restored.link, out);
      await again.page.getByText('Archivists').first().click();
      await again.page.locator('.message', { hasText: 'What is written stays.' }).waitFor();
      await again.page.getByText('This chat came back from a backup.').waitFor();
      await again.shot('backup-away');
      await frida.page.getByRole('button', { name: 'Turn off and delete' }).click();
      await frida.page.getByRole('button', { name: 'Turn off and delete' }).click();
      await frida.page.getByLabel('Your 24 words, to turn it on').waitFor();
      assert.deepEqual([frida.errors, frida.foreign, again.foreign], [[], [], []]);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
  },
};
