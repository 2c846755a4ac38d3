// What tells about a new message when nobody looks at the page.
import assert from 'node:assert/strict';

const shown = (person) =>
  person.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
  });

export const claims = {
  'a notification comes if it was allowed, with the text only if that is wanted': async ({ alice, bob, tag }) => {
    const { page } = alice;
    await page.context().grantPermissions(['notifications']);
    await alice.screen('settings/notifications');
    await page.getByLabel('Show notifications').check();
    await page.waitForFunction(() => JSON.parse(localStorage.getItem('chappe-prefs')).notify);
    await alice.home();
    await bob.home();
    await bob.openFirstChat();
    await page.evaluate(() => { document.hasFocus = () => false; });
    await bob.say(`look here <b>${tag}</b>`);
    await page.waitForFunction(async () => (await (await navigator.serviceWorker.ready).getNotifications()).length > 0);
    assert.deepEqual(await shown(alice), [{ title: 'Bob', body: `look here <b>${tag}</b>` }]);
    await alice.screen('settings/notifications');
    await page.getByLabel("With the message's text").uncheck();
    await bob.say(`secret ${tag}`);
    await page.waitForFunction(async () => (await (await navigator.serviceWorker.ready).getNotifications()).some((one) => one.body === 'New message'));
    assert.ok(!JSON.stringify(await shown(alice)).includes('secret'));
    await page.getByLabel('Show notifications').uncheck();
    await page.getByLabel("With the message's text").check();
    await page.evaluate(() => { delete document.hasFocus; });
    await alice.home();
    await alice.openFirstChat();
    await alice.sees(`secret ${tag}`);
    await alice.home();
  },
};
