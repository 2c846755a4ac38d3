// People are shared as cards, and what somebody said is proved to others.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

async function choose(person, text, item) {
  await person.bubbles(text).first().locator('.text, .poll, .told').first().click({ button: 'right' });
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
}

async function both({ alice, bob }) {
  for (const [person, other] of [[alice, 'Bob'], [bob, 'Alice']]) {
    await person.home();
    await person.page.locator('.chat-row[data-chat]').filter({ has: person.page.locator('.title', { hasText: new RegExp(`^${other}$`) }) }).click();
    await person.field().waitFor();
  }
}

const attach = async (person, item) => {
  await person.page.getByRole('button', { name: 'Attach' }).click();
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
};

export const claims = {
  'a contact is shared as a card with the key that was checked': async (all) => {
    const { alice, bob } = all;
    await both(all);
    await attach(alice, 'Contact');
    await alice.axe('card form');
    await alice.shot('card-form');
    await alice.page.locator('dialog .chat-row', { hasText: 'Bob' }).click();
    const card = bob.page.locator('.told', { hasText: 'Bob' }).last();
    await card.locator('code').waitFor();
    await attach(alice, 'Contact');
    await alice.page.locator('dialog .chat-row', { hasText: 'your own' }).click();
    const own = bob.page.locator('.told', { hasText: 'Alice' }).last();
    await own.getByRole('button', { name: 'Open the chat' }).click();
    await bob.page.locator('.heading h1', { hasText: 'Alice' }).waitFor();
  },

  'what somebody said can be proved': async (all) => {
    const { alice, bob, tag } = all;
    await both(all);
    await alice.say(`rude ${tag}`);
    await choose(bob, `rude ${tag}`, 'Prove or report');
    await bob.page.getByRole('link', { name: 'Save as a file' }).waitFor();
    await bob.axe('proof');
    await bob.shot('proof');
    const [download] = await Promise.all([bob.page.waitForEvent('download'), bob.page.getByRole('link', { name: 'Save as a file' }).click()]);
    assert.match(await readFile(await download.path(), 'utf8'), /^[A-Za-z0-9+/_=-]{100,}$/);
    await bob.page.keyboard.press('Escape');
  },
};
