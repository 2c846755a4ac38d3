// The main screens look as they did, in light and dark, on a desktop and a phone.
import assert from 'node:assert/strict';
import { looksDifferent, looksLike } from '../looks.mjs';
import { DESKTOP } from '../person.mjs';

const PHONE = { width: 390, height: 700 };
const SCREENS = ['settings', 'settings/privacy', 'settings/notifications', 'settings/import', 'contacts/add', 'group', 'scan'];
const nameOf = (path, scheme) => `${path.replace('/', '-')}-${scheme}`;

async function makeGroup(alice, bob) {
  await alice.screen('group');
  await alice.page.getByLabel('Name', { exact: true }).fill('Looks');
  await alice.page.locator('.people .choice', { hasText: 'Bob' }).click();
  await alice.page.getByRole('button', { name: 'Create' }).click();
  await alice.page.locator('.heading h1', { hasText: 'Looks' }).waitFor();
  // Who comes in later does not see what was said before.
  await bob.home();
  await bob.page.locator('.chat-row[data-chat]', { hasText: 'Looks' }).first().click();
  await alice.say('The arms stand at forty-five degrees.');
  await bob.sees('forty-five degrees');
  await bob.say('Seen from the next hill,\nand passed on.');
  await alice.sees('passed on');
  await alice.say('Good. The next line goes out at noon.');
}

export const claims = {
  'the screens look as they did': async ({ alice }) => {
    for (const scheme of ['light', 'dark']) {
      await alice.home();
      await alice.page.emulateMedia({ colorScheme: scheme });
      for (const path of SCREENS) {
        await alice.screen(path);
        await looksLike(alice, nameOf(path, scheme));
      }
    }
    await alice.home();
  },

  'a chat looks as it did': async ({ alice, bob }) => {
    await makeGroup(alice, bob);
    for (const scheme of ['light', 'dark']) {
      await alice.page.emulateMedia({ colorScheme: scheme });
      await alice.page.setViewportSize(DESKTOP);
      await looksLike(alice, nameOf('chat', scheme), '.chat');
      await alice.page.setViewportSize(PHONE);
      await looksLike(alice, nameOf('chat-phone', scheme), '.chat');
    }
    await alice.home();
    await bob.home();
  },

  'a colour or a layout that goes wrong is noticed': async ({ alice }) => {
    await alice.screen('settings/privacy');
    assert.ok(!(await looksDifferent(alice, 'settings-privacy-light')));
    const style = (property, value) =>
      alice.page.evaluate(([name, to]) => document.documentElement.style.setProperty(name, to), [property, value]);
    await style('--ground', '#c0d0c0');
    assert.ok(await looksDifferent(alice, 'settings-privacy-light'), 'another ground');
    await style('--ground', '');
    await alice.page.locator('.column.screen').evaluate((column) => { column.style.width = '70%'; column.style.maxWidth = 'none'; });
    await alice.page.locator('.screen-body').evaluate((body) => { body.style.paddingTop = '120px'; });
    assert.ok(await looksDifferent(alice, 'settings-privacy-light'), 'another place');
    await alice.page.reload();
    await alice.home();
  },
};
