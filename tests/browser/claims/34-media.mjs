// Sounds and videos at the page: a voice message is recorded, listened to, sent, played; a video shows itself before it plays.
import assert from 'node:assert/strict';

async function meet(...people) {
  for (const person of people) {
    if ((await person.field().count()) === 0) await person.openFirstChat();
  }
}

/** A second of a canvas that changes its colour, as the browser records it. */
async function clip(person) {
  const base64 = await person.page.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const context = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
    const pieces = [];
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    const over = new Promise((go) => (recorder.onstop = go));
    recorder.start();
    for (let n = 0; n < 20; n++) {
      context.fillStyle = `hsl(${n * 18} 80% 50%)`;
      context.fillRect(0, 0, 320, 180);
      await new Promise((go) => setTimeout(go, 50));
    }
    recorder.stop();
    await over;
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(base64, 'base64');
}

async function picture(person, n) {
  const base64 = await person.page.evaluate((n) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 600, height: 400 });
    const context = canvas.getContext('2d');
    context.fillStyle = `hsl(${n * 110} 60% 50%)`;
    context.fillRect(0, 0, 600, 400);
    return canvas.toDataURL('image/png').split(',')[1];
  }, n);
  return Buffer.from(base64, 'base64');
}

const microphone = (person) => person.page.getByRole('button', { name: 'Record a voice message' });
const voices = (person) => person.page.locator('.message .voice');

async function record(person, seconds) {
  await microphone(person).click();
  await person.page.waitForFunction((wanted) => (document.querySelector('.recording [role=timer]')?.textContent ?? '') >= wanted, `0:0${seconds}`);
}

