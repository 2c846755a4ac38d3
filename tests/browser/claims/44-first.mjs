// From a machine without a node to the first message: a new person, and another device by the other one's code.
import assert from 'node:assert/strict';
import { Node, relays } from '../node.mjs';
import { Person } from '../person.mjs';

/** Asks as the page may. */
const ask = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const init = { method, headers: { 'content-type': 'application/json' }, ...(body !== null && { body: JSON.stringify(body) }) };
      const answer = await fetch(path, init);
      return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
    },
    [method, path, body ?? null],
  );

let dora;
let words;

export const claims = {
  'a new person makes a node at the page, with words that were written down': async ({ browser, demo, out, tag }) => {
    if (!demo) return;
    dora = await Node.first();
    const person = await Person.arrive(browser, 'first', dora.link, out);
    const { page } = person;
    await page.getByRole('heading', { name: 'Welcome to Chappe' }).waitFor();
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await person.axe(`first ${scheme}`);
      await person.shot(`first-${scheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    // Nothing that needs a node is answered, and what is sent is looked at.
    assert.equal((await ask(page, 'GET', '/api/chats')).body.error.code, 'no_node');
    for (const [path, body] of [
      ['/api/first/go', null],
      ['/api/first/compared', { equal: true }],
      ['/api/first/make', { name: ' ', relays: [] }],
      ['/api/first/make', { name: 'x'.repeat(200), relays: [] }],
      ['/api/first/make', { name: 'Dora', relays: ['nonsense'] }],
      ['/api/first/make', { name: 'Dora', relays: Array(9).fill('chappe:relay/AA') }],
      ['/api/first/make', { name: 'Dora' }],
      ['/api/first/link', { code: 'nonsense' }],
      ['/api/first/link', { code: 'ABCDE-12345' }],
      ['/api/first/link', { code: `chappe-link:${'A'.repeat(5000)}` }],
    ]) {
      const { status } = await ask(page, 'POST', path, body);
      assert.ok(status >= 400 && status < 500, `${path} ${JSON.stringify(body)}: ${status}`);
    }
    assert.equal((await ask(page, 'GET', '/api/first')).body.stage, 'nothing');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByLabel('Your name').fill(`Dora <b>${tag}</b>`);
    for (const address of await relays()) {
      await page.getByLabel('Link of the relay').fill(address);
      await page.getByRole('button', { name: 'Add' }).click();
    }
    await person.axe('first name');
    await person.shot('first-name');
    await page.getByRole('button', { name: 'Make my node' }).click();
    await page.getByRole('heading', { name: 'Your 24 words' }).waitFor();
    words = await page.locator('.words li').allTextContents();
    assert.equal(words.length, 24);
    await person.axe('first words');
    // A page that is opened again shows them again; there is no node before they are known.
    await page.reload();
    await page.getByRole('heading', { name: 'Your 24 words' }).waitFor();
    assert.deepEqual(await page.locator('.words li').allTextContents(), words);
    await page.getByRole('button', { name: 'I have written them down' }).click();
    const fields = await page.getByLabel(/^Word /).all();
    assert.equal(fields.length, 3);
    for (const field of fields) await field.fill('wrong');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('These are not the words.').waitFor();
    await person.axe('first confirm');
    await person.shot('first-confirm');
    for (const field of fields) {
      const name = await field.evaluate((one) => one.closest('label').textContent);
      await field.fill(words[Number(/\d+/.exec(name)[0]) - 1]);
    }
    await page.getByRole('button', { name: 'Start' }).click();
    // The node runs at the same address, and knows this browser.
    await page.locator('#search').waitFor();
    await person.screen('settings/profile');
    assert.equal(await page.getByLabel('Your name').inputValue(), `Dora <b>${tag}</b>`);
    await person.screen('settings/relays');
    await page.waitForFunction(() => document.querySelectorAll('.facts li.good').length === 4);
    assert.equal((await ask(page, 'POST', '/api/first/make', { name: 'Eve', relays: [] })).status, 409);
    assert.deepEqual([person.errors, person.foreign], [[], []]);
    dora.person = person;
  },

  'another device is linked by a picture of the code': async ({ browser, demo, out, tag }) => {
    if (!demo || !dora?.person) return;
    const { page } = dora.person;
    const other = await Node.first();
    try {
      await dora.person.screen('settings/devices');
      await page.getByRole('button', { name: 'Show a code' }).click();
      await page.waitForFunction(() => (document.querySelector('.qr')?.naturalWidth ?? 0) > 0);
      const code = await page.locator('.qr').screenshot();
      const person = await Person.arrive(browser, 'other', other.link, out);
      await person.page.getByRole('button', { name: 'Link it' }).click();
      await person.page.locator('.scanner input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: code });
      await person.page.waitForFunction(() => document.querySelector('input[placeholder="ABCDE-12345"]')?.value.startsWith('chappe-link:'));
      await person.page.getByLabel('Name of the device').fill(`telephone ${tag}`);
      await person.axe('link device');
      await person.shot('link-device');
      await person.page.getByRole('button', { name: 'Link it' }).click();
      await page.getByText('A device would like to speak for you.').waitFor();
      await person.page.getByText('Found. Confirm there').waitFor();
      await person.shot('link-found');
      await page.getByLabel('Your 24 words, to make it yours').fill(words.join(' '));
      await page.getByRole('button', { name: 'It is mine' }).click();
      await page.getByText('The new device is yours.').waitFor();
      await person.page.locator('#search').waitFor();
      await person.screen('settings/devices');
      await person.page.waitForFunction(() => document.querySelectorAll('.facts li').length === 2);
      assert.deepEqual([person.errors, person.foreign], [[], []]);
    } finally {
      await Promise.all([other.stop(), dora.stop()]);
    }
  },
};
