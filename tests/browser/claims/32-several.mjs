// Several messages at once: chosen, copied, forwarded, deleted.
import assert from 'node:assert/strict';

const dialog = (person) => person.page.locator('dialog[open]');
const bar = (person) => person.page.locator('.selection-bar');

/** Begins with one message's menu; the others are chosen by a click. */
async function select(person, [first, ...others]) {
  await person.bubbles(first).first().locator('.text').click({ button: 'right' });
  await person.page.getByRole('menuitem', { name: 'Select', exact: true }).click();
  for (const text of others) await person.bubbles(text).first().locator('.text').click();
  await bar(person).getByText(others.length === 0 ? 'One message chosen' : new RegExp(`${others.length + 1}\\W* messages chosen`)).waitFor();
}

export const claims = {
  'several messages are forwarded in their order, with or without who said them first': async ({ alice, bob, tag }) => {
    await alice.openFirstChat();
    await bob.openFirstChat();
    for (const n of [1, 2, 3]) await alice.say(`bulk ${n} ${tag}`);
    await bob.sees(`bulk 3 ${tag}`);
    await select(bob, [`bulk 3 ${tag}`, `bulk 1 ${tag}`]);
    await bob.axe('messages chosen');
    for (const colorScheme of ['light', 'dark']) {
      await bob.page.emulateMedia({ colorScheme });
      await bob.shot(`several-${colorScheme}`);
    }
    await bob.page.emulateMedia({ colorScheme: 'light' });
    await bar(bob).getByRole('button', { name: 'Forward' }).click();
    await bob.axe('forward several');
    await bob.shot('several-forward');
    await dialog(bob).locator('.chat-row', { hasText: 'Alice' }).first().click();
    await bar(bob).waitFor({ state: 'detached' });
    const forwarded = alice.page.locator('.message:has(.forwarded)', { hasText: `${tag}` }).locator('.text');
    await forwarded.nth(1).waitFor();
    assert.deepEqual(await forwarded.allTextContents(), [`bulk 1 ${tag}`, `bulk 3 ${tag}`]);
    await select(bob, [`bulk 1 ${tag}`, `bulk 2 ${tag}`]);
    await bar(bob).getByRole('button', { name: 'Forward' }).click();
    await dialog(bob).getByLabel('Say who said it first').uncheck();
    await dialog(bob).locator('.chat-row', { hasText: 'Alice' }).first().click();
    const own = alice.page.locator('.message.theirs:not(:has(.forwarded))', { hasText: `bulk 2 ${tag}` });
    await own.waitFor();
  },

  'whoever thinks again has chosen still; Esc chooses nothing any more': async ({ alice, tag }) => {
    await select(alice, [`bulk 1 ${tag}`, `bulk 2 ${tag}`]);
    await bar(alice).getByRole('button', { name: 'Delete' }).click();
    await dialog(alice).waitFor();
    await alice.page.keyboard.press('Escape');
    await dialog(alice).waitFor({ state: 'detached' });
    assert.equal(await alice.page.locator('.message.chosen').count(), 2);
    await alice.page.keyboard.press('Escape');
    await bar(alice).waitFor({ state: 'detached' });
  },

  'several are deleted for everybody': async ({ alice, bob, tag }) => {
    await select(alice, [`bulk 1 ${tag}`]);
    await alice.bubbles(`bulk 3 ${tag}`).first().locator('.text').click({ modifiers: ['Shift'] });
    await bar(alice).getByText(/3\W* messages chosen/).waitFor();
    await alice.bubbles(`bulk 3 ${tag}`).first().locator('.text').click();
    await bar(alice).getByRole('button', { name: 'Delete' }).click();
    await dialog(alice).getByRole('heading', { name: /Delete \W*2\W* messages/ }).waitFor();
    await alice.axe('delete several');
    await dialog(alice).getByRole('button', { name: 'For everybody' }).click();
    for (const n of [1, 2]) {
      const first = bob.page.locator('.message.theirs:not(:has(.forwarded))', { hasText: `bulk ${n} ${tag}` });
      await first.waitFor({ state: 'detached' });
    }
    await bob.sees(`bulk 3 ${tag}`);
    await alice.home();
    await bob.home();
  },
};
