// What tells about a new message when nobody looks at the page.
import assert from 'node:assert/strict';

/** What was handed to the browser to show; a headless one may take it away at once. */
const shown = (person) => person.page.evaluate(() => window.shownNotifications);
const record = (person) =>
  person.page.evaluate(() => {
    window.shownNotifications = [];
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
      window.shownNotifications.push({ title, body: options.body });
      return showNotification.call(this, title, options);
    };
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
    await record(alice);
    await page.evaluate(() => { document.hasFocus = () => false; });
    await bob.say(`look here <b>${tag}</b>`);
    await page.waitForFunction(() => window.shownNotifications.length > 0);
    assert.deepEqual(await shown(alice), [{ title: 'Bob', body: `look here <b>${tag}</b>` }]);
    await alice.screen('settings/notifications');
    await page.getByLabel("With the message's text").uncheck();
    await bob.say(`secret ${tag}`);
    await page.waitForFunction(() => window.shownNotifications.some((one) => one.body === 'New message'));
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
