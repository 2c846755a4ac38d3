// The page itself: keyboard, screens, themes, languages, small windows, accessibility everywhere.
import assert from 'node:assert/strict';

/** Addresses of all screens; axe looks at each in both colours. */
export const SCREENS = [
  'contacts', 'contacts/add', 'group', 'channel', 'invite', 'settings', 'settings/profile', 'settings/notifications', 'settings/themes',
  'settings/language', 'settings/relays', 'settings/devices', 'settings/import', 'scan', 'settings/folders', 'settings/stickers', 'settings/blocked', 'settings/storage', 'settings/report', 'settings/about',
];

async function fits(person, where) {
  const { over, culprit } = await person.page.evaluate(() => {
    const wide = [...document.querySelectorAll('#app *')].filter((one) => (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1) && getComputedStyle(one).position !== 'absolute' && !one.closest('.hidden, .cut, .preview, .title'));
    return { over: document.documentElement.scrollWidth - innerWidth, culprit: wide[0]?.outerHTML.slice(0, 200) };
  });
  assert.ok(over <= 0 && culprit === undefined, `${where}: ${over} pixels too wide: ${culprit}`);
}

export const claims = {
  'everything works by keyboard': async ({ alice, bob, tag }) => {
    const { page } = alice;
    await alice.home();
    await bob.home();
    await bob.openFirstChat();
    await page.keyboard.press('Control+k');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.classList.contains('chat-row'));
    await page.keyboard.press('Enter');
    await alice.field().waitFor();
    await page.keyboard.type(`by keyboard ${tag}`);
    await page.keyboard.press('Enter');
    await bob.sees(`by keyboard ${tag}`);
    await page.keyboard.press('Control+.');
    await page.locator('.info').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.info').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+,');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.chat-row').first().waitFor();
    await page.locator('.messages').focus();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
    await alice.axe('shortcuts');
    await alice.shot('shortcuts');
    await page.keyboard.press('Escape');
    // The dialog gives the focus back when it goes.
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Menu' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Contacts' }).waitFor();
    await page.keyboard.press('Escape');
  },

  'search finds chats as one types, and says when there is none': async ({ alice }) => {
    const { page } = alice;
    await alice.home();
    await page.locator('#search').fill('bO');
    assert.equal(await page.locator('.chat-row').count(), 1);
    await page.locator('#search').fill('nobody of that name');
    await page.getByText('Nothing found.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.chat-row').first().waitFor();
  },

  'an invite has a link and a picture; a wrong link is refused with a reason': async ({ alice }) => {
    const { page } = alice;
    await alice.screen('invite');
    await page.getByRole('button', { name: 'Make a link' }).click();
    await page.locator('.qr').waitFor();
    await page.waitForFunction(() => (document.querySelector('.qr')?.naturalWidth ?? 0) > 0);
    const link = await page.getByLabel('Invite link').inputValue();
    assert.match(link, /^chappe:/);
    await alice.axe('invite with a link');
    await alice.shot('invite');
    await alice.screen('settings');
    await alice.screen('invite');
    const open = page.locator('.facts li', { hasText: link });
    await open.getByRole('button', { name: 'Take back' }).click();
    await open.waitFor({ state: 'detached' });
    await alice.screen('contacts/add');
    await page.getByLabel('Their invite link').fill('not a link');
    await page.getByRole('button', { name: 'Send request' }).click();
    await page.locator('.problem').waitFor();
    await alice.axe('refused link');
    await alice.home();
  },

  'an emoji comes from the picker, found by its name': async ({ alice }) => {
    const { page } = alice;
    await alice.home();
    await alice.openFirstChat();
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.getByLabel('Search emoji').fill('telescope');
    await page.getByRole('button', { name: '🔭' }).waitFor();
    await alice.axe('emoji');
    await page.getByLabel('Search emoji').fill('');
    await page.locator('.emoji-row button').first().waitFor();
    await alice.shot('emoji');
    assert.ok((await page.locator('.emoji-row button').count()) < 250, 'only what is in view is drawn');
    await page.getByLabel('Search emoji').fill('telescope');
    await page.getByRole('button', { name: '🔭' }).click();
    await page.keyboard.press('Escape');
    assert.equal(await alice.field().inputValue(), '🔭');
    await alice.field().fill('');
  },

  'one goes to a day, and back to the end': async ({ alice }) => {
    const { page } = alice;
    await alice.home();
    await alice.openFirstChat();
    await page.getByRole('button', { name: 'Go to a day' }).click();
    await alice.axe('date');
    await page.getByLabel('Day', { exact: true }).fill('2020-01-01');
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    await page.getByRole('button', { name: 'Go to the newest message' }).click();
    await page.getByRole('button', { name: 'Go to the newest message' }).waitFor({ state: 'detached' });
  },

  'the relays and the own name are there': async ({ alice }) => {
    const { page } = alice;
    await alice.screen('settings/relays');
    assert.equal(await page.locator('.facts li.good').count(), 4);
    await page.getByLabel('Link of the relay').fill('nonsense');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.locator('.problem').waitFor();
    await alice.screen('settings/profile');
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Alice');
    await alice.home();
  },

  'an own theme is made, readable, worn, shared and received': async ({ alice, bob }) => {
    const { page } = alice;
    await alice.screen('settings/themes');
    await page.getByRole('button', { name: 'Make a theme' }).click();
    await page.getByLabel('Buttons', { exact: true }).fill('#8a2be2');
    await page.getByLabel('Text', { exact: true }).fill('#cccccc');
    await page.getByText(/^Hard to read/).waitFor();
    await page.getByRole('button', { name: 'Make them readable' }).click();
    await page.getByText('All texts are easy to read.').waitFor();
    const accent = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
    assert.equal(await accent(), '#8a2be2');
    await alice.axe('theme editor');
    await alice.shot('theme-editor');
    await page.getByRole('button', { name: 'Done' }).click();
    const code = await page.evaluate(() => {
      const { themes } = JSON.parse(localStorage.getItem('chappe-prefs'));
      return `chappe-theme:${btoa(JSON.stringify(themes[0])).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
    });
    await page.reload();
    await page.locator('.screen').waitFor();
    assert.equal(await accent(), '#8a2be2');
    await alice.home();
    await alice.openFirstChat();
    await alice.field().fill(code);
    await alice.field().press('Enter');
    await bob.home();
    await bob.openFirstChat();
    const card = bob.page.locator('.told', { hasText: 'My theme' }).last();
    await card.waitFor();
    await bob.shot('theme-card');
    await card.getByRole('button', { name: 'Use this theme' }).click();
    await bob.page.locator('dialog').getByRole('button', { name: 'Use this theme' }).click();
    assert.equal(await bob.page.evaluate(() => document.documentElement.style.getPropertyValue('--accent')), '#8a2be2');
    for (const person of [alice, bob]) {
      await person.screen('settings/themes');
      await person.page.getByLabel('As the system').check();
      await person.home();
    }
  },

  'a theme file of Telegram Desktop is taken over; a bad one is refused': async ({ alice }) => {
    const { page } = alice;
    await alice.screen('settings/themes');
    const give = (name, text) => page.getByLabel('A theme file of Telegram Desktop').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
    await give('bad.tdesktop-theme', 'PK\u0003\u0004 not really');
    await page.getByText('That is no theme.').waitFor();
    await give('Night.tdesktop-theme', 'windowBg: #101418; windowFg: #f0f0f0; windowBgActive: #2f6ea5; windowFgActive: #ffffff;');
    await page.getByText('Night').waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.scheme), 'dark');
    await alice.axe('imported theme');
    await page.locator('.own-theme', { hasText: 'Night' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Night').waitFor({ state: 'detached' });
    await alice.home();
  },

  'every screen is accessible, by day and by night': async ({ alice }) => {
    for (const scheme of ['light', 'dark']) {
      await alice.page.emulateMedia({ colorScheme: scheme });
      for (const path of SCREENS) {
        await alice.screen(path);
        await alice.axe(`${path} ${scheme}`);
        await alice.shot(`${path.replace('/', '-')}-${scheme}`);
      }
      await alice.page.evaluate(() => { location.hash = '#/'; });
      await alice.openFirstChat();
      await alice.axe(`chat ${scheme}`);
      await alice.shot(`chat-${scheme}`);
      await alice.page.keyboard.press('Control+.');
      await alice.page.locator('.info').waitFor();
      await alice.axe(`info ${scheme}`);
      await alice.shot(`info-${scheme}`);
      await alice.page.keyboard.press('Escape');
    }
    await alice.home();
  },

  'it fits a phone and a watch': async ({ alice }) => {
    for (const [name, size] of [['phone', { width: 390, height: 780 }], ['watch', { width: 200, height: 200 }]]) {
      await alice.page.setViewportSize(size);
      for (const path of SCREENS) {
        await alice.screen(path);
        await fits(alice, `${name} ${path}`);
        await alice.shot(`${name}-${path.replace('/', '-')}`);
      }
      await alice.page.evaluate(() => { location.hash = '#/'; });
      await alice.page.locator('.chat-row').first().waitFor();
      await fits(alice, `${name} list`);
      await alice.axe(`${name} list`);
      await alice.shot(`${name}-list`);
      await alice.openFirstChat();
      await fits(alice, `${name} chat`);
      await alice.axe(`${name} chat`);
      await alice.shot(`${name}-chat`);
      await alice.page.getByRole('button', { name: 'Back to the chats' }).click();
      await alice.page.locator('.chat-row').first().waitFor();
    }
    await alice.home();
  },

  'the language is switched at once, and Arabic runs from right to left': async ({ alice, tag }) => {
    const { page } = alice;
    for (const [code, title] of [['Deutsch', 'Sprache'], ['Español', 'Idioma'], ['Français', 'Langue'], ['Русский', 'Язык'], ['中文', '语言'], ['العربية', 'اللغة']]) {
      await alice.screen('settings/language');
      await page.getByText(code).click();
      await page.getByRole('heading', { name: title }).waitFor();
      await page.locator('.choice input:checked').waitFor();
    }
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
    for (const path of SCREENS) {
      await alice.screen(path);
      await fits(alice, `rtl ${path}`);
    }
    await alice.axe('rtl screen');
    await alice.shot('rtl-about');
    await alice.screen('settings/relays');
    await alice.shot('rtl-relays');
    await page.evaluate(() => { location.hash = '#/'; });
    await alice.openFirstChat();
    // The list stands at the right, own messages at the left, and an English text still begins at its left.
    const box = (selector) => page.locator(selector).last().boundingBox();
    assert.ok((await box('.left')).x > (await box('.chat')).x);
    const text = `right to left ${tag}`;
    await alice.say(text);
    // Its row is another one once the node has it.
    await alice.seesTicks(text, ['sent', 'delivered', 'read']);
    const bubble = await alice.bubbles(text).locator('.bubble').boundingBox();
    const messages = await box('.messages');
    assert.ok(bubble.x - messages.x < 60, `${bubble.x} ${messages.x}`);
    await alice.axe('rtl chat');
    await alice.shot('rtl-chat');
    await page.setViewportSize({ width: 390, height: 780 });
    await alice.shot('rtl-phone');
    await alice.home();
    await alice.screen('settings/language');
    await page.locator('.choice').first().click();
    await page.getByRole('heading', { name: 'Language' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'ltr');
    await alice.home();
  },

  'it can be installed: a manifest, icons and a worker': async ({ alice }) => {
    const { page } = alice;
    const manifest = await (await page.request.get(new URL('/manifest.webmanifest', page.url()).href)).json();
    for (const { src } of manifest.icons) {
      assert.equal((await page.request.get(new URL(src, page.url()).href)).headers()['content-type'], 'image/svg+xml');
    }
    await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
    // Nothing but our own worker can be made of a text.
    const refused = await page.evaluate(() => {
      try {
        const link = document.createElement('script');
        link.src = '/sw.js';
        return 'allowed';
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(refused, 'TypeError');
    alice.errors = alice.errors.filter((line) => !line.includes('TrustedScriptURL'));
  },

  'nothing was asked of anybody else, and the console is clean': async ({ alice, bob }) => {
    for (const person of [alice, bob]) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.errors, []);
    }
  },
};
