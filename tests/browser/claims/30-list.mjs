// The list of chats and the people in it: pins, quiet, archive, folders, blocking, safety numbers, shared drafts.
import assert from 'node:assert/strict';

/** An entry of the menu of the first chat. */
async function choose(person, name) {
  await person.page.locator('.chat-row').first().click({ button: 'right' });
  await person.page.getByRole('menuitem', { name, exact: true }).click();
}

export const claims = {
  'a chat is pinned, made quiet, marked and put away, and comes back': async ({ alice }) => {
    const { page } = alice;
    await alice.home();
    const row = page.locator('.chat-row').first();
    await choose(alice, 'Pin');
    await row.getByText('pinned').waitFor({ state: 'attached' });
    await choose(alice, 'Mute');
    await row.getByText('muted').waitFor({ state: 'attached' });
    await choose(alice, 'Mark as unread');
    await row.locator('.badge.still').waitFor();
    await alice.axe('marked list');
    await alice.shot('marked-list');
    await choose(alice, 'Mark as read');
    await row.locator('.badge').waitFor({ state: 'detached' });
    await choose(alice, 'Archive');
    await page.getByText('No chats here.').waitFor();
    await page.getByRole('button', { name: 'Archive' }).click();
    await row.waitFor();
    await alice.axe('archive');
    await choose(alice, 'Take out of the archive');
    await page.locator('.shelves').waitFor({ state: 'detached' });
    await choose(alice, 'Unmute');
    await choose(alice, 'Unpin');
    await row.getByText('pinned').waitFor({ state: 'detached' });
  },

  'a folder is made, filled and shown, and goes without its chats': async ({ alice, tag }) => {
    const { page } = alice;
    await alice.screen('settings/folders');
    await page.getByLabel('A new folder').fill(`F ${tag}`);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator('summary', { hasText: `F ${tag}` }).click();
    await page.locator('.folder-chats').getByLabel('Bob').check();
    await alice.axe('folders');
    await alice.shot('folders');
    await alice.home();
    await page.getByRole('button', { name: `F ${tag}` }).click();
    assert.equal(await page.locator('.chat-row').count(), 1);
    await choose(alice, /^Out of/);
    await page.getByText('No chats here.').waitFor();
    await alice.screen('settings/folders');
    await page.locator('summary', { hasText: `F ${tag}` }).click();
    await page.getByRole('button', { name: 'Remove the folder' }).click();
    await page.locator('summary').waitFor({ state: 'detached' });
    await alice.home();
  },

  'somebody is blocked and unblocked; a safety number is compared': async ({ alice, bob }) => {
    const numbers = [];
    for (const person of [alice, bob]) {
      await person.home();
      await person.openFirstChat();
      await person.page.keyboard.press('Control+.');
      await person.page.getByRole('button', { name: 'Safety number' }).click();
      numbers.push(await person.page.locator('dialog .safety').textContent());
      await person.axe('safety');
      await person.shot('safety');
      await person.page.keyboard.press('Escape');
    }
    assert.equal(numbers[0], numbers[1]);
    assert.match(numbers[0], /^[\d ]{60,}$/);
    const { page } = alice;
    await page.getByRole('button', { name: 'Safety number' }).click();
    await page.getByRole('button', { name: 'It is equal' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Safety number' }).click();
    await page.getByText('You compared it: it was equal.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await page.getByRole('button', { name: 'Unblock' }).waitFor();
    await alice.screen('settings/blocked');
    await alice.axe('blocked');
    await alice.shot('blocked');
    await page.getByRole('button', { name: 'Unblock' }).click();
    await page.getByText('Nobody is blocked.').waitFor();
    await alice.home();
    await bob.home();
  },

  'a draft is kept by the node: another browser sees it': async ({ alice, browser, demo, out, tag }) => {
    if (!demo) return;
    const { Person } = await import('../person.mjs');
    await alice.openFirstChat();
    await alice.field().fill(`begun ${tag}`);
    const second = await Person.enter(browser, 'second', demo('web', 'alice').split('\n').at(-1), out);
    await second.page.locator('.chat-row .preview', { hasText: `begun ${tag}` }).waitFor();
    await second.openFirstChat();
    assert.equal(await second.field().inputValue(), `begun ${tag}`);
    await alice.say(`finished ${tag}`);
    await second.sees(`finished ${tag}`);
    await second.page.waitForFunction(() => document.querySelector('#composer').value === '');
    await second.page.context().close();
    await alice.home();
  },
};
