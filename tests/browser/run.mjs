// Two people, two browsers, real nodes and relays: node run.mjs ALICE_LOGIN_URL BOB_LOGIN_URL [--out FOLDER] [--only PATTERN]
//
// Runs the claims of claims/*.mjs, in the order of the files' names. Both nodes must be introduced already (they share
// a chat). With DEMO_DATA they are those of scripts/demo, and nodes are stopped and started too. Exits with 0 only if
// every claim holds. Needs Debian's chromium (or CHROMIUM=/path) and `npm ci` in this folder.
//
// A file of claims exports `claims`: names and functions of { alice, bob, tag, browser, demo }. Each begins and ends
// with both people at their chats in a desktop's window.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { launch } from './browser.mjs';
import { Person } from './person.mjs';

const options = { out: { type: 'string' }, only: { type: 'string' } };
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [aliceUrl, bobUrl] = positionals;
if (!aliceUrl || !bobUrl) {
  console.error('usage: node run.mjs ALICE_LOGIN_URL BOB_LOGIN_URL [--out FOLDER]   (make demo prints the two links)');
  process.exit(2);
}
const out = values.out ?? new URL('./out', import.meta.url).pathname;
await mkdir(out, { recursive: true });

const script = new URL('../../scripts/demo', import.meta.url).pathname;
/** Acts on the demo; undefined if these nodes are nobody's demo. */
const demo = process.env.DEMO_DATA ? (...words) => execFileSync(script, words, { encoding: 'utf8' }).trim() : undefined;

const browser = await launch();
const alice = await Person.enter(browser, 'alice', aliceUrl, out);
const bob = await Person.enter(browser, 'bob', bobUrl, out);
const context = { alice, bob, tag: Math.random().toString(36).slice(2, 8), browser, demo, aliceUrl, bobUrl, out };

const files = (await readdir(new URL('./claims/', import.meta.url))).filter((name) => name.endsWith('.mjs')).sort();
let [held, failures] = [0, 0];
for (const file of files) {
  const { claims } = await import(`./claims/${file}`);
  for (const [claim, check] of Object.entries(claims)) {
    if (values.only && !new RegExp(values.only).test(`${file} ${claim}`)) continue;
    const begun = Date.now();
    try {
      await check(context);
      held += 1;
      console.log(`ok      ${file}: ${claim} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failures += 1;
      console.error(`FAILED  ${file}: ${claim}\n        ${String(error?.stack ?? error).split('\n').join('\n        ')}`);
      await alice.shot(`failure-${failures}`);
      await bob.shot(`failure-${failures}`);
      await alice.home().catch(() => undefined);
      await bob.home().catch(() => undefined);
    }
  }
}
await browser.close();
console.log(`${held} of ${held + failures} claims hold; pictures in ${out}`);
process.exit(failures === 0 ? 0 : 1);
