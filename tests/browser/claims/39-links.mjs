// Invite links of groups: made, used by somebody who is not in, answered, withdrawn.
import assert from 'node:assert/strict';

export const claims = {
  'who has a link asks, is let in, and talks': async ({ alice, bob, tag }) => {
    await alice.home();
    await bob.home();
    await alice.screen('group');
    await alice.page.getByLabel('Name', { exact: true }).fill(`Open house ${tag}`);
    await alice.page.getByRole('button', { name: 'Create' }).click();
    await alice.page.locator('.heading h1', { hasText: `Open house ${tag}` }).waitFor();
    await alice.page.locator('.heading').click();
    await alice.page.locator('summary', { hasText: 'A new link' }).click();
    await alice.page.getByLabel('Somebody has to say yes').check();
    await alice.page.getByRole('button', { name: 'Make the link' }).click();
    await alice.page.locator('.group-link summary', { hasText: 'with approval' }).click();
    const link = await alice.page.locator('.group-link code').textContent();
    await alice.page.locator('.group-link .qr').waitFor();
    await alice.axe('an invite link');
    await alice.shot('group-link');
    await bob.screen('contacts/add');
    await bob.page.getByLabel('Their invite link').fill(link);
    await bob.page.locator('.screen textarea').fill(`me too ${tag}`);
    await bob.page.locator('.screen form button[type=submit]').click();
    await bob.page.locator('.asking li', { hasText: `Open house ${tag}` }).waitFor();
    await bob.axe('a request to come in');
    await bob.shot('join-asked');
    const asking = alice.page.locator('.info .asking li', { hasText: `me too ${tag}` });
    await asking.waitFor({ timeout: 60_000 });
    await alice.axe('somebody who asks');
    await alice.shot('asking');
    await asking.getByRole('button', { name: 'Accept' }).click();
    await bob.home();
    await bob.page.locator('.chat-row[data-chat]', { hasText: `Open house ${tag}` }).click({ timeout: 60_000 });
    await alice.say(`come in ${tag}`);
    await bob.sees(`come in ${tag}`);
    await bob.say(`thanks ${tag}`);
    await alice.sees(`thanks ${tag}`);
  },

  'a link that was withdrawn is gone': async ({ alice, bob }) => {
    await alice.page.locator('.group-link').waitFor();
    if ((await alice.page.locator('.group-link[open]').count()) === 0) await alice.page.locator('.group-link summary').click();
    await alice.page.getByRole('button', { name: 'Withdraw' }).click();
    await alice.page.locator('.group-link').waitFor({ state: 'detached' });
    assert.equal(await alice.page.locator('.group-link').count(), 0);
    await alice.home();
    await bob.home();
  },
};
