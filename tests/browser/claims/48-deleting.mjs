// A chat's history is cleared, and a chat goes as a whole.
import assert from 'node:assert/strict';

/** The row of the chat with somebody; groups may name them, too. */
const row = ({ page }, who) => page.locator('.chat-row', { has: page.locator('.title', { hasText: new RegExp(`^${who}$`) }) });

/** An entry of the menu of the chat with Bob. */
async function choose(person, name) {
  await row(person, 'Bob').click({ button: 'right' });
  await person.page.getByRole('menuitem', { name, exact: true }).click();
}

/** Both open their chat. */
async function meet(alice, bob) {
  for (const [person, other] of [[alice, 'Bob'], [bob, 'Alice']]) {
    await person.home();
    await row(person, other).click();
    await person.field().waitFor();
  }
}

export const claims = {
  'a history is cleared at both sides, by days': async ({ alice, bob, tag }) => {
    const { page } = alice;
    await meet(alice, bob);
    await alice.say(`mine ${tag}`);
    await bob.sees(`mine ${tag}`);
    await bob.say(`theirs ${tag}`);
    await alice.sees(`theirs ${tag}`);
    await choose(alice, 'Clear the history');
    await alice.axe('clear the history');
    await alice.shot('clear-history');
    const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    await page.getByLabel('From this day on (may be empty)').fill(today);
    await page.getByLabel('Also for').check();
    await page.locator('dialog').getByRole('button', { name: 'Clear the history' }).click();
    await page.getByText('The history is cleared.').waitFor();
    for (const person of [alice, bob]) {
      await person.page.locator('.bubble', { hasText: `mine ${tag}` }).waitFor({ state: 'detached' });
      await person.page.locator('.bubble', { hasText: `theirs ${tag}` }).waitFor({ state: 'detached' });
    }
    for (const person of [alice, bob]) await person.home();
  },

  'a deleted chat is gone with its history, can be begun anew, and comes back with a message': async ({ alice, bob, tag }) => {
    const { page } = alice;
    await meet(alice, bob);
    await bob.say(`before ${tag}`);
    await alice.sees(`before ${tag}`);
    await choose(alice, 'Delete the chat');
    await alice.axe('delete a chat');
    await alice.shot('delete-chat');
    await page.locator('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await row(alice, 'Bob').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.column').first().waitFor();
    assert.equal(await row(alice, 'Bob').count(), 0);
    await alice.screen('contacts');
    await row(alice, 'Bob').click();
    await alice.field().waitFor();
    assert.equal(await page.getByText(`before ${tag}`).count(), 0);
    await bob.say(`after ${tag}`);
    await alice.sees(`after ${tag}`);
    await bob.sees(`before ${tag}`);
    for (const person of [alice, bob]) await person.home();
    await row(alice, 'Bob').getByText(`after ${tag}`).waitFor();
  },
};
