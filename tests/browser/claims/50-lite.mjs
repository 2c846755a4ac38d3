// The pages at /lite, in a browser whose JavaScript is off.
import assert from 'node:assert/strict';
import { Person } from '../person.mjs';

export const claims = {
  'without JavaScript one logs in, reads, writes and leaves': async ({ bob, browser, demo, out, tag }) => {
    if (!demo) return;
    await bob.home();
    // Groups may stand above it by now.
    const withAlice = bob.page.locator('.title', { hasText: /^Alice$/ });
    await bob.page.locator('.chat-row[data-chat]').filter({ has: withAlice }).click();
    await bob.field().waitFor();
    await bob.say(`for the little page <i>${tag}</i>`);
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 240, height: 320 }, locale: 'en-GB' });
    const link = demo('web', 'alice').split('\n').at(-1);
    const page = await context.newPage();
    const person = new Person('lite', page, new URL(link).host, out);
    await page.goto(new URL('/lite', link).href);
    await page.screenshot({ path: `${out}/lite-login.png` });
    await page.getByLabel('Link or token').fill(link);
    await page.getByRole('button', { name: 'Log in' }).click();
    // No picture can be taken between two pages.
    await page.getByRole('link', { name: 'Bob' }).waitFor();
    await page.screenshot({ path: `${out}/lite-chats.png` });
    await page.getByRole('link', { name: 'Bob' }).click();
    await page.getByText(`for the little page <i>${tag}</i>`).waitFor();
    await page.getByLabel('Message').fill(`from the little page ${tag}`);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(`from the little page ${tag}`).waitFor();
    await page.screenshot({ path: `${out}/lite-chat.png` });
    await bob.sees(`from the little page ${tag}`);
    await page.getByLabel('Words to the file').fill(`little <b>${tag}</b>`);
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'note <i>.txt', mimeType: 'text/plain', buffer: Buffer.from(`inside ${tag}`) });
    await page.getByRole('button', { name: 'Send the file' }).click();
    const sent = bob.page.locator('.message', { hasText: `little <b>${tag}</b>` });
    await sent.getByText('note <i>.txt').waitFor();
    // It is said once relays have it.
    for (let tries = 0; (await page.getByRole('link', { name: 'note <i>.txt' }).count()) === 0 && tries < 40; tries++) {
      await page.getByRole('link', { name: 'Reload' }).click();
    }
    const address = await page.getByRole('link', { name: 'note <i>.txt' }).getAttribute('href');
    assert.equal(await (await page.request.get(new URL(address, link).href)).text(), `inside ${tag}`);
    await page.screenshot({ path: `${out}/lite-file.png` });
    await page.getByRole('link', { name: 'Chats' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Link or token').waitFor();
    assert.deepEqual([person.errors, person.foreign], [[], []]);
    await context.close();
  },

  'the pages without JavaScript are accessible, by day and by night': async ({ alice }) => {
    const { page } = alice;
    const lite = new URL('/lite', page.url()).href;
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${lite}/login`);
      await alice.axe(`lite login ${scheme}`);
      await page.goto(lite);
      await alice.axe(`lite chats ${scheme}`);
      await page.locator('.chats a').first().click();
      await page.locator('textarea').waitFor();
      await alice.axe(`lite chat ${scheme}`);
      await alice.shot(`lite-${scheme}`);
    }
    await page.goto(new URL('/', page.url()).href);
    await alice.home();
  },
};
