// Whether the other is there, and since when not; and how much of it one tells.
const open = async (person, name) => {
  // Others' rows may hold the name as well: who said something last stands there.
  const title = person.page.locator('.title', { hasText: new RegExp(`^${name}$`) });
  await person.page.locator('.chat-row[data-chat]').filter({ has: title }).first().click();
  await person.page.locator('.heading h1', { hasText: name }).waitFor();
};
const subtitle = (person, text) => person.page.locator('.heading .faint', { hasText: text });
/** As if the person had turned to another window, or back. */
const look = (person, at) =>
  person.page.evaluate((here) => {
    document.hasFocus = () => here;
    window.dispatchEvent(new Event(here ? 'focus' : 'blur'));
  }, at);

export const claims = {
  'who is there is shown, and then when they went': async ({ alice, bob }) => {
    await alice.home();
    await bob.home();
    await open(bob, 'Alice');
    await look(alice, true);
    await subtitle(bob, 'online').waitFor({ timeout: 60_000 });
    await bob.axe('a chat with somebody who is there');
    await bob.shot('online');
    await look(alice, false);
    await subtitle(bob, 'last seen').waitFor({ timeout: 30_000 });
    await bob.shot('last-seen');
    await look(alice, true);
  },

  'who tells it roughly is seen roughly, and sees no more': async ({ alice, bob }) => {
    await alice.screen('settings/privacy');
    await alice.axe('privacy');
    await alice.shot('privacy');
    const exactly = alice.page.getByRole('switch', { name: 'Show exactly when you are here' });
    await exactly.uncheck();
    await alice.home();
    await open(alice, 'Bob');
    await subtitle(alice, 'online').waitFor({ state: 'detached' });
    await alice.screen('settings/privacy');
    await exactly.check();
    await alice.home();
    await open(alice, 'Bob');
    await subtitle(alice, 'online').waitFor({ timeout: 60_000 });
  },
};