export const claims = {
  'a voice message is listened to before it goes, and plays on the other side at any speed': async ({ alice, bob }) => {
    await meet(alice, bob);
    const before = await voices(bob).count();
    await record(alice, 2);
    await alice.axe('recording');
    await alice.shot('recording');
    await alice.page.getByRole('button', { name: 'Stop, to listen first' }).click();
    await alice.page.locator('.recording audio').waitFor();
    await alice.axe('a recording before it is sent');
    await alice.page.locator('.recording .send').click();
    const voice = voices(bob).nth(before);
    await voice.waitFor();
    assert.ok((await voice.locator('.wave i').count()) >= 60, 'there is a waveform');
    const length = Number(await voice.locator('[role=slider]').getAttribute('aria-valuemax'));
    assert.ok(length >= 2 && length <= 8, `${length} s`);
    // A dot on both sides until it is listened to.
    const dot = (person) => voices(person).nth(before).locator('.unheard');
    await dot(bob).waitFor();
    await dot(alice).waitFor();
    await alice.shot('voice-not-heard');
    await bob.axe('a voice message');
    await bob.shot('voice');
    await voice.getByRole('button', { name: 'Play' }).click();
    await voice.locator('.rate').click();
    assert.match(await voice.locator('.rate').textContent(), /1.5/);
    await dot(bob).waitFor({ state: 'detached' });
    await dot(alice).waitFor({ state: 'detached' });
    // It moves, and to where one taps.
    await voice.locator('.wave i.played').first().waitFor();
    const box = await voice.locator('[role=slider]').boundingBox();
    await bob.page.mouse.click(box.x + box.width * 0.8, box.y + box.height / 2);
    await bob.page.waitForFunction((most) => document.querySelectorAll('.voice .wave i.played').length > most, 45);
    await bob.home();
    await alice.home();
  },

  'playing goes on with the next voice message; a recording can be thrown away': async ({ alice, bob }) => {
    await meet(alice, bob);
    // Only the rows in view are in the document, and a chat that was just opened goes to its end first: there the voice
    // message of the claim before stands.
    await voices(bob).first().waitFor();
    const before = await voices(bob).count();
    for (const n of [0, 1]) {
      await record(alice, 1);
      await alice.page.locator('.recording .send').click();
      await voices(bob).nth(before + n).waitFor();
    }
    await record(alice, 1);
    await alice.page.getByRole('button', { name: 'Throw it away' }).click();
    await alice.field().waitFor();
    await voices(bob).nth(before).getByRole('button', { name: 'Play' }).click();
    await voices(bob).nth(before + 1).getByRole('button', { name: 'Pause' }).waitFor();
    assert.equal(await voices(bob).nth(before).getByRole('button', { name: 'Pause' }).count(), 0);
    assert.equal(await voices(bob).count(), before + 2);
    await bob.home();
    await alice.home();
  },

  'a video shows one of its pictures before it plays': async ({ alice, bob, tag }) => {
    await meet(alice, bob);
    const buffer = await clip(alice);
    await alice.page.locator('.composer input[type=file]').setInputFiles({ name: `ride ${tag}.webm`, mimeType: 'video/webm', buffer });
    await alice.page.locator('dialog[open] textarea').fill(`the ride ${tag}`);
    await alice.page.locator('dialog[open] textarea').press('Enter');
    const video = bob.bubbles(`the ride ${tag}`).locator('video');
    await video.waitFor();
    assert.match((await video.getAttribute('poster')) ?? '', /^data:image\/jpeg;base64,.{100}/);
    assert.deepEqual([await video.getAttribute('width'), await video.getAttribute('height')], ['320', '180']);
    await bob.shot('video');
    await bob.axe('a video');
    const played = await video.evaluate(async (video) => {
      video.muted = true;
      await video.play();
      await new Promise((go) => video.addEventListener('timeupdate', () => video.currentTime > 0 && go()));
      return video.videoWidth;
    });
    assert.equal(played, 320);
    await bob.home();
    await alice.home();
  },

  'several pictures stand in one bubble, and the large view leads through them': async ({ alice, bob, tag }) => {
    await meet(alice, bob);
    const files = await Promise.all([0, 1, 2].map(async (n) => ({ name: `yard ${n} ${tag}.png`, mimeType: 'image/png', buffer: await picture(alice, n) })));
    await alice.page.locator('.composer input[type=file]').setInputFiles(files);
    await alice.page.locator('dialog[open] textarea').fill(`the yard ${tag}`);
    await alice.page.locator('dialog[open] textarea').press('Enter');
    const album = bob.bubbles(`the yard ${tag}`).locator('.album');
    await album.locator('.cell').nth(2).locator('img').waitFor();
    assert.equal(await album.locator('.cell').count(), 3);
    await bob.axe('an album');
    await bob.shot('album');
    await album.locator('.cell .picture').first().click();
    const large = bob.page.locator('.picture-large img');
    await large.waitFor();
    const alt = await large.getAttribute('alt');
    const box = await large.boundingBox();
    await bob.page.mouse.move(box.x + box.width * 0.8, box.y + 40);
    await bob.page.mouse.down();
    await bob.page.mouse.move(box.x + box.width * 0.2, box.y + 40);
    await bob.page.mouse.up();
    await bob.page.waitForFunction((alt) => document.querySelector('.picture-large img')?.alt !== alt, alt);
    await bob.page.keyboard.press('Escape');
    await bob.home();
    await alice.home();
  },

  'what was sent in a chat is listed by its sort, and leads back to the message': async ({ alice, bob, tag }) => {
    await meet(alice, bob);
    await alice.say(`see https://example.org/${tag}`);
    await bob.bubbles(`see https://example.org/${tag}`).waitFor();
    await bob.page.locator('section.chat .heading').click();
    const list = bob.page.locator('.shared');
    await list.locator('.shared-grid .picture').nth(2).waitFor();
    await bob.axe('the media of a chat');
    await bob.shot('shared-media');
    await list.getByRole('button', { name: 'Voice' }).click();
    await list.locator('.voice').nth(2).waitFor();
    await bob.axe('the voice messages of a chat');
    await bob.shot('shared-voice');
    await list.getByRole('button', { name: 'Links' }).click();
    await list.locator('a', { hasText: tag }).waitFor();
    await list.getByRole('button', { name: 'Media' }).click();
    await list.locator('.shared-grid .picture').last().click();
    await bob.page.locator('.message.marked').waitFor();
    await bob.home();
    await alice.home();
  },
};
