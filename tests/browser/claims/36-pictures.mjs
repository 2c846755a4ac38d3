// Pictures of people and groups: chosen at the page, seen by the others in their lists.
import assert from 'node:assert/strict';

/** An uncompressed picture, one colour. */
function image(side, [red, green, blue]) {
  const row = Math.ceil((side * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + row * side);
  bytes.write('BM');
  [[bytes.length, 2], [54, 10], [40, 14], [side, 18], [side, 22]].forEach(([value, at]) => bytes.writeUInt32LE(value, at));
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) bytes.set([blue, green, red], 54 + y * row + x * 3);
  return { name: 'me.bmp', mimeType: 'image/bmp', buffer: bytes };
}

/** The colour in the middle of an avatar, as the browser drew it. */
const colour = (locator) =>
  locator.evaluate(async (img) => {
    await img.decode();
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d');
    context.drawImage(img, img.naturalWidth / 2, img.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });

const near = (a, b) => a.every((value, n) => Math.abs(value - b[n]) < 12);

export const claims = {
  'a picture of oneself is chosen, and the other sees it': async ({ alice, bob }) => {
    await bob.home();
    await alice.screen('settings/profile');
    await alice.page.locator('.portrait input[type=file]').setInputFiles(image(400, [20, 140, 60]));
    const own = alice.page.locator('.portrait .avatar img');
    await own.waitFor();
    assert.ok(near(await colour(own), [20, 140, 60]));
    await alice.axe('a profile with a picture');
    await alice.shot('profile-picture');
    const seen = bob.page.locator('.chat-row[data-chat]', { hasText: 'Alice' }).locator('.avatar img').first();
    await seen.waitFor({ timeout: 30_000 });
    assert.ok(near(await colour(seen), [20, 140, 60]));
    await bob.axe('a list with a picture');
    await bob.shot('list-picture');
    await alice.page.locator('.portrait input[type=file]').setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await alice.page.locator('.problem', { hasText: 'cannot be used' }).waitFor();
    await alice.page.getByRole('button', { name: 'Remove the picture' }).click();
    await own.waitFor({ state: 'detached' });
    await seen.waitFor({ state: 'detached', timeout: 30_000 });
  },

  'a group gets a picture': async ({ alice, bob, tag }) => {
    await alice.screen('group');
    await alice.page.getByLabel('Name', { exact: true }).fill(`Gallery ${tag}`);
    await alice.page.locator('.people .choice', { hasText: 'Bob' }).click();
    await alice.page.getByRole('button', { name: 'Create' }).click();
    await alice.page.locator('.heading h1', { hasText: `Gallery ${tag}` }).waitFor();
    await alice.page.locator('.heading').click();
    await alice.page.getByRole('button', { name: 'Settings of the chat' }).click();
    await alice.page.locator('dialog[open] .portrait input[type=file]').setInputFiles(image(100, [180, 40, 160]));
    await alice.page.locator('dialog[open] .portrait .avatar img').waitFor({ timeout: 30_000 });
    await alice.axe('settings of a group with a picture');
    await alice.shot('group-picture');
    await alice.page.keyboard.press('Escape');
    const seen = bob.page.locator('.chat-row[data-chat]', { hasText: `Gallery ${tag}` }).locator('.avatar img');
    await seen.waitFor({ timeout: 30_000 });
    assert.ok(near(await colour(seen), [180, 40, 160]));
    await alice.home();
  },
};
