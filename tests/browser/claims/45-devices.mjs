// A second device beside the first: a code at one page, the command line at the other, and one's chats at both.
import assert from 'node:assert/strict';
import { Node } from '../node.mjs';
import { Person } from '../person.mjs';

export const claims = {
  'a new device is linked at the page, with the 24 words, and is in the list': async ({ browser, demo, out, tag }) => {
    if (!demo) return;
    const nodes = [await Node.make('Erin')];
    try {
      const erin = await Person.arrive(browser, 'erin', nodes[0].link, out);
      const { page } = erin;
      await page.locator('#search').waitFor();
      await erin.screen('settings/devices');
      await page.getByText('(this one)').waitFor();
      await erin.axe('devices');
      await page.getByLabel(/^Type them to see/).fill(`${nodes[0].words.split(' ').reverse().join(' ')}`);
      await page.getByRole('button', { name: 'Check' }).click();
      await page.locator('.problem').waitFor();
      await page.getByLabel(/^Type them to see/).fill(nodes[0].words);
      await page.getByRole('button', { name: 'Check' }).click();
      await page.getByText('They are right.').waitFor();
      await page.getByRole('button', { name: 'Show a code' }).click();
      await page.waitForFunction(() => (document.querySelector('.qr')?.naturalWidth ?? 0) > 0);
      await erin.axe('link code');
      await erin.shot('link-code');
      const code = await page.evaluate(async () => (await (await fetch('/api/devices/link')).json()).text);
      const joining = Node.join(code, `telephone <b>${tag}</b>`);
      await page.getByText('A device would like to speak for you.').waitFor();
      await page.locator('bdi', { hasText: `telephone <b>${tag}</b>` }).waitFor();
      await erin.axe('link offered');
      await erin.shot('link-offered');
      await page.getByLabel('Your 24 words, to make it yours').fill(nodes[0].words);
      await page.getByRole('button', { name: 'It is mine' }).click();
      nodes.push(await joining);
      await page.getByText('The new device is yours.').waitFor();
      await page.waitForFunction(() => document.querySelectorAll('.facts li').length === 2);
      await erin.shot('devices');
      const telephone = await Person.arrive(browser, 'telephone', nodes[1].link, out);
      await telephone.screen('settings/devices');
      await telephone.page.waitForFunction(() => document.querySelectorAll('.facts li').length === 2);
      for (const person of [erin, telephone]) assert.deepEqual([person.errors, person.foreign], [[], []]);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
  },
};
