import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundleOf } from '../src/i18n/texts';
import { languageOf, negotiate } from '../src/i18n/languages';
import { beginOf, dayOf } from '../src/model/days';
import { type Emoji, emojiRows, sections } from '../src/model/emoji';
import { DEFAULTS, chosenTheme, readPrefs, soundOf } from '../src/model/prefs';
import { CHATS, HOME, column, format, parse } from '../src/model/route';
import { fromTdesktop } from '../src/model/tdesktop';
import { DARK, LIGHT, TOKENS, contrast, faults, paletteOf, readTheme, readable, receive, share } from '../src/model/theme';

const CHAT = 'ab'.repeat(32);

test('an address says where one is, and anything else leads home', () => {
  for (const route of [
    HOME,
    { pane: CHATS, chat: CHAT, info: false },
    { pane: CHATS, chat: CHAT, info: true },
    { pane: 'settings', info: false },
    { pane: 'settings/themes', chat: 'a'.repeat(64), info: false },
  ]) {
    assert.deepEqual(parse(format(route)), route);
  }
  for (const bad of ['', '#', '#x', `#${CHAT}`, '#/chat/zz', `#/chat/${CHAT}/more`, '#/<img>', '#/a/b/c/d', `#/chat/${CHAT}/info/x`]) {
    assert.deepEqual(parse(bad), HOME, bad);
  }
});

test('a narrow page shows one column', () => {
  assert.equal(column(HOME), 'left');
  assert.equal(column({ pane: CHATS, chat: CHAT, info: false }), 'middle');
  assert.equal(column({ pane: CHATS, chat: CHAT, info: true }), 'right');
  assert.equal(column({ pane: 'settings', chat: CHAT, info: false }), 'left');
});

test('days are local, and found again', () => {
  const noon = new Date(2026, 10, 24, 12, 34).getTime();
  assert.equal(dayOf(noon), '2026-11-24');
  assert.equal(dayOf(beginOf('2026-11-24') ?? 0), '2026-11-24');
  assert.equal(dayOf((beginOf('2026-11-24') ?? 0) - 1), '2026-11-23');
  for (const bad of ['', '2026-1-1', 'x', '2026-11-24T00']) assert.equal(beginOf(bad), undefined);
});

test('both palettes are readable everywhere, and the style sheet has the same colours', () => {
  assert.deepEqual(faults(LIGHT), []);
  assert.deepEqual(faults(DARK), []);
  assert.ok(contrast('#000000', '#ffffff') > 20.9 && contrast('#3390ec', '#ffffff') < 3.4);
  const css = readFileSync('src/style/tokens.css', 'utf8');
  for (const token of TOKENS) {
    assert.ok(css.includes(`--${token}: light-dark(${LIGHT[token]}, ${DARK[token]});`), token);
  }
});

test('an own theme travels as text, and nothing else is one', () => {
  const theme = { name: 'Mör 🌙', base: 'dark' as const, colours: { accent: '#ff8800' } };
  assert.deepEqual(receive(share(theme)), theme);
  assert.equal(paletteOf(theme).accent, '#ff8800');
  const hostile = { name: 'x', base: 'light', colours: { accent: 'url(https://evil)', '</style>': '#ffffff', ground: '#FFF' } };
  assert.deepEqual(readTheme(hostile), { name: 'x', base: 'light', colours: {} });
  for (const bad of [null, 1, {}, { name: '', base: 'light', colours: {} }, { name: 'x'.repeat(41), base: 'light', colours: {} }, { name: 'x', base: 'pink', colours: {} }]) {
    assert.equal(readTheme(bad), undefined);
  }
  for (const bad of ['', 'chappe-theme:', 'chappe-theme:%%%', 'chappe-theme:e30', `chappe-theme:${'A'.repeat(3000)}`]) {
    assert.equal(receive(bad), undefined);
  }
});

test('a theme that is hard to read is made readable', () => {
  const faint = { name: 'x', base: 'light' as const, colours: { text: '#cccccc', faint: '#eeeeee', link: '#3390ec' } };
  assert.ok(faults(paletteOf(faint)).length > 0);
  assert.deepEqual(faults(paletteOf(readable(faint))), []);
});

test("a theme file of Telegram Desktop gives its colours; references are followed, circles are not", () => {
  const file = `// a comment
    windowBg: #101418; /* another
    windowFg: #000000; */
    windowFg: white;
    white: #fffffe80;
    windowBgActive: a; a: b; b: a;
    b: windowBgActive;
    msgOutBg: #2B5278;
    evil: url(http://x);`;
  const theme = fromTdesktop(file, 'Night');
  assert.equal(theme?.base, 'dark');
  assert.equal(theme?.colours.ground, '#101418');
  assert.equal(theme?.colours.text, '#fffffe');
  assert.equal(theme?.colours.mine, '#2b5278');
  assert.equal(theme?.colours.accent, undefined);
  assert.deepEqual(faults(paletteOf(theme as NonNullable<typeof theme>)), []);
  for (const bad of ['', 'PK\u0003', 'windowFg: #ffffff;', `windowBg: #ffffff;${' '.repeat(300_001)}`]) {
    assert.equal(fromTdesktop(bad, 'x'), undefined);
  }
});

test('choices are read whatever stands in the storage', () => {
  for (const bad of [null, '', '[]', 'null', '{"themes":7,"textSize":"9999","appearance":"<b>","sounds":[1]}']) {
    assert.deepEqual(readPrefs(bad), DEFAULTS);
  }
  const theme = { name: 'x', base: 'light', colours: {} };
  const kept = { ...DEFAULTS, appearance: 'own:0', themes: [theme], textSize: 18, sounds: { [CHAT]: 'bell' }, language: 'de' };
  const read = readPrefs(JSON.stringify(kept));
  assert.deepEqual(read, kept);
  assert.deepEqual(chosenTheme(read), theme);
  assert.equal(chosenTheme({ ...read, appearance: 'own:5' }), undefined);
  assert.equal(soundOf(read, CHAT), 'bell');
  assert.equal(soundOf(read, 'other'), 'drop');
  assert.equal(readPrefs(JSON.stringify({ themes: Array(99).fill(theme) })).themes.length, 20);
});

test('the language is the first that is wanted and spoken', () => {
  assert.equal(negotiate(['pt-BR', 'de-CH', 'en']).code, 'de');
  assert.equal(negotiate(['xx']).code, 'en');
  assert.equal(negotiate(['ar-EG']).rtl, true);
  assert.equal(languageOf('xx'), undefined);
});

test('a name cannot turn the words around it: Fluent isolates what it puts in', () => {
  const bundle = bundleOf('en', 'greet = Chat with { $name }');
  const pattern = bundle.getMessage('greet')?.value ?? '';
  assert.equal(bundle.formatPattern(pattern, { name: '\u05d0' }), 'Chat with \u2068\u05d0\u2069');
});

test('emoji are found by every word, and cut into rows', () => {
  const all: Emoji[] = [[0, 'A', 'grinning face happy'], [0, 'B', 'sad face'], [9, 'C', 'flag: chad']];
  assert.deepEqual(sections(all, '').map((one) => one.group), [0, 9]);
  assert.deepEqual(sections(all, 'FACE hap').flatMap((one) => one.emoji), ['A']);
  assert.deepEqual(sections(all, 'rinning'), []);
  assert.deepEqual(emojiRows(sections(all, ''), 1).map((row) => row.kind), ['group', 'emoji', 'emoji', 'group', 'emoji']);
});
