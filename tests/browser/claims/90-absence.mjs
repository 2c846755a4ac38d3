// Without the node: what was written stays, what was seen can be read, and it goes on by itself. Logging out comes last.
import assert from 'node:assert/strict';

export const claims = {
  'a page survives its node: it says so, keeps what was written, and goes on by itself': async ({ alice, bob, tag, demo }) => {
    if (!demo) return;
    await bob.home();
    await bob.openFirstChat();
    demo('stop', 'bob');
    await bob.page.locator('.banner').waitFor();
    await bob.axe('banner');
    await bob.say(`while down ${tag}`);
    await bob.page.locator('.failure').waitFor();
    await bob.axe('failure');
    await bob.shot('down');
    await alice.home();
    await alice.openFirstChat();
    await alice.say(`to the absent ${tag}`);
    demo('start', 'bob');
    await bob.page.locator('.banner').waitFor({ state: 'detached' });
    await bob.page.getByRole('button', { name: 'Try again' }).click();
    await bob.seesTicks(`while down ${tag}`, ['delivered', 'read']);
    assert.equal(await bob.bubbles(`while down ${tag}`).count(), 1);
    await bob.sees(`to the absent ${tag}`);
    await alice.seesTicks(`to the absent ${tag}`, ['read']);
  },

  'what was seen can be read while the node is away, and is gone once one logs out': async ({ bob, tag, demo }) => {
    if (!demo) return;
    const { page } = bob;
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await page.reload();
    await bob.sees(`while down ${tag}`);
    demo('stop', 'bob');
    await page.reload();
    await bob.sees(`while down ${tag}`);
    await page.locator('.banner').waitFor();
    await bob.shot('offline');
    demo('start', 'bob');
    await page.locator('.banner').waitFor({ state: 'detached' });
    await bob.screen('settings');
    await page.getByRole('button', { name: 'Log this browser out' }).click();
    await page.getByRole('heading', { name: 'Log in to your node' }).waitFor();
    await page.waitForFunction(async () => (await caches.keys()).every((name) => !name.startsWith('chappe-seen')));
  },

  'logging out ends the session': async ({ alice }) => {
    await alice.screen('settings');
    await alice.page.getByRole('button', { name: 'Log this browser out' }).click();
    await alice.page.getByRole('heading', { name: 'Log in to your node' }).waitFor();
    await alice.axe('logged out');
    await alice.shot('logged-out');
    const status = await alice.page.evaluate(async () => (await fetch('/api/status')).status);
    assert.equal(status, 401);
  },
};
