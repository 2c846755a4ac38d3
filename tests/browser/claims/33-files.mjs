// Files at the page: chosen, dropped and pasted; pictures are shown, others saved whole; what fails says why.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/** A picture with a colour left and another right, as PNG. */
async function picture(person, width, height) {
  const base64 = await person.page.evaluate(async ([width, height]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    const slope = context.createLinearGradient(0, 0, width, height);
    slope.addColorStop(0, '#2a7fdb');
    slope.addColorStop(1, '#f2a33a');
    context.fillStyle = slope;
    context.fillRect(0, 0, width, height);
    return canvas.toDataURL('image/png').split(',')[1];
  }, [width, height]);
  return Buffer.from(base64, 'base64');
}

const choose = (person, files) => person.page.locator('.composer input[type=file]').setInputFiles(files);

/** Both are in their chat. */
async function meet(...people) {
  for (const person of people) {
    if ((await person.field().count()) === 0) await person.openFirstChat();
  }
}

export const claims = {
  'a picture is sent as a photo, seen, and looked at large': async ({ alice, bob, tag }) => {
    await meet(alice, bob);
    await choose(alice, { name: `tower ${tag}.png`, mimeType: 'image/png', buffer: await picture(alice, 900, 600) });
    const dialog = alice.page.locator('dialog[open]');
    await dialog.locator('.chosen-files img').waitFor();
    await alice.axe('before a photo is sent');
    await alice.shot('send-files');
    await dialog.locator('textarea').fill(`the *tower* ${tag}`);
    await dialog.locator('textarea').press('Enter');
    for (const person of [alice, bob]) {
      const image = person.bubbles(`the tower ${tag}`).locator('.picture img');
      await image.waitFor();
      await person.page.waitForFunction((image) => image.complete && image.naturalWidth === 900, await image.elementHandle());
    }
    const shown = bob.bubbles(`the tower ${tag}`).locator('.picture');
    assert.match((await shown.locator('img').getAttribute('alt')) ?? '', new RegExp(`^Picture .tower ${tag}.jpg`));
    await bob.axe('a photo');
    await bob.shot('photo');
    await shown.click();
    await bob.page.locator('.picture-large img').waitFor();
    await bob.axe('a large photo');
    await bob.shot('photo-large');
    await bob.page.keyboard.press('Escape');
  },

  'a dropped file arrives whole, and its name is only a name': async ({ alice, bob, tag }) => {
    await meet(alice, bob);
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 251));
    await alice.page.locator('section.chat').evaluate((place, [name, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: 'application/pdf' }));
      place.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
      place.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, [`<b>plan</b> ${tag}.pdf`, bytes.toString('base64')]);
    await alice.page.locator('dialog[open] button[type=submit]').click();
    // A slash in a name would lead into a folder: the node says no, and the page says so.
    await alice.page.locator('.on-the-way li').first().waitFor();
    await alice.axe('a file that was refused');
    await alice.shot('file-refused');
    await alice.page.locator('.on-the-way button').last().click();
    await alice.page.locator('.on-the-way').waitFor({ state: 'detached' });
    await choose(alice, { name: `plan <i> ${tag}.pdf`, mimeType: 'application/pdf', buffer: bytes });
    await alice.page.locator('dialog[open] button[type=submit]').click();
    const saved = bob.bubbles(`plan <i> ${tag}.pdf`).locator('a.saved');
    await saved.waitFor();
    assert.equal(await saved.locator('i').count(), 0);
    const waiting = bob.page.waitForEvent('download');
    await saved.click();
    const download = await waiting;
    assert.equal(download.suggestedFilename().replace(/_/g, '<').endsWith(`${tag}.pdf`), true);
    assert.ok((await readFile(await download.path())).equals(bytes));
    await bob.axe('a file');
    await bob.shot('file');
  },

  'a file that no relay takes yet says so, can be paused, and can be cancelled': async ({ alice, bob, tag, demo }) => {
    await meet(alice, bob);
    for (const relay of ['1', '2', '3', '4']) demo('stop', 'relay', relay);
    await choose(alice, { name: `waits ${tag}.bin`, mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 7) });
    await alice.page.locator('dialog[open] button[type=submit]').click();
    const line = alice.page.locator('.on-the-way li', { hasText: `waits ${tag}.bin` });
    await line.locator('.faint', { hasText: 'relay' }).waitFor();
    await alice.axe('a file on its way');
    await alice.shot('on-the-way');
    await line.getByRole('button', { name: 'Pause' }).click();
    await line.locator('.faint', { hasText: 'paused' }).waitFor();
    await line.getByRole('button', { name: 'Go on' }).click();
    await line.getByRole('button', { name: 'Pause' }).waitFor();
    for (const relay of ['1', '2', '3', '4']) demo('start', 'relay', relay);
    await bob.bubbles(`waits ${tag}.bin`).locator('a.saved').waitFor({ timeout: 60_000 });
    await line.waitFor({ state: 'detached' });
    await bob.home();
    await alice.home();
  },
};
