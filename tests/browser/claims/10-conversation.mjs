// Two people talk: delivery, order, ticks, and what hostile texts must not do.
import assert from 'node:assert/strict';

export const claims = {
  'a login link works once and leaves no token in the address': async ({ alice, aliceUrl }) => {
    assert.equal(new URL(alice.page.url()).pathname, '/');
    assert.equal(new URL(alice.page.url()).search, '');
    const again = await alice.page.request.get(aliceUrl, { maxRedirects: 0 });
    assert.equal(again.status(), 401);
  },

  'a message goes from sent to delivered to read, and shows as unread in between': async ({ alice, bob, tag }) => {
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

  'the answer comes back while both look, each message once': async ({ alice, bob, tag }) => {
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

  'a burst keeps its order': async ({ alice, bob, tag }) => {
    const field = alice.field();
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

  'what people write is never markup': async ({ alice, bob, tag }) => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script><b>${tag}</b>&lt; javascript:alert(3) \u202eevil`;
    await bob.say(hostile);
    await alice.sees(`<b>${tag}</b>&lt;`);
    for (const person of [alice, bob]) {
      assert.equal(await person.page.locator('img[src="x"], .message script, .message b, .message a[href^="javascript:"], a[href^="javascript:"]').count(), 0);
      assert.deepEqual(person.dialogs, []);
    }
  },

  'a hostile name is shown as text': async ({ alice }) => {
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
      await alice.screen('settings');
      await alice.page.locator('.portrait h2', { hasText: 'Al<i>ice</i>' }).waitFor();
      assert.equal(await alice.page.locator('.portrait i, img[src="x"]').count(), 0);
      assert.equal(await rename(before), 204);
    }
    assert.deepEqual(alice.dialogs, []);
    await alice.home();
  },

  'Shift+Enter begins a line; a text that is too long is counted and not sent': async ({ alice, bob, tag }) => {
    await alice.openFirstChat();
    const field = alice.field();
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

  'a draft stays with its chat and shows in the list': async ({ alice, tag }) => {
    await alice.field().fill(`unfinished ${tag}`);
    await alice.page.keyboard.press('Escape');
    await alice.page.locator('.chat-row .preview', { hasText: `Draft: unfinished ${tag}` }).waitFor();
    await alice.openFirstChat();
    assert.equal(await alice.field().inputValue(), `unfinished ${tag}`);
    await alice.field().fill('');
  },

  'a tap on the ticks says where a message is': async ({ alice, tag }) => {
    await alice.bubbles(`question 4 ${tag}`).locator('button.meta').click();
    await alice.page.locator('dialog .facts li').first().waitFor();
    assert.match((await alice.page.locator('dialog').textContent()) ?? '', /has it/);
    await alice.axe('truth');
    await alice.shot('truth');
    await alice.page.keyboard.press('Escape');
    await alice.page.locator('dialog').waitFor({ state: 'detached' });
  },

  'a message has a menu: by the mouse, and by keys': async ({ alice, tag }) => {
    const { page } = alice;
    const text = alice.bubbles(`question 4 ${tag}`).locator('.text');
    await text.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy text' }).waitFor();
    await alice.axe('message menu');
    await alice.shot('message-menu');
    await page.keyboard.press('Escape');
    await page.locator('.messages').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Where is this message?' }).waitFor();
    const truth = page.getByRole('menuitem', { name: 'Where is this message?' });
    for (let n = 0; n < 20 && !(await truth.evaluate((item) => item === document.activeElement)); n++) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.locator('dialog .facts li').first().waitFor();
    await page.keyboard.press('Escape');
  },

  'several messages are chosen and copied': async ({ alice, tag }) => {
    const { page } = alice;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await alice.bubbles(`burst 3 ${tag}`).locator('.text').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Select' }).click();
    await alice.bubbles(`burst 4 ${tag}`).locator('.text').click();
    await page.locator('.selection-bar h1', { hasText: /2\W+messages chosen/ }).waitFor();
    await alice.axe('selection');
    await alice.shot('selection');
    await page.getByRole('button', { name: 'Copy text' }).click();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, new RegExp(`You: burst 3 ${tag}\n.*You: burst 4 ${tag}$`));
    await page.locator('.selection-bar').waitFor({ state: 'detached' });
  },
};
