// A relay is used by its link, by a picture of its code, by the camera; and not any more, after a question.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { launch } from '../browser.mjs';
import { Relay } from '../node.mjs';
import { Person } from '../person.mjs';

let relay;
let code;

const facts = (person) => person.page.locator('.facts li');

/** A film of one picture, for a browser that takes it for its camera: YUV4MPEG2 with the grey values alone. */
async function film(page, png) {
  const [width, height] = [640, 480];
  const grey = await page.evaluate(
    async ([data, width, height]) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${data}`;
      await picture.decode();
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context.fillStyle = '#888';
      context.fillRect(0, 0, width, height);
      // As a hand holds it: not straight.
      context.translate(width / 2, height / 2);
      context.rotate(0.1);
      context.drawImage(picture, -190, -190, 380, 380);
      const { data: pixels } = context.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, n) => pixels[4 * n]);
    },
    [png.toString('base64'), width, height],
  );
  const colour = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(grey), colour]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]);
}

export const claims = {
  'a relay is used by its link; a torn one is refused': async ({ alice, demo }) => {
    if (!demo) return;
    relay = await Relay.make();
    assert.match(relay.link, /^chappe:relay\/[\w-]+$/);
    const { page } = alice;
    await alice.home();
    await alice.screen('settings/relays');
    assert.equal(await facts(alice).filter({ hasText: 'connected since' }).count(), 4);
    await page.getByLabel('Link of the relay').fill(relay.link.slice(0, -3));
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.locator('.problem', { hasText: 'damaged' }).waitFor();
    await page.getByLabel('Link of the relay').fill(relay.link);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.facts li.good').length === 5);
    await alice.axe('relays');
    await alice.shot('relays');
    // Whoever uses it can hand it on.
    const newest = facts(alice).filter({ hasNotText: 'Serves one chat.' }).filter({ has: page.getByRole('button', { name: 'Stop using' }) });
    for (const one of await newest.all()) {
      await one.getByRole('button', { name: 'Link and code' }).click();
      if ((await one.getByLabel('Link of the relay').inputValue()) === relay.link) {
        await page.waitForFunction(() => [...document.querySelectorAll('.qr')].every((picture) => picture.naturalWidth > 0));
        code = await one.locator('.qr').screenshot();
        await alice.axe('relay code');
        await alice.shot('relay-code');
      }
    }
    assert.ok(code, 'its code was shown');
  },

  'a relay is used by a picture of its code; another code is not taken': async ({ alice, bob, demo }) => {
    if (!demo) return;
    const { page } = bob;
    await bob.home();
    await bob.screen('settings/relays');
    const give = (buffer) => page.locator('.scanner input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
    await give(Buffer.from('no picture'));
    await page.getByText('There is no code in this picture').waitFor();
    await alice.screen('invite');
    await alice.page.getByRole('button', { name: 'Make a link' }).click();
    await alice.page.waitForFunction(() => (document.querySelector('.qr')?.naturalWidth ?? 0) > 0);
    await give(await alice.page.locator('.qr').screenshot());
    await page.getByText('This code leads to no relay.').waitFor();
    await bob.axe('wrong code');
    await give(code);
    await page.waitForFunction((link) => document.querySelector('.screen form input')?.value === link, relay.link);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.facts li.good').length === 5);
    await bob.home();
    await alice.home();
  },

  'the camera reads a code, and one code leads anywhere': async ({ alice, demo, out }) => {
    if (!demo) return;
    const folder = await mkdtemp(`${tmpdir()}/chappe-film.`);
    await writeFile(`${folder}/code.y4m`, await film(alice.page, code));
    const browser = await launch(`--use-file-for-fake-video-capture=${folder}/code.y4m`);
    try {
      const link = demo('web', 'alice').split('\n').at(-1);
      const person = await Person.enter(browser, 'camera', link, out);
      const { page } = person;
      await person.screen('scan');
      await page.getByRole('button', { name: 'Camera' }).click();
      await page.getByRole('heading', { name: 'Relays' }).first().waitFor();
      await page.waitForFunction((known) => document.querySelector('.screen form input')?.value === known, relay.link);
      // The camera is off again.
      assert.equal(await page.locator('video').count(), 0);
      await page.getByRole('button', { name: 'Back' }).click();
      await person.screen('scan');
      await person.axe('scan');
      await person.shot('scan');
      await page.getByLabel('Or the link').fill('https://example.org');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByText('This is no code or link of Chappe.').waitFor();
      assert.deepEqual([person.errors, person.foreign], [[], []]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
  },

  'a relay that is gone says since when, and is dropped after a question': async ({ alice, bob, demo }) => {
    if (!demo) return;
    await relay.stop();
    for (const person of [alice, bob]) {
      const { page } = person;
      await person.home();
      await person.screen('settings/relays');
      const gone = facts(person).filter({ hasText: 'no link since' });
      await gone.waitFor();
      await gone.getByRole('button', { name: 'Stop using' }).click();
      await page.getByRole('heading', { name: 'Stop using' }).waitFor();
      await person.axe('drop relay');
      await person.shot('drop-relay');
      await page.keyboard.press('Escape');
      await gone.waitFor();
      await gone.getByRole('button', { name: 'Stop using' }).click();
      await page.locator('dialog').getByRole('button', { name: 'Stop using' }).click();
      await gone.waitFor({ state: 'detached' });
      assert.equal(await facts(person).count(), 4);
      await person.home();
    }
  },
};
