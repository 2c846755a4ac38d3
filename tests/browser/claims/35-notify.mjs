// What tells about a new message when nobody looks at the page.
import assert from 'node:assert/strict';

/** What was handed to the browser to show; a headless one may take it away at once. */
const shown = (person) => person.page.evaluate(() => window.shownNotifications);
const record = (person) =>
  person.page.evaluate(() => {
    window.shownNotifications = [];
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
      window.shownNotifications.push({ title, body: options.body });
      return showNotification.call(this, title, options);
    };
  });

/** A recording of silence and a tone, of so many seconds. */
function wav(seconds) {
  const rate = 8000;
  const samples = Buffer.alloc(Math.round(rate * seconds) * 2);
  for (let n = 0; n < samples.length / 2; n++) samples.writeInt16LE(Math.round(8000 * Math.sin(n / 3)), n * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

export const claims = {
  'an own sound is taken if it is neither too short nor too long, and is chosen for a chat': async ({ alice }) => {
    const { page } = alice;
    await alice.screen('settings/notifications');
    const give = (name, buffer) => page.locator('.screen input[type=file]').setInputFiles({ name, mimeType: 'audio/wav', buffer });
    await give('no.wav', Buffer.from('RIFF no sound'));
    await page.getByText('The browser cannot play this file.').waitFor();
    await give('short.wav', wav(0.02));
    await page.getByText('This is too short to be heard.').waitFor();
    await give('long.wav', wav(15.5));
    await page.getByText(/^This is longer than .?15.? seconds/).waitFor();
    await give('large.wav', Buffer.alloc(3_000_001));
    await page.getByText('This file is too large for a sound.').waitFor();
    await give('ring <b>.wav', wav(0.4));
    await page.locator('.problem').waitFor({ state: 'detached' });
    await page.locator('.facts li', { hasText: 'ring <b>' }).getByRole('button', { name: 'Play' }).click();
    await alice.axe('own sounds');
    await alice.shot('own-sounds');
    await page.reload();
    await page.getByRole('radio', { name: 'ring <b>' }).waitFor();
    await alice.home();
    await alice.openFirstChat();
    await page.keyboard.press('Control+.');
    await page.getByLabel('Sound of this chat').selectOption({ label: 'ring <b>' });
    await page.waitForFunction(() => Object.values(JSON.parse(localStorage.getItem('chappe-prefs')).sounds).includes('own:1'));
    await page.keyboard.press('Escape');
    await alice.screen('settings/notifications');
    await page.locator('.facts li', { hasText: 'ring <b>' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('radio', { name: 'ring <b>' }).waitFor({ state: 'detached' });
    assert.deepEqual(alice.errors, []);
    await alice.home();
  },


  'a notification comes if it was allowed, with the text only if that is wanted': async ({ alice, bob, tag }) => {
    const { page } = alice;
    await page.context().grantPermissions(['notifications']);
    await alice.screen('settings/notifications');
    await page.getByLabel('Show notifications').check();
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('chappe-prefs')).notify);
    await alice.home();
    await bob.home();
    await bob.openFirstChat();
    await record(alice);
    await page.evaluate(() => { document.hasFocus = () => false; });
    await bob.say(`look here <b>${tag}</b>`);
    await page.waitForFunction(() => window.shownNotifications.length > 0);
    assert.deepEqual(await shown(alice), [{ title: 'Bob', body: `look here <b>${tag}</b>` }]);
    await alice.screen('settings/notifications');
    await page.getByLabel("With the message's text").uncheck();
    await bob.say(`secret ${tag}`);
    await page.waitForFunction(() => window.shownNotifications.some((one) => one.body === 'New message'));
    assert.ok(!JSON.stringify(await shown(alice)).includes('secret'));
    await page.getByLabel('Show notifications').uncheck();
    await page.getByLabel("With the message's text").check();
    await page.evaluate(() => { delete document.hasFocus; });
    await alice.home();
    await alice.openFirstChat();
    await alice.sees(`secret ${tag}`);
    await alice.home();
  },
};
