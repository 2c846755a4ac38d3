// Polls and quizzes, made and answered at the page.
import assert from 'node:assert/strict';

const dialog = (person) => person.page.locator('dialog[open]');

/** Opens the form of a new poll. */
async function begin(person) {
  await person.page.getByRole('button', { name: 'Attach', exact: true }).click();
  await person.page.getByRole('menuitem', { name: 'Poll' }).click();
  await dialog(person).waitFor();
}

/** Numbers in texts stand between marks that cannot be seen. */
const numbered = (before, n, after = '') => new RegExp(`^${before}\\W*${n}\\W*${after}$`);

async function answers(person, texts) {
  for (const [n, text] of texts.entries()) await dialog(person).getByRole('textbox', { name: numbered('Answer ', n + 1) }).fill(text);
}

const send = (person) => dialog(person).getByRole('button', { name: 'Send' });

export const claims = {
  'a poll with names is made, several answers are chosen, and one sees who chose what': async ({ alice, bob, tag }) => {
    await alice.openFirstChat();
    await bob.openFirstChat();
    await begin(alice);
    await dialog(alice).getByLabel('Question').fill(`Which days ${tag}?`);
    assert.ok(await send(alice).isDisabled(), 'without answers there is nothing to send');
    await answers(alice, ['Monday', 'Tuesday <b>', 'Friday']);
    await dialog(alice).getByRole('button', { name: numbered('Remove answer ', 3) }).click();
    assert.equal(await dialog(alice).getByRole('textbox', { name: /^Answer \W*\d+\W*$/ }).count(), 3, 'there is room for another one');
    await dialog(alice).getByLabel('Do not show who voted for what').uncheck();
    await dialog(alice).getByLabel('Several answers may be chosen').check();
    await alice.axe('a new poll');
    await alice.shot('poll-new');
    await send(alice).click();
    await dialog(alice).waitFor({ state: 'detached' });
    const poll = bob.bubbles(`Which days ${tag}`);
    await poll.locator('.option', { hasText: 'Monday' }).click();
    await poll.locator('.option', { hasText: 'Tuesday' }).click();
    await poll.getByRole('button', { name: 'Vote', exact: true }).click();
    await alice.bubbles(`Which days ${tag}`).getByRole('button', { name: 'Who voted' }).click();
    for (const option of ['Monday', 'Tuesday <b>']) {
      const voters = dialog(alice).getByRole('region', { name: option, exact: true });
      await voters.locator('li', { hasText: 'Bob' }).waitFor();
    }
    await alice.axe('who voted');
    await alice.shot('poll-voters');
    await alice.page.keyboard.press('Escape');
  },

  'a quiz needs its right answer, and explains itself to who has voted': async ({ alice, bob, tag }) => {
    await begin(bob);
    await dialog(bob).getByLabel('Question').fill(`Who built it ${tag}?`);
    await answers(bob, ['Murray', 'Chappe']);
    await dialog(bob).getByLabel('A quiz: one answer is right').check();
    assert.ok(await send(bob).isDisabled(), 'no answer is marked as right');
    await dialog(bob).getByRole('radio', { name: numbered('Answer ', 2, ' is right') }).check();
    await dialog(bob).getByLabel('Explanation').fill(`In 1792, ${tag}`);
    await bob.axe('a new quiz');
    for (const colorScheme of ['light', 'dark']) {
      await bob.page.emulateMedia({ colorScheme });
      await bob.shot(`quiz-new-${colorScheme}`);
    }
    await bob.page.emulateMedia({ colorScheme: 'light' });
    await send(bob).click();
    await dialog(bob).waitFor({ state: 'detached' });
    const quiz = alice.bubbles(`Who built it ${tag}`);
    await quiz.locator('.option').first().waitFor();
    assert.equal(await quiz.getByText(`In 1792, ${tag}`).count(), 0, 'the explanation waits for the vote');
    await quiz.locator('.option', { hasText: 'Murray' }).click();
    await quiz.locator('.option.right', { hasText: 'Chappe' }).waitFor();
    await quiz.getByText(`In 1792, ${tag}`).waitFor();
  },

  'who made a poll ends it, and then nobody votes any more': async ({ alice, bob, tag }) => {
    await alice.bubbles(`Which days ${tag}`).locator('.poll > strong').click({ button: 'right' });
    await alice.page.getByRole('menuitem', { name: 'End the poll' }).click();
    const poll = bob.bubbles(`Which days ${tag}`);
    await poll.getByText('Closed poll').waitFor();
    assert.equal(await poll.locator('.option:enabled').count(), 0);
    await alice.home();
    await bob.home();
  },
};
