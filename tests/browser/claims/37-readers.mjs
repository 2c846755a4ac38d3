// Who of a group has read a message.

const dialog = (person) => person.page.locator('dialog[open]');

export const claims = {
  'who of a group has read a message is told, by name': async ({ alice, bob, tag }) => {
    await alice.screen('group');
    await alice.page.getByLabel('Name', { exact: true }).fill(`Readers ${tag}`);
    await alice.page.locator('.people .choice', { hasText: 'Bob' }).click();
    await alice.page.getByRole('button', { name: 'Create' }).click();
    await alice.page.locator('.heading h1', { hasText: `Readers ${tag}` }).waitFor();
    const row = bob.page.locator('.chat-row[data-chat]', { hasText: `Readers ${tag}` });
    await row.waitFor();
    await alice.say(`read this ${tag}`);
    await row.locator('.badge').waitFor();
    await alice.bubbles(`read this ${tag}`).locator('.text').click({ button: 'right' });
    await alice.page.getByRole('menuitem', { name: 'Who has read it' }).click();
    await dialog(alice).getByText('Nobody yet, as far as is told.').waitFor();
    await row.click();
    await bob.sees(`read this ${tag}`);
    // The open list moves by itself.
    await dialog(alice).getByRole('region', { name: 'Has read it' }).locator('li', { hasText: 'Bob' }).waitFor();
    await alice.axe('readers');
    await alice.shot('readers');
    await alice.page.keyboard.press('Escape');
    await alice.home();
    await bob.home();
  },
};
