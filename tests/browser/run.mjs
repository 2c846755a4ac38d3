// Two people, two browsers, one conversation: node run.mjs ALICE_LOGIN_URL BOB_LOGIN_URL [--out FOLDER]
//
// Both nodes must be introduced already (they share a chat). With DEMO_DATA they are those of scripts/demo, and Bob's
// node is stopped and started again too. Exits with 0 only if every claim below holds.
// Needs Debian's chromium (or CHROMIUM=/path) and `npm ci` in this folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { launch } from './browser.mjs';
import { Person } from './person.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
const [aliceUrl, bobUrl] = positionals;
if (!aliceUrl || !bobUrl) {
  console.error('usage: node run.mjs ALICE_LOGIN_URL BOB_LOGIN_URL [--out FOLDER]   (make demo prints the two links)');
  process.exit(2);
}
const out = values.out ?? new URL('./out', import.meta.url).pathname;
await mkdir(out, { recursive: true });

const tag = Math.random().toString(36).slice(2, 8);
const browser = await launch();
const alice = await Person.enter(browser, 'alice', aliceUrl, out);
const bob = await Person.enter(browser, 'bob', bobUrl, out);

const claims = {
  'a login link works once and leaves no token in the address': async () => {
    assert.equal(new URL(alice.page.url()).pathname, '/');
    assert.equal(new URL(alice.page.url()).search, '');
    const again = await alice.page.request.get(aliceUrl, { maxRedirects: 0 });
    assert.equal(again.status(), 401);
  },

  'a message goes from sent to delivered to read, and shows as unread in between': async () => {
    await alice.openFirstChat();
    const text = `hello ${tag}`;
    await alice.say(text);
    await alice.seesTicks(text, ['delivered']);
    await bob.page.locator('.chat-row .badge').first().waitFor();
    await bob.shot('unread');
    await bob.openFirstChat();
    await bob.sees(text);
    await bob.page.locator('.unread-line').waitFor();
    await alice.seesTicks(text, ['read']);
    await bob.page.locator('.chat-row[aria-current] .badge').waitFor({ state: 'detached' });
  },

  'the answer comes back while both look, each message once': async () => {
    for (let n = 0; n < 5; n++) {
      await bob.say(`answer ${n} ${tag}`);
      await alice.say(`question ${n} ${tag}`);
    }
    for (let n = 0; n < 5; n++) {
      await alice.sees(`answer ${n} ${tag}`);
      await bob.sees(`question ${n} ${tag}`);
    }
    // Every one of them: an answer of the node that comes after its events must not turn ticks back.
    for (let n = 0; n < 5; n++) await alice.seesTicks(`question ${n} ${tag}`, ['read']);
    for (const person of [alice, bob]) {
      for (const kind of ['answer', 'question']) {
        assert.equal(await person.bubbles(`${kind} 3 ${tag}`).count(), 1);
      }
    }
  },

  'a burst keeps its order': async () => {
    const field = alice.page.getByLabel('Message', { exact: true });
    for (let n = 0; n < 12; n++) {
      await field.fill(`burst ${n} ${tag}`);
      await field.press('Enter');
    }
    await bob.sees(`burst 11 ${tag}`);
    for (const person of [alice, bob]) {
      const shown = await person.bubbles(`burst \\d+ ${tag}`, { pattern: true }).locator('.text').allTextContents();
      const expected = Array.from({ length: 12 }, (_, n) => `burst ${n} ${tag}`);
      assert.deepEqual(shown, expected.slice(-shown.length));
    }
  },

  'what people write is never markup': async () => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script><b>${tag}</b>&lt; javascript:alert(3) \u202eevil`;
    await bob.say(hostile);
    await alice.sees(`<b>${tag}</b>&lt;`);
    for (const person of [alice, bob]) {
      assert.equal(await person.page.locator('img[src="x"], .message script, .message b, .message a').count(), 0);
      assert.deepEqual(person.dialogs, []);
    }
  },

  'a hostile name is shown as text': async () => {
    const name = `Al<i>ice</i>\u202e<img src=x onerror=alert(4)>`;
    const before = await alice.page.evaluate(async () => (await (await fetch('/api/status')).json()).me.name);
    const rename = (to) =>
      alice.page.evaluate(async (name) => {
        const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) };
        return (await fetch('/api/me', init)).status;
      }, to);
    const status = await rename(name);
    // A node may refuse such a name; then it has nothing to show.
    if (status === 204) {
      await alice.page.reload();
      await alice.page.locator('.sidebar h1', { hasText: 'Al<i>ice</i>' }).waitFor();
      assert.equal(await alice.page.locator('.sidebar h1 i, img[src="x"]').count(), 0);
      assert.equal(await rename(before), 204);
      await alice.page.reload();
    }
    assert.deepEqual(alice.dialogs, []);
    await alice.page.locator('.bubble').first().waitFor();
  },

  'Shift+Enter begins a line; a text that is too long is counted and not sent': async () => {
    const field = alice.page.getByLabel('Message', { exact: true });
    await field.fill('');
    await field.pressSequentially(`one ${tag}`);
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await field.press('Enter');
    await bob.sees(`one ${tag}\ntwo`);
    await alice.seesTicks(`one ${tag}`, ['read']);
    await field.fill('x'.repeat(4097));
    await alice.page.locator('.counter.over').waitFor();
    assert.ok(await alice.page.getByRole('button', { name: 'Send' }).isDisabled());
    await alice.axe('counter');
    await field.fill('');
  },

  'delivery truth opens on a message and names devices and relays': async () => {
    await alice.bubbles(`question 4 ${tag}`).locator('button.meta').click();
    await alice.page.locator('dialog .facts li').first().waitFor();
    assert.match((await alice.page.locator('dialog').textContent()) ?? '', /has it/);
    await alice.axe('truth');
    await alice.shot('truth');
    await alice.page.keyboard.press('Escape');
    await alice.page.locator('dialog').waitFor({ state: 'detached' });
  },

  'everything works by keyboard': async () => {
    const { page } = alice;
    await page.keyboard.press('Escape');
    await page.locator('.chat.nothing').waitFor();
    await page.keyboard.press('Control+k');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
    await page.keyboard.press('ArrowDown');
    assert.ok(await page.evaluate(() => document.activeElement?.classList.contains('chat-row')));
    await page.keyboard.press('Enter');
    await page.getByLabel('Message', { exact: true }).waitFor();
    await page.keyboard.type(`by keyboard ${tag}`);
    await page.keyboard.press('Enter');
    await bob.sees(`by keyboard ${tag}`);
  },

  'an invite has a link and a picture; a wrong link is refused with a reason': async () => {
    const { page } = alice;
    await page.getByRole('button', { name: 'Invite somebody' }).first().click();
    const picture = page.locator('dialog .qr');
    await picture.waitFor();
    await page.waitForFunction(() => (document.querySelector('dialog .qr')?.naturalWidth ?? 0) > 0);
    assert.match(await page.getByLabel('Invite link').inputValue(), /^chappe:/);
    await alice.axe('invite');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a contact' }).click();
    await page.getByLabel('Their invite link').fill('not a link');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.locator('dialog .problem').waitFor();
    await alice.axe('add');
    await page.keyboard.press('Escape');
  },

  'the status names the relays': async () => {
    await alice.page.locator('[aria-label^="Status:"]').click();
    await alice.page.locator('dialog .facts li').first().waitFor();
    await alice.axe('status');
    await alice.shot('status');
    await alice.page.keyboard.press('Escape');
  },

  'it is accessible and looks whole in light, dark and on a phone': async () => {
    for (const scheme of ['light', 'dark']) {
      await alice.page.emulateMedia({ colorScheme: scheme });
      await alice.axe(`chat ${scheme}`);
      await alice.shot(`chat-${scheme}`);
    }
    await alice.page.setViewportSize({ width: 390, height: 780 });
    const { clientWidth, scrollWidth } = await alice.page.evaluate(() => document.documentElement);
    assert.ok(scrollWidth <= clientWidth || scrollWidth === undefined);
    await alice.axe('phone chat');
    await alice.shot('phone-chat');
    await alice.page.getByRole('button', { name: 'Back to the chats' }).click();
    await alice.page.locator('.chat-row').first().waitFor();
    await alice.axe('phone list');
    await alice.shot('phone-list');
  },

  'nothing was asked of anybody else, and the console is clean': async () => {
    for (const person of [alice, bob]) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.errors, []);
    }
  },

  'a page survives its node: it says so, keeps what was written, and goes on by itself': async () => {
    if (!process.env.DEMO_DATA) return;
    const demo = (...words) => execFileSync(new URL('../../scripts/demo', import.meta.url).pathname, words);
    demo('stop', 'bob');
    await bob.page.locator('.banner').waitFor();
    await bob.axe('banner');
    await bob.say(`while down ${tag}`);
    await bob.page.locator('.failure').waitFor();
    await bob.axe('failure');
    await bob.shot('down');
    await alice.page.locator('.chat-row').first().click();
    await alice.say(`to the absent ${tag}`);
    demo('start', 'bob');
    await bob.page.locator('.banner').waitFor({ state: 'detached' });
    await bob.page.getByRole('button', { name: 'Try again' }).click();
    await bob.seesTicks(`while down ${tag}`, ['delivered', 'read']);
    assert.equal(await bob.bubbles(`while down ${tag}`).count(), 1);
    await bob.sees(`to the absent ${tag}`);
    await alice.seesTicks(`to the absent ${tag}`, ['read']);
    await alice.page.getByRole('button', { name: 'Back to the chats' }).click();
  },

  'logging out ends the session': async () => {
    await alice.page.setViewportSize({ width: 1100, height: 760 });
    await alice.page.locator('[aria-label^="Status:"]').click();
    await alice.page.getByRole('button', { name: 'Log this browser out' }).click();
    await alice.page.getByRole('heading', { name: 'Log in to your node' }).waitFor();
    await alice.axe('logged out');
    const status = await alice.page.evaluate(async () => (await fetch('/api/status')).status);
    assert.equal(status, 401);
  },
};

let failures = 0;
for (const [claim, check] of Object.entries(claims)) {
  try {
    await check();
    console.log(`ok      ${claim}`);
  } catch (error) {
    failures += 1;
    console.error(`FAILED  ${claim}\n        ${String(error?.message ?? error).split('\n').join('\n        ')}`);
    await alice.shot(`failure-${failures}`);
    await bob.shot(`failure-${failures}`);
  }
}
await browser.close();
console.log(`${Object.keys(claims).length - failures} of ${Object.keys(claims).length} claims hold; pictures in ${out}`);
process.exit(failures === 0 ? 0 : 1);
