// From two fresh nodes, made by the command line, to the first message: all of it at the pages.
import assert from 'node:assert/strict';
import { Node } from '../node.mjs';
import { Person } from '../person.mjs';

export const claims = {
  'two new people find each other by a link and talk': async ({ browser, demo, out, tag }) => {
    if (!demo) return;
    const nodes = await Promise.all([Node.make('Carol'), Node.make('Dave')]);
    try {
      const [carol, dave] = await Promise.all(nodes.map((node, at) => Person.arrive(browser, ['carol', 'dave'][at], node.link, out)));
      await carol.page.getByRole('heading', { name: 'Welcome to Chappe' }).waitFor();
      await carol.axe('welcome');
      await carol.shot('welcome');
      await carol.page.getByRole('button', { name: 'Invite somebody' }).click();
      await carol.page.getByRole('button', { name: 'Make a link' }).click();
      const link = await carol.page.getByLabel('Invite link').inputValue();
      await dave.page.getByRole('button', { name: 'I have a link' }).click();
      await dave.page.getByLabel('Their invite link').fill(link);
      await dave.page.getByLabel('Say who you are').fill(`I am Dave <b>${tag}</b>`);
      await dave.page.getByRole('button', { name: 'Send request' }).click();
      await carol.home({ empty: true });
      await carol.page.locator('.request', { hasText: `<b>${tag}</b>` }).waitFor();
      await carol.axe('request');
      await carol.shot('request');
      await carol.page.getByRole('button', { name: 'Accept Dave' }).click();
      await carol.say(`welcome ${tag}`);
      await dave.home();
      await dave.openFirstChat();
      // Two nodes that just met: the first message may wait for a relay's next round.
      await dave.sees(`welcome ${tag}`, { timeout: 60_000 });
      await dave.say(`thanks ${tag}`);
      await carol.sees(`thanks ${tag}`);
      await carol.seesTicks(`welcome ${tag}`, ['read']);
      for (const person of [carol, dave]) assert.deepEqual([person.errors, person.foreign, person.dialogs], [[], [], []]);
    } finally {
      await Promise.all(nodes.map((node) => node.stop()));
    }
  },
};
