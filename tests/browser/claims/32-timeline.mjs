// What stands above and behind messages: pins, wordings, who reacted.
import assert from 'node:assert/strict';

const dialog = (person) => person.page.locator('dialog[open]');
const bar = (person) => person.page.locator('.pinned-bar');
/** Opens the chat with somebody. */
async function open(person, title) {
  const exactly = person.page.locator('.title', { hasText: new RegExp(`^${title}$`) });
  await person.page.locator('.chat-row[data-chat]').filter({ has: exactly }).click();
  await person.field().waitFor();
}

const close = async (person) => {
  await person.page.keyboard.press('Escape');
  await dialog(person).waitFor({ state: 'detached' });
};

async function choose(person, text, item) {
  await person.bubbles(text).first().locator('.text').click({ button: 'right' });
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
}

export const claims = {
  'what is pinned stands above the chat of both, a tap goes there, and the next one to the pin before': async ({ alice, bob, tag }) => {
    await open(alice, 'Bob');
    await open(bob, 'Alice');
    for (const n of [1, 2]) await alice.say(`to pin ${n} ${tag}`);
    for (let n = 0; n < 14; n++) await alice.say(`between ${n} ${tag}`);
    await choose(alice, `to pin 1 ${tag}`, 'Pin');
    await bar(bob).getByText('Pinned message', { exact: true }).waitFor();
    await choose(alice, `to pin 2 ${tag}`, 'Pin');
    for (const person of [alice, bob]) await bar(person).getByText(/Pinned message \W*2\W* of \W*2/).waitFor();
    await bob.axe('pinned');
    for (const colorScheme of ['light', 'dark']) {
      await bob.page.emulateMedia({ colorScheme });
      await bob.shot(`pinned-${colorScheme}`);
    }
    await bob.page.emulateMedia({ colorScheme: 'light' });
    for (const n of [2, 1]) {
      await bar(bob).locator('.pinned-one', { hasText: `to pin ${n} ${tag}` }).click();
      await bob.page.locator('.marked', { hasText: `to pin ${n} ${tag}` }).waitFor();
    }
    await bar(bob).locator('.pinned-one', { hasText: `to pin 2 ${tag}` }).waitFor();
  },

  'all that is pinned is a list, out of which one is taken down, or all': async ({ alice, bob, tag }) => {
    await bar(bob).getByRole('button', { name: 'All pinned messages' }).click();
    await dialog(bob).locator('.pins li').nth(1).waitFor();
    await bob.axe('all pins');
    await bob.shot('pins');
    await dialog(bob).locator('li', { hasText: `to pin 1 ${tag}` }).locator('.chat-row').click();
    await bob.page.locator('.marked', { hasText: `to pin 1 ${tag}` }).waitFor();
    await bar(bob).getByRole('button', { name: 'All pinned messages' }).click();
    await dialog(bob).locator('li', { hasText: `to pin 2 ${tag}` }).getByRole('button', { name: /^Unpin/ }).click();
    await bar(alice).getByText('Pinned message', { exact: true }).waitFor();
    await close(bob);
    await choose(alice, `between 13 ${tag}`, 'Pin');
    await bar(alice).getByText(/Pinned message \W*2\W* of \W*2/).waitFor();
    await bar(alice).getByRole('button', { name: 'All pinned messages' }).click();
    await dialog(alice).getByRole('button', { name: 'Unpin all' }).click();
    for (const person of [alice, bob]) await bar(person).waitFor({ state: 'detached' });
  },

  'an answer leads to what it answers, also if that is long ago': async ({ alice, tag }) => {
    await alice.page.evaluate(async (words) => {
      const post = async (path, body) => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
        return (await fetch(path, init)).json();
      };
      const chats = await (await fetch('/api/chats')).json();
      const path = `/api/chats/${chats.find(({ title }) => title === 'Bob').id}/messages`;
      const { id } = await post(path, { text: `long ago ${words}` });
      for (let n = 0; n < 70; n++) await post(path, { text: `since then ${n} ${words}` });
      await post(path, { text: `answer to long ago ${words}`, reply_to: id });
    }, tag);
    await alice.sees(`answer to long ago ${tag}`);
    // Begins afresh, with the newest messages alone.
    await alice.page.reload();
    await alice.bubbles(`answer to long ago ${tag}`).locator('.answered').click();
    await alice.page.locator('.marked .text', { hasText: new RegExp(`^long ago ${tag}`) }).waitFor();
    await alice.page.locator('.to-end').click();
  },

  'all wordings of a text can be read': async ({ alice, bob, tag }) => {
    await bob.page.locator('.to-end').click();
    await alice.say(`frist wording ${tag}`);
    await choose(alice, `frist wording ${tag}`, 'Edit');
    await alice.field().fill(`first *wording* <b>${tag}`);
    await alice.field().press('Enter');
    await bob.bubbles(`first wording <b>${tag}`).locator('.meta', { hasText: 'edited' }).waitFor();
    // Who taps on "edited" sees where the message is, and from there its wordings.
    await bob.bubbles(`first wording <b>${tag}`).locator('.meta').click();
    await dialog(bob).getByRole('button', { name: 'All wordings' }).click();
    const wordings = dialog(bob).locator('.wordings li');
    await wordings.nth(1).waitFor();
    assert.match(await wordings.nth(0).innerText(), /as it is now[^]*first wording/);
    assert.match(await wordings.nth(1).innerText(), /as it was first[^]*frist wording/);
    assert.equal(await dialog(bob).locator('blockquote em').textContent(), 'wording');
    assert.equal(await dialog(bob).locator('blockquote b').count(), 0);
    await bob.axe('wordings');
    await bob.shot('wordings');
    await close(bob);
  },

  'who reacted is told, by name': async ({ alice, bob, tag }) => {
    await choose(bob, `first wording <b>${tag}`, 'React');
    await bob.page.locator('.react-row button', { hasText: '🦀' }).click();
    const chip = alice.bubbles(`first wording <b>${tag}`).locator('.reactions button', { hasText: '🦀' });
    await chip.waitFor();
    await choose(alice, `first wording <b>${tag}`, 'Who reacted');
    await dialog(alice).getByRole('region', { name: '🦀' }).locator('li', { hasText: 'Bob' }).waitFor();
    await alice.axe('who reacted');
    await alice.shot('reacted');
    await close(alice);
    await alice.home();
    await bob.home();
  },
};
