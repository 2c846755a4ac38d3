// Measures the web client: node bench/web/run.mjs LOGIN_URL [--json]
//
// The node is a real one with at least one chat. First: what is transferred, and how long until the first chat shows,
// from that node. Then the page alone, at sizes that no demo has: the answers for 10,000 chats and for a chat of 100,000
// messages are made up in the browser's network layer; all code of the page is the shipped one.
//
// Needs `npm ci` in tests/browser and Debian's chromium. Times are of a headless browser that draws in software.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { launch } from '../../tests/browser/browser.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const [loginUrl] = positionals;
if (!loginUrl) {
  console.error('usage: node bench/web/run.mjs LOGIN_URL [--json]');
  process.exit(2);
}
createRequire(new URL('../../tests/browser/', import.meta.url)).resolve('playwright-core');

const CHATS = 10_000;
const MESSAGES = 100_000;
const KEYS = 60;
const SCROLL_FRAMES = 600;
const origin = new URL(loginUrl).origin;
const results = {};

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const round = (value) => Math.round(value * 10) / 10;
  return { median: round(quantile(sorted, 0.5)), p95: round(quantile(sorted, 0.95)), max: round(sorted.at(-1)) };
}

/** A page whose first message leaves its time in `window.shownAt`. */
async function watched(context) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('.message')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.shownAt = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
  });
  return page;
}

/** Bytes over the wire and the time until a chat shows, `tries` times. */
async function firstChat(context, chat, tries) {
  const times = [];
  let bytes = 0;
  for (let n = 0; n < tries; n++) {
    const page = await watched(context);
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let size = 0;
    session.on('Network.loadingFinished', (event) => { size += event.encodedDataLength; });
    await page.goto(`${origin}/#/chat/${chat}`);
    await page.waitForFunction(() => window.shownAt !== undefined);
    times.push(await page.evaluate(() => window.shownAt));
    bytes = Math.max(bytes, size);
    await page.close();
  }
  return { bytes, times };
}

const id = (n) => n.toString(16).padStart(64, '0');
const WORDS = 'signal tower wind arm letter night relay code river hill answer'.split(' ');
const START = Date.UTC(2026, 0, 1);

function message(n) {
  const words = 1 + ((n * 7919) % 40);
  const text = Array.from({ length: words }, (_, at) => WORDS[(n + at * 3) % WORDS.length]).join(' ');
  const mine = n % 3 === 0;
  const base = { id: id(n + 1), chat: id(1), from: id(mine ? 7 : 8), mine, text, content: { kind: 'text' }, at: START + n * 60_000, order: String(n).padStart(12, '0') };
  return mine ? { ...base, ticks: 'read' } : base;
}

function chats(real) {
  return Array.from({ length: CHATS }, (_, n) => ({
    ...real, id: id(n + 1), title: `${WORDS[n % WORDS.length]} ${n}`, with: id(n + 1), accepted: true, unread: n % 9 === 0 ? 3 : 0,
    last: { ...message(MESSAGES - 1 - n), chat: id(n + 1) },
  }));
}

/** A context in which the node seems to have all that. */
async function bigContext(browser, state, real) {
  const context = await browser.newContext({ storageState: state, serviceWorkers: 'block', viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const all = JSON.stringify(chats(real));
  const json = (body) => ({ contentType: 'application/json', body });
  await context.route('**/api/chats', (route) => route.fulfill(json(all)));
  await context.route('**/api/chats/*/read', (route) => route.fulfill({ status: 204 }));
  await context.route('**/api/chats/*/messages?*', (route) => {
    const query = new URL(route.request().url()).searchParams;
    const end = query.has('before') ? Number.parseInt(query.get('before'), 16) - 1 : MESSAGES;
    const from = Math.max(0, end - Number(query.get('limit')));
    return route.fulfill(json(JSON.stringify(Array.from({ length: end - from }, (_, at) => message(from + at)))));
  });
  return context;
}

/** Milliseconds from a key to the frame after it was drawn, per key. */
async function keys(page, field) {
  await page.locator(field).focus();
  await page.evaluate(() => {
    window.strokes = [];
    document.addEventListener('keydown', (event) => {
      const begun = event.timeStamp;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.strokes.push(performance.now() - begun);
        channel.port2.postMessage(0);
      });
    }, { capture: true });
  });
  for (let n = 0; n < KEYS; n++) {
    await page.keyboard.press('abcdefgh'[n % 8]);
    await page.waitForFunction((count) => window.strokes.length >= count, n + 1);
  }
  return page.evaluate(() => window.strokes);
}

/** Scrolls by `step` pixels a frame; times of frames, and the most elements at once. */
function scroll(page, step) {
  return page.evaluate(async ({ step, frames }) => {
    const box = document.querySelector('.messages');
    const times = [];
    let most = 0;
    let before = performance.now();
    for (let n = 0; n < frames; n++) {
      box.scrollTop += step;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - before);
      before = now;
      if (n % 10 === 0) most = Math.max(most, document.querySelectorAll('*').length);
    }
    return { times: times.slice(2), most };
  }, { step, frames: SCROLL_FRAMES });
}

const browser = await launch();
const login = await browser.newContext({ viewport: { width: 1280, height: 800 } });
await (await login.newPage()).goto(loginUrl);
const real = await (await login.request.get(`${origin}/api/chats`)).json();
const state = await login.storageState();

const cold = await browser.newContext({ storageState: state, serviceWorkers: 'block' });
const one = await firstChat(cold, real[0].id, 1);
results.transfer_kb = Math.round(one.bytes / 102.4) / 10;
results.first_chat_cold_ms = spread(one.times);
results.first_chat_warm_ms = spread((await firstChat(cold, real[0].id, 7)).times);
await cold.close();

const big = await bigContext(browser, state, real[0]);
const page = await watched(big);
await page.goto(`${origin}/#/chat/${id(1)}`);
await page.waitForFunction(() => window.shownAt !== undefined);
results.first_chat_of_10000_ms = Math.round(await page.evaluate(() => window.shownAt));
results.key_composer_ms = spread(await keys(page, '#composer'));
await page.reload();
await page.locator('.message').first().waitFor();
results.key_search_ms = spread(await keys(page, '#search'));
await page.reload();
await page.locator('.message').first().waitFor();

const up = await scroll(page, -120);
results.scroll_up_loading_ms = spread(up.times);
const begun = Date.now();
await page.getByRole('button', { name: 'Go to a day' }).first().click();
await page.getByLabel('Day', { exact: true }).fill('2026-01-01');
await page.getByRole('button', { name: 'Go', exact: true }).click();
await page.locator(`[data-message="${id(1)}"]`).waitFor({ timeout: 120_000 });
results.load_100000_ms = Date.now() - begun;
const down = await scroll(page, 120);
results.scroll_100000_ms = spread(down.times);
results.scroll_100000_fps = Math.round(1000 / (down.times.reduce((sum, time) => sum + time, 0) / down.times.length));
results.elements_most = Math.max(up.most, down.most);
const session = await big.newCDPSession(page);
await session.send('HeapProfiler.collectGarbage');
results.heap_mb = Math.round((await session.send('Runtime.getHeapUsage')).usedSize / 1e6);
await browser.close();

if (values.json) console.log(JSON.stringify(results));
else for (const [name, value] of Object.entries(results)) console.log(name.padEnd(26), typeof value === 'object' ? Object.entries(value).map(([key, number]) => `${key} ${number}`).join('  ') : value);
