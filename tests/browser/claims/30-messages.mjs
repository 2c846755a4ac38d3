// What people do with messages in the page: format, answer, edit, react, pin, vote, delete; and that nothing of it
// becomes markup.
import assert from 'node:assert/strict';

/** Chooses from a message's menu. */
async function choose(person, text, item) {
  await person.bubbles(text).first().locator('.text, .poll, .told').first().click({ button: 'right' });
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Asks the node as the page may. */
function ask(person, method, path, body) {
  return person.page.evaluate(
    async ([method, path, body]) => {
      const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetch(path, init);
      return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
    },
    [method, path, body],
  );
}

async function chatOf(person) {
  return person.page.evaluate(async () => (await (await fetch('/api/chats')).json())[0].id);
}

export const claims = {
  'formatting is shown, and a link leads where it says': async ({ alice, bob, tag }) => {
    await alice.openFirstChat();
    await bob.openFirstChat();
    await alice.field().fill(`**bold ${tag}** *soft* \`code\` ||dark|| [here](https://example.org/a) <i>no</i>`);
    await alice.field().press('Enter');
    const bubble = bob.bubbles(`bold ${tag}`);
    await bubble.locator('strong', { hasText: `bold ${tag}` }).waitFor();
    assert.equal(await bubble.locator('.text em').textContent(), 'soft');
    assert.equal(await bubble.locator('.text code').textContent(), 'code');
    const link = bubble.locator('.text a');
    assert.equal(await link.getAttribute('href'), 'https://example.org/a');
    assert.match((await link.getAttribute('rel')) ?? '', /noopener/);
    assert.equal(await bubble.locator('.text i').count(), 0);
    await bubble.locator('button.spoiler').click();
    await bubble.locator('.spoiler.open', { hasText: 'dark' }).waitFor();
  },

  'a message is answered, and the answer shows what it answers': async ({ alice, bob, tag }) => {
    await choose(bob, `bold ${tag}`, 'Reply');
    await bob.page.locator('.mode', { hasText: `bold ${tag}` }).waitFor();
    await bob.axe('answering');
    await bob.say(`answer to bold ${tag}`);
    await bob.page.locator('.mode').waitFor({ state: 'detached' });
    await alice.bubbles(`answer to bold ${tag}`).locator('.answered', { hasText: `bold ${tag}` }).waitFor();
  },

  'that somebody writes is seen, and over when they have written': async ({ alice, bob, tag }) => {
    await alice.field().pressSequentially(`slowly ${tag}`);
    await bob.page.locator('.writing[role="status"]').waitFor();
    await alice.field().press('Enter');
    await bob.sees(`slowly ${tag}`);
    await bob.page.locator('.writing[role="status"]').waitFor({ state: 'detached' });
  },

  'a text gets another wording, by menu and Enter': async ({ alice, bob, tag }) => {
    await alice.say(`frist ${tag}`);
    await choose(alice, `frist ${tag}`, 'Edit');
    assert.equal(await alice.field().inputValue(), `frist ${tag}`);
    await alice.field().fill(`first ${tag}`);
    await alice.field().press('Enter');
    for (const person of [alice, bob]) {
      await person.bubbles(`first ${tag}`).locator('.meta', { hasText: 'edited' }).waitFor();
      assert.equal(await person.bubbles(`frist ${tag}`).count(), 0);
    }
    assert.equal(await alice.field().inputValue(), '');
  },

  'reactions are counted and taken back': async ({ alice, bob, tag }) => {
    await choose(bob, `first ${tag}`, 'React');
    await bob.axe('reactions');
    await bob.page.locator('.react-row button', { hasText: '🔥' }).click();
    const chip = alice.bubbles(`first ${tag}`).locator('.reactions button', { hasText: '🔥' });
    await chip.waitFor();
    await chip.click();
    await bob.bubbles(`first ${tag}`).locator('.reactions button', { hasText: '2' }).waitFor();
    await bob.bubbles(`first ${tag}`).locator('.reactions button').click();
    await alice.bubbles(`first ${tag}`).locator('.reactions button', { hasText: '1' }).waitFor();
  },

  'a poll is voted in by a click, and a quiz shows its solution after the vote': async ({ alice, bob, tag }) => {
    const chat = await chatOf(alice);
    const poll = { question: `Where ${tag}?`, options: ['here <b>', 'there'], right: 1, explanation: 'far' };
    assert.equal((await ask(alice, 'POST', `/api/chats/${chat}/polls`, poll)).status, 201);
    const bubble = bob.bubbles(`Where ${tag}`);
    await bubble.locator('.option').first().waitFor();
    await bob.axe('poll');
    await bubble.locator('.option', { hasText: 'there' }).click();
    await bubble.locator('.option.right.chosen').waitFor();
    await alice.bubbles(`Where ${tag}`).locator('.poll-foot', { hasText: '1' }).waitFor();
    assert.equal(await bubble.locator('.option b').count(), 0);
  },

  'cards and places are shown as text': async ({ alice, bob, tag }) => {
    const chat = await chatOf(alice);
    const vcard = `BEGIN:VCARD\nVERSION:4.0\nFN:Zoë <i>${tag}</i>\nTEL:+41 1\nEND:VCARD`;
    assert.equal((await ask(alice, 'POST', `/api/chats/${chat}/cards`, { vcard })).status, 201);
    await bob.bubbles(`Zoë <i>${tag}`).locator('.told', { hasText: '+41 1' }).waitFor();
    assert.equal(await bob.page.locator('.told i').count(), 0);
    const point = { latitude: 47.3769, longitude: 8.5417 };
    assert.equal((await ask(alice, 'POST', `/api/chats/${chat}/locations`, { point })).status, 201);
    await bob.page.locator('.told a[href^="geo:47.3769"]').waitFor();
  },

  'by day and by night it can be read': async ({ alice, bob }) => {
    for (const colorScheme of ['light', 'dark']) {
      for (const person of [alice, bob]) {
        await person.page.emulateMedia({ colorScheme });
        await person.axe(`messages, ${colorScheme}`);
        await person.shot(`messages-${colorScheme}`);
      }
    }
    for (const person of [alice, bob]) await person.page.emulateMedia({ colorScheme: 'light' });
  },

  'what can be seen once is seen once': async ({ alice, bob, tag }) => {
    const chat = await chatOf(alice);
    const body = { text: `secret ${tag}`, view_once: true };
    assert.equal((await ask(alice, 'POST', `/api/chats/${chat}/messages`, body)).status, 201);
    const button = bob.page.getByRole('button', { name: 'See it (once)' });
    await button.waitFor();
    assert.equal(await bob.bubbles(`secret ${tag}`).count(), 0);
    await button.click();
    await bob.page.locator('dialog', { hasText: `secret ${tag}` }).waitFor();
    await bob.page.keyboard.press('Escape');
    for (const person of [alice, bob]) await person.page.locator('.placeholder', { hasText: 'was seen' }).first().waitFor();
  },

  'deleted for everybody is deleted for everybody; for oneself for oneself': async ({ alice, bob, tag }) => {
    await alice.say(`regret ${tag}`);
    await bob.sees(`regret ${tag}`);
    await choose(alice, `regret ${tag}`, 'Delete');
    await alice.axe('delete');
    await alice.page.getByRole('button', { name: 'For everybody' }).click();
    for (const person of [alice, bob]) {
      await person.page.locator('.placeholder', { hasText: 'deleted' }).first().waitFor();
      await person.bubbles(`regret ${tag}`).waitFor({ state: 'detached' });
    }
    await choose(bob, `answer to bold ${tag}`, 'Delete');
    await bob.page.getByRole('button', { name: 'For me' }).click();
    await bob.bubbles(`answer to bold ${tag}`).waitFor({ state: 'detached' });
    await alice.sees(`answer to bold ${tag}`);
  },
};
