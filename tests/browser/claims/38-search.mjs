// Words are found in all messages, or in those of one chat, and a hit leads to its message.
import assert from 'node:assert/strict';

export const claims = {
  'words are found as one types, and a hit leads to its message': async ({ alice, bob, tag }) => {
    await alice.openFirstChat();
    await alice.say(`the semaphore of Montmartre <u>${tag}</u>`);
    await bob.home();
    await bob.page.locator('#search').fill(`montmart ${tag}`);
    const hit = bob.page.locator('[data-row^="hit-"]', { hasText: 'semaphore' });
    await hit.waitFor();
    await hit.locator('mark', { hasText: 'Montmartre' }).waitFor();
    assert.equal(await hit.locator('u').count(), 0);
    await bob.axe('what a search found');
    await bob.shot('search-messages');
    await hit.click();
    await bob.page.locator('.message.marked', { hasText: 'semaphore' }).waitFor();
    await bob.page.locator('#search').press('Escape');
  },

  'one chat is searched alone, and what is not there is said': async ({ alice, bob, tag }) => {
    await bob.page.getByRole('button', { name: 'Search in this chat' }).click();
    await bob.page.locator('.scope').waitFor();
    await bob.page.locator('#search').fill(`semaphore ${tag}`);
    await bob.page.locator('[data-row^="hit-"]').first().waitFor();
    await bob.axe('a search in one chat');
    await bob.page.locator('#search').fill(`qqzzxx${tag}${tag}`);
    await bob.page.locator('.empty').waitFor();
    await bob.page.locator('#search').press('Escape');
    await bob.page.locator('.scope').waitFor({ state: 'detached' });
    await bob.home();
    await alice.home();
  },
};
