// Memory of the web client under use: node bench/web/hour.mjs LOGIN_URL OTHER_LOGIN_URL [--minutes 60] [--json]
//
// One page of a real node does what a person does, without being reloaded: opens chats, writes, scrolls, searches, looks
// at screens and dialogs. The other person's node writes meanwhile. Heap and nodes are counted after a collection.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { launch } from '../../tests/browser/browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '60' }, json: { type: 'boolean' } },
});
const [loginUrl, otherUrl] = positionals;
const minutes = Number(values.minutes);
if (!loginUrl || !otherUrl || !(minutes > 0)) {
  console.error('usage: node bench/web/hour.mjs LOGIN_URL OTHER_LOGIN_URL [--minutes 60] [--json]');
  process.exit(2);
}

const GROUPS = 12;
const HISTORY = 150;
const SAMPLES = 12;
const PAUSE_MS = 400;
const SCREENS = ['contacts', 'settings', 'settings/profile', 'settings/themes', 'settings/relays', 'settings/devices', 'settings/storage', 'settings/language', 'settings/about'];
const WORDS = 'signal tower wind arm letter night relay code river hill answer'.split(' ');
const sentence = (n) => Array.from({ length: 4 + (n % 20) }, (_, at) => WORDS[(n * 7 + at * 3) % WORDS.length]).join(' ');

const browser = await launch();

/** Somebody with a session at their node, and what they ask of it beside the page. */
async function enter(url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('.chat-row').first().waitFor();
  const { origin } = new URL(url);
  const call = async (method, path, data) => {
    const answer = await context.request.fetch(origin + path, { method, data, headers: { origin } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? undefined : answer.json();
  };
  return { context, page, call };
}

let counted = 0;
const text = () => {
  counted += 1;
  return `${sentence(counted)} ${counted}`;
};

const me = await enter(loginUrl);
const other = await enter(otherUrl);
await other.page.close();
const [first] = await me.call('GET', '/api/chats');
const groups = [];
for (let n = 0; n < GROUPS; n++) groups.push(await me.call('POST', '/api/chats', { kind: 'group', title: `${WORDS[n % WORDS.length]} ${n}`, members: [first.with] }));
const chats = [first.id, ...groups.map(({ id }) => id)];
for (const chat of chats) for (let n = 0; n < HISTORY; n++) await me.call('POST', `/api/chats/${chat}/messages`, { text: text() });

const { page } = me;
const session = await me.context.newCDPSession(page);
const whole = await browser.newBrowserCDPSession();
await session.send('Performance.enable');

/** Bytes of memory that the pages' processes have. */
async function resident() {
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  const states = await Promise.all(pages.map(({ id }) => readFile(`/proc/${id}/status`, 'utf8').catch(() => '')));
  return states.reduce((sum, state) => sum + Number(/VmRSS:\s+(\d+)/.exec(state)?.[1] ?? 0) * 1024, 0);
}

async function sample(begun) {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (name) => metrics.find((one) => one.name === name)?.value ?? 0;
  const mb = (bytes) => Math.round(bytes / 1e5) / 10;
  return {
    minute: Math.round((Date.now() - begun) / 6000) / 10,
    heap_mb: mb(metric('JSHeapUsedSize')),
    resident_mb: mb(await resident()),
    nodes: metric('Nodes'),
    listeners: metric('JSEventListeners'),
  };
}

const hash = (to) => page.evaluate((there) => { location.hash = there; }, to);
const pause = () => page.waitForTimeout(PAUSE_MS);

/** What a person does, in turns. */
const DEEDS = [
  async (n) => {
    await hash(`#/chat/${chats[n % chats.length]}`);
    await page.locator('#composer').waitFor();
    await page.locator('.message').first().waitFor();
  },
  async () => {
    await page.locator('#composer').focus();
    await page.keyboard.type(text());
    await page.keyboard.press('Enter');
  },
  async () => {
    for (const step of [-1500, -1500, -3000, 9000]) {
      await page.locator('.messages').evaluate((box, by) => box.scrollBy(0, by), step);
      await pause();
    }
  },
  async () => {
    await page.locator('#search').fill(WORDS[counted % WORDS.length]);
    await pause();
    await page.locator('#search').fill('');
  },
  async () => {
    await page.keyboard.press('Control+.');
    await page.locator('.info').waitFor();
    await pause();
    await page.keyboard.press('Control+.');
  },
  async (n) => {
    const { hash: back } = new URL(page.url());
    await hash(`#/${SCREENS[n % SCREENS.length]}`);
    await page.locator('.screen').waitFor();
    await pause();
    await hash(back);
  },
  async () => {
    await page.locator('.message .meta').last().click();
    await page.locator('dialog').waitFor();
    await pause();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  },
  async () => {
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.locator('.emoji').waitFor();
    await pause();
    await page.keyboard.press('Escape');
  },
  async (n) => {
    for (let more = 0; more < 3; more++) await other.call('POST', `/api/chats/${chats[n % chats.length]}/messages`, { text: text() });
  },
  async (n) => page.emulateMedia({ colorScheme: n % 2 ? 'dark' : 'light' }),
];

const begun = Date.now();
const end = begun + minutes * 60_000;
const samples = [];
let [turns, slips] = [0, 0];
for (let rounds = 0; Date.now() < end; rounds++) {
  for (const [at, deed] of DEEDS.entries()) {
    // A row may go while it is pointed at: a person would try again, and so does the next round.
    await deed(rounds).catch((error) => {
      slips += 1;
      console.error(`deed ${at} of round ${rounds}: ${String(error.message).split('\n')[0]}`);
    });
    turns += 1;
    await pause();
  }
  if (rounds === 0 || Date.now() - begun > (samples.length * minutes * 60_000) / SAMPLES) {
    samples.push(await sample(begun));
    if (!values.json) console.log(Object.entries(samples.at(-1)).map(([name, value]) => `${name} ${value}`).join('  '));
  }
}
samples.push(await sample(begun));
await browser.close();
const [before, after] = [samples[0], samples.at(-1)];
const result = { minutes, deeds: turns, slips, written: counted, before, after, most_heap_mb: Math.max(...samples.map(({ heap_mb }) => heap_mb)) };
console.log(values.json ? JSON.stringify(result) : JSON.stringify(result, undefined, 2));
