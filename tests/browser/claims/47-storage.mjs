// What the node keeps, by sort and chat; copies that relays have make room, and come back when one looks at them.
import assert from 'node:assert/strict';

async function picture(person) {
  const base64 = await person.page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 500, height: 300 });
    const context = canvas.getContext('2d');
    for (let n = 0; n < 60; n++) {
      context.fillStyle = `hsl(${n * 6} 70% 50%)`;
      context.fillRect(n * 8, 0, 8, 300 - n * 3);
    }
    return canvas.toDataURL('image/png').split(',')[1];
  });
  return Buffer.from(base64, 'base64');
}

export const claims = {
  'room is made by what can be fetched again': async ({ alice, bob }) => {
    await alice.home();
    await bob.home();
    await alice.openFirstChat();
    await bob.openFirstChat();
    await alice.page.locator('input[type=file]').first().setInputFiles({ name: 'bars.png', mimeType: 'image/png', buffer: await picture(alice) });
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    const seen = bob.page.locator('.message .picture img').last();
    await seen.waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('.message .picture img')].at(-1)?.naturalWidth > 0);
    await bob.screen('settings/storage');
    const chat = bob.page.locator('.facts li').filter({ hasText: 'Alice' });
    // What one has sent oneself stays: other claims may have left some.
    const before = await chat.getByText('Pictures:').first().textContent();
    await bob.page.getByRole('button', { name: 'See what can go' }).click();
    await bob.page.getByText(/^Can go: /).waitFor();
    await bob.axe('what can go');
    await bob.shot('storage');
    await bob.page.getByRole('button', { name: 'Remove these copies' }).click();
    await bob.page.getByText(/^Gone: /).waitFor();
    await chat.getByText(before, { exact: true }).waitFor({ state: 'detached' });
    await bob.page.getByText(/^Gone: /).scrollIntoViewIfNeeded();
    await bob.shot('storage-after');
    // The browser's own copy is no answer: the node fetches it again.
    const id = await bob.page.evaluate(async () => {
      const [chat] = await (await fetch('/api/chats')).json();
      const messages = await (await fetch(`/api/chats/${chat.id}/messages?limit=50`)).json();
      return messages.find(({ content }) => content.name === 'bars.png').id;
    });
    const bytes = await bob.page.evaluate(async (id) => (await (await fetch(`/api/messages/${id}/file?again`, { cache: 'no-store' })).arrayBuffer()).byteLength, id);
    assert.ok(bytes > 1000, `${bytes} bytes`);
    await bob.page.getByLabel('All copies together at most').selectOption({ index: 2 });
    await bob.page.waitForFunction(async () => (await (await fetch('/api/storage')).json()).limits.total === 5_000_000_000);
    await bob.page.getByLabel('All copies together at most').selectOption({ index: 0 });
    await bob.home();
    await alice.home();
  },
};
