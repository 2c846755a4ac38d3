// Groups and channels at the page: made, talked in, roles and rules, people who come and go.
import assert from 'node:assert/strict';

/** The row of a chat in the list. */
const row = (person, title) => person.page.locator('.chat-row[data-chat]', { hasText: title });
const dialog = (person) => person.page.locator('dialog[open]');

async function open(person, title) {
  await row(person, title).click();
  await person.page.locator('.heading h1', { hasText: title }).waitFor();
}

/** Opens what is known about the chat. */
async function info(person) {
  if ((await person.page.locator('.info').count()) === 0) await person.page.locator('.heading').click();
  await person.page.locator('.info .people-scroll').waitFor();
}

async function member(alice, name) {
  await info(alice);
  await alice.page.locator('.info .chat-row', { hasText: name }).click();
  await dialog(alice).waitFor();
}

export const claims = {
  'a group is made, everybody in it talks, and each has a name': async ({ alice, bob, tag }) => {
    await alice.home();
    await bob.home();
    await alice.screen('group');
    await alice.page.getByLabel('Name', { exact: true }).fill(`Tower ${tag}`);
    await alice.page.locator('.people .choice', { hasText: 'Bob' }).click();
    await alice.axe('a new group');
    await alice.shot('group-new');
    await alice.page.getByRole('button', { name: 'Create' }).click();
    await alice.page.locator('.heading h1', { hasText: `Tower ${tag}` }).waitFor();
    await open(bob, `Tower ${tag}`);
    await alice.say(`who is there ${tag}`);
    await bob.sees(`who is there ${tag}`);
    await bob.page.locator('.speaker', { hasText: 'Alice' }).waitFor();
    await bob.say(`me ${tag}`);
    await alice.sees(`me ${tag}`);
    await alice.page.locator('.speaker', { hasText: 'Bob' }).waitFor();
    await alice.page.locator('.heading .faint', { hasText: /2\W? members/ }).waitFor();
    await alice.seesTicks(`who is there ${tag}`, ['read']);
    // What happened stands among what was said.
    await alice.page.locator('.event', { hasText: /Alice\W* created this chat/ }).waitFor();
    await alice.page.locator('.event', { hasText: /Alice\W* added \W*Bob/ }).waitFor();
    await bob.page.locator('.event', { hasText: /Alice\W* added \W*Bob/ }).waitFor();
    await bob.axe('what happened to a group');
    await bob.shot('group-events');
  },

  'who is named finds it: a name is picked while one writes, the list says it, a button leads there': async ({ alice, bob, tag }) => {
    await bob.home();
    const field = alice.page.locator('.composer textarea');
    await field.pressSequentially('are you there @bo');
    await alice.page.getByRole('option', { name: 'Bob' }).waitFor();
    await alice.axe('names offered');
    await alice.shot('group-names');
    await field.press('Enter');
    assert.equal(await field.inputValue(), 'are you there @Bob ');
    await field.pressSequentially(`${tag}?`);
    await field.press('Enter');
    await alice.page.locator('.message .named', { hasText: '@Bob' }).waitFor();
    await row(bob, `Tower ${tag}`).locator('.badge.at').waitFor();
    await bob.shot('group-named-list');
    // Enough behind it that it is not in view when the chat opens.
    for (let n = 0; n < 3; n++) await alice.say(`line ${n} ${tag}\n\n\n\n\n\n\n\n\n\n\n\nend`);
    await open(bob, `Tower ${tag}`);
    // It opens at what is unread, which is what names him.
    await bob.page.locator('.message .named.me', { hasText: '@Bob' }).waitFor();
    await bob.page.getByRole('button', { name: 'next message that names you' }).click();
    await bob.axe('a message that names one');
    await bob.shot('group-named');
    await bob.page.getByRole('button', { name: 'Go to the newest message' }).click();
    await bob.sees(`line 2 ${tag}`);
    await row(bob, `Tower ${tag}`).locator('.badge.at').waitFor({ state: 'detached' });
  },

  'topics are made, written in, and read by themselves': async ({ alice, bob, tag }) => {
    await bob.home();
    await info(alice);
    const topic = (person, name) => person.page.locator('.topics button', { hasText: name });
    await alice.page.locator('.info').getByRole('button', { name: 'New topic' }).click();
    await dialog(alice).getByLabel('Title of the topic').fill('Boats');
    await dialog(alice).getByLabel('Emoji before the title').fill('⛵');
    await alice.axe('a new topic');
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await topic(alice, 'Boats').click();
    await alice.say(`a boat ${tag}`);
    await alice.page.locator('.topics').getByRole('button', { name: 'New topic' }).click();
    await dialog(alice).getByLabel('Title of the topic').fill('Tents');
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await topic(alice, 'Tents').click();
    // What was said elsewhere does not stand here.
    assert.equal(await alice.page.locator('.message', { hasText: `a boat ${tag}` }).count(), 0);
    await alice.say(`a tent ${tag}`);
    await open(bob, `Tower ${tag}`);
    // All is shown first: each message says where it stands, and all of it counts as seen.
    await bob.page.locator('.message', { hasText: `a boat ${tag}` }).locator('.in-topic', { hasText: 'Boats' }).waitFor();
    await bob.axe('a group with topics');
    await bob.shot('topics');
    await topic(bob, 'Boats').click();
    await bob.sees(`a boat ${tag}`);
    assert.equal(await bob.page.locator('.message', { hasText: `a tent ${tag}` }).count(), 0);
    await alice.say(`another tent ${tag}`);
    await topic(bob, 'Tents').locator('.badge').waitFor();
    await bob.shot('topic');
    await bob.say(`nice boat ${tag}`);
    assert.equal(await topic(bob, 'Tents').locator('.badge').count(), 1, 'the other topic stays unread');
    await topic(bob, 'Tents').click();
    await topic(bob, 'Tents').locator('.badge').waitFor({ state: 'detached' });
    // Closed: members read on, and write no more.
    await alice.page.getByRole('button', { name: 'Change the topic' }).click();
    await dialog(alice).getByLabel('Closed').check();
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await bob.page.locator('.no-composer', { hasText: 'This topic is closed' }).waitFor();
    await bob.axe('a closed topic');
    await bob.shot('topic-closed');
    assert.equal(await bob.page.locator('.topics').getByRole('button', { name: 'New topic' }).count(), 0);
    await alice.page.getByRole('button', { name: 'Change the topic' }).click();
    await dialog(alice).getByRole('button', { name: 'Remove the topic' }).click();
    await dialog(alice).getByRole('button', { name: 'Remove the topic' }).click();
    await topic(bob, 'Tents').waitFor({ state: 'detached' });
    await topic(bob, 'General').click();
    await bob.sees(`another tent ${tag}`);
    await topic(alice, 'All').click();
    await topic(bob, 'All').click();
  },

  'where a group lives is shown, and why a relay cannot be replaced': async ({ alice, bob }) => {
    await info(alice);
    await alice.page.locator('.info summary', { hasText: 'Relays of the chat' }).click();
    const relays = alice.page.locator('.info details', { hasText: 'Relays of the chat' });
    await relays.locator('li.good').first().waitFor();
    await alice.axe('the relays of a chat');
    await alice.shot('homes');
    // In the demo everybody uses the same relays: there is none to take another one's place.
    await relays.getByRole('button', { name: 'Replace by one of yours' }).first().click();
    await relays.locator('.problem', { hasText: 'add one first' }).waitFor();
    await info(bob);
    await bob.page.locator('.info summary', { hasText: 'Relays of the chat' }).click();
    await bob.page.locator('.info details li').first().waitFor();
    assert.equal(await bob.page.getByRole('button', { name: 'Replace by one of yours' }).count(), 0);
  },

  'an admin changes what the group is and what members may': async ({ alice, bob, tag }) => {
    await info(alice);
    await alice.axe('a group');
    await alice.shot('group');
    await alice.page.getByRole('button', { name: 'Settings of the chat' }).click();
    await dialog(alice).getByLabel('Name', { exact: true }).fill(`High tower ${tag}`);
    await dialog(alice).getByRole('textbox', { name: 'Description' }).fill(`signals <b>only</b> ${tag}`);
    await dialog(alice).getByRole('checkbox', { name: 'React' }).uncheck();
    await dialog(alice).getByLabel('Slow mode').selectOption('10');
    await alice.axe('settings of a group');
    await alice.shot('group-settings');
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await row(bob, `High tower ${tag}`).waitFor();
    await info(bob);
    await bob.page.locator('.info', { hasText: `signals <b>only</b> ${tag}` }).waitFor();
    assert.equal(await bob.page.getByRole('button', { name: 'Settings of the chat' }).count(), 0);
  },

  'a member is made admin with rights, restricted, and a member again': async ({ alice, bob }) => {
    await member(alice, 'Bob');
    await dialog(alice).getByLabel('Admin', { exact: true }).check();
    await dialog(alice).getByLabel('Change name and description').check();
    await alice.axe('a member');
    await alice.shot('group-member');
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await alice.page.locator('.info .chat-row', { hasText: 'Admin' }).waitFor();
    await bob.page.getByRole('button', { name: 'Settings of the chat' }).waitFor();
    await member(alice, 'Bob');
    await dialog(alice).getByLabel('Restricted').check();
    await dialog(alice).getByLabel('Until').selectOption({ label: 'for an hour' });
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await bob.page.locator('.info .asked, .info .chat-row').filter({ hasText: 'Restricted' }).waitFor();
    await member(alice, 'Bob');
    await dialog(alice).getByLabel('Member', { exact: true }).check();
    await dialog(alice).getByRole('button', { name: 'Save' }).click();
    await bob.page.locator('.info').getByText('Restricted').waitFor({ state: 'detached' });
  },

  'who is taken out reads why, and comes back when they are added': async ({ alice, bob, tag }) => {
    await member(alice, 'Bob');
    await dialog(alice).getByRole('button', { name: 'Take out' }).click();
    await bob.page.locator('.no-composer').waitFor();
    await bob.axe('out of a group');
    await bob.shot('group-out');
    await alice.page.getByRole('button', { name: 'Add people' }).click();
    await dialog(alice).locator('.choice', { hasText: 'Bob' }).click();
    await alice.axe('people to add');
    await dialog(alice).getByRole('button', { name: 'Add', exact: true }).click();
    await bob.field().waitFor();
    await alice.page.locator('.composer textarea').fill(`welcome back ${tag}`);
    await alice.page.locator('.composer textarea').press('Enter');
    await bob.sees(`welcome back ${tag}`);
  },

  'one leaves a group after a question': async ({ alice, bob }) => {
    await info(bob);
    await bob.page.getByRole('button', { name: 'Leave the group' }).click();
    await bob.axe('leaving');
    await dialog(bob).getByRole('button', { name: 'Leave', exact: true }).click();
    await bob.page.locator('.no-composer').waitFor();
    await alice.page.locator('.heading .faint', { hasText: /1\W? member/  }).waitFor({ timeout: 60_000 });
    await alice.home();
    await bob.home();
  },

  'in a channel admins write and the others read': async ({ alice, bob, tag }) => {
    await alice.screen('channel');
    await alice.page.getByLabel('Name', { exact: true }).fill(`News ${tag}`);
    await alice.page.locator('.people .choice', { hasText: 'Bob' }).click();
    await alice.page.getByRole('button', { name: 'Create' }).click();
    await alice.page.locator('.heading h1', { hasText: `News ${tag}` }).waitFor();
    await alice.say(`first post ${tag}`);
    await open(bob, `News ${tag}`);
    await bob.sees(`first post ${tag}`);
    await bob.page.locator('.no-composer', { hasText: 'Only admins' }).waitFor();
    // Its author sees without a word that somebody has seen it.
    await alice.bubbles(`first post ${tag}`).locator('.views', { hasText: '1' }).waitFor();
    await bob.axe('a channel');
    await bob.shot('channel');
    await info(alice);
    await alice.page.getByLabel('Messages destroy themselves').selectOption({ label: 'for a week' });
    await alice.say(`for a week ${tag}`);
    await bob.bubbles(`for a week ${tag}`).locator('.meta', { hasText: 'Destroys itself' }).waitFor();
    await alice.home();
    await bob.home();
  },
};
