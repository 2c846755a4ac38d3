// Stickers at the page: a pack is made, one of it sent, the other gets the pack from it, likes one, and sends it back.
import assert from 'node:assert/strict';

/** A face with nothing around it, as WEBP. */
async function face(person, hue) {
  const base64 = await person.page.evaluate((hue) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 256, height: 256 });
    const context = canvas.getContext('2d');
    const disc = (x, y, r, colour) => {
      context.fillStyle = colour;
      context.beginPath();
      context.arc(x, y, r, 0, 7);
      context.fill();
    };
    disc(128, 128, 120, `hsl(${hue} 80% 60%)`);
    disc(90, 100, 16, '#222');
    disc(166, 100, 16, '#222');
    context.lineWidth = 12;
    context.beginPath();
    context.arc(128, 130, 60, 0.3, 2.8);
    context.stroke();
    return canvas.toDataURL('image/webp').split(',')[1];
  }, hue);
  return Buffer.from(base64, 'base64');
}

const picker = (person) => person.page.getByRole('dialog', { name: 'Stickers', exact: true });
const shown = (person) => person.page.locator('.message .sticker img');

async function open(person) {
  await person.page.getByRole('button', { name: 'Stickers', exact: true }).click();
  await picker(person).waitFor();
}

export const claims = {
  'a pack is made, sent from, had by the other and sent from again': async ({ alice, bob, tag }) => {
    await alice.home();
    await bob.home();
    await alice.screen('settings/stickers');
    const form = alice.page.locator('.card').filter({ hasText: 'A new pack' });
    await form.getByLabel('What it is called').fill(`Faces ${tag}`);
    const pictures = await Promise.all([10, 120, 260].map(async (hue) => ({ name: `${hue}.webp`, mimeType: 'image/webp', buffer: await face(alice, hue) })));
    await form.locator('input[type=file]').setInputFiles(pictures);
    await form.getByLabel(/Emoji for .*10\.webp/).fill('😀');
    await alice.axe('a new pack');
    await form.getByRole('button', { name: 'Make the pack' }).click();
    await alice.page.getByText(`Faces ${tag}`).waitFor();
    await alice.shot('sticker-packs');
    await alice.home();
    await alice.openFirstChat();
    await bob.openFirstChat();
    await open(alice);
    await picker(alice).getByRole('button', { name: /Send the sticker .*😀/ }).first().waitFor();
    await alice.axe('the sticker picker');
    await alice.shot('sticker-picker');
    await picker(alice).getByRole('button', { name: /Send the sticker .*😀/ }).first().click();
    await shown(alice).last().waitFor();
    await shown(bob).last().waitFor();
    await bob.page.waitForFunction(() => [...document.querySelectorAll('.message .sticker img')].at(-1)?.naturalWidth === 256);
    await bob.axe('a sticker');
    await bob.shot('sticker');
    // Without anything around it.
    const ground = await bob.page.locator('.message.bare .bubble').last().evaluate((bubble) => getComputedStyle(bubble).backgroundColor);
    assert.equal(ground, 'rgba(0, 0, 0, 0)');
    await shown(bob).last().click();
    const dialog = bob.page.getByRole('dialog');
    await dialog.getByText(`Faces ${tag}`).waitFor();
    assert.equal(await dialog.locator('.sticker-grid img').count(), 3);
    await bob.page.waitForFunction(() => [...document.querySelectorAll('dialog .sticker-grid img')].every((img) => img.naturalWidth > 0));
    await bob.axe('a pack');
    await bob.shot('sticker-pack');
    await dialog.getByRole('button', { name: 'Have this pack' }).click();
    await dialog.waitFor({ state: 'detached' });
    await open(bob);
    await picker(bob).getByRole('button', { name: /Favourite: .*⭐/ }).first().click();
    await picker(bob).getByRole('heading', { name: 'Favourites' }).waitFor();
    const before = await shown(alice).count();
    await picker(bob).getByRole('button', { name: /Send the sticker .*⭐/ }).first().click();
    await shown(alice).nth(before).waitFor();
    await alice.home();
    await bob.home();
  },

  'a link to a pack is a card': async ({ alice, bob }) => {
    await alice.home();
    await bob.home();
    const link = await alice.page.evaluate(async () => (await (await fetch('/api/stickers')).json()).packs[0].link);
    await alice.openFirstChat();
    await bob.openFirstChat();
    await alice.field().fill(link);
    await alice.page.keyboard.press('Enter');
    const card = bob.page.locator('.message .pack-card').last();
    await card.waitFor();
    await card.click();
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Remove the pack' }).waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.shot('sticker-card');
    await alice.home();
    await bob.home();
  },
};
