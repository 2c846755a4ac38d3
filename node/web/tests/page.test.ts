import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundleOf } from '../src/i18n/texts';
import { languageOf, negotiate } from '../src/i18n/languages';
import { beginOf, dayOf } from '../src/model/days';
import { type Emoji, emojiRows, sections } from '../src/model/emoji';
import { asked, codeKind, rightly } from '../src/model/first';
import { linkKind } from '../src/model/link';
import { DEFAULTS, chosenTheme, readPrefs, soundName, soundOf, soundProblem } from '../src/model/prefs';
import { CHATS, HOME, column, format, parse } from '../src/model/route';
import { fromTdesktop } from '../src/model/tdesktop';
import { exportIn, sourceOf } from '../src/model/telegram';
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

test('a sound that was brought has a bounded length, and gives way when it is gone', () => {
  for (const [seconds, why] of [[0, 'short'], [0.05, 'short'], [Number.NaN, 'short'], [0.1, undefined], [15, undefined], [15.1, 'long'], [Infinity, 'long']] as const) {
    assert.equal(soundProblem(seconds), why, String(seconds));
  }
  const text = JSON.stringify({ ownSounds: [{ id: 3, name: 'x'.repeat(99) }, { id: -1, name: 'a' }, { id: '4', name: 'b' }, 7], sound: 'own:3', sounds: { [CHAT]: 'own:9' } });
  const prefs = readPrefs(text);
  assert.deepEqual(prefs.ownSounds, [{ id: 3, name: 'x'.repeat(60) }]);
  assert.equal(soundOf(prefs, CHAT), 'own:3', 'that of the chat is gone');
  assert.equal(soundOf({ ...prefs, ownSounds: [] }, CHAT), 'drop');
  for (const bad of ['own:', 'own:x', 'own:-1', 'bells']) assert.equal(readPrefs(JSON.stringify({ sound: bad })).sound, 'drop', bad);
  assert.equal(soundName(' ring.tone.mp3'), 'ring.tone');
});

test('a link says who is asked about it', () => {
  const peer = '12D3KooWQYV9dGMFoRzNStwpXztXaBUjtPqi6aU76ZgUriHhKust';
  const kinds = { 'chappe:relay/AA': 'relay', [`/ip4/203.0.113.7/tcp/4001/p2p/${peer}`]: 'relay', 'chappe:join/AA': 'chat', ' chappe:AA\n': 'person', 'chappe:stickers/AA': 'stickers', 'chappe-theme:AA': 'theme' };
  for (const [text, kind] of Object.entries(kinds)) assert.equal(linkKind(text), kind, text);
  for (const foreign of ['', 'https://example.org', 'javascript:alert(1)', '/ip4/203.0.113.7/tcp/4001', 'xchappe:AA', `chappe:${'A'.repeat(20_001)}`]) {
    assert.equal(linkKind(foreign), undefined, foreign);
  }
});

test('three words are asked for, in their order, and only they are right', () => {
  const places = asked(24, () => 0.999);
  assert.deepEqual(places, [21, 22, 23]);
  for (let n = 0; n < 50; n++) {
    const some = asked(24, Math.random);
    assert.equal(new Set(some).size, 3);
    assert.ok(some.every((place, at) => place >= 0 && place < 24 && (at === 0 || place > (some[at - 1] ?? 0))));
  }
  const words = ['abandon', 'zoo', 'arch', 'word'];
  assert.ok(rightly(words, [0, 2, 3], [' Abandon', 'ARCH ', 'word']));
  for (const bad of [['abandon', 'arch'], ['abandon', 'arch', 'zoo'], ['', '', '']]) assert.ok(!rightly(words, [0, 2, 3], bad));
});

test("another device's code is told from anything else", () => {
  assert.equal(codeKind(`chappe-link:${'Ab_-'.repeat(20)}`), 'scanned');
  for (const code of ['ABCDE-12345', ' abcde12345 ']) assert.equal(codeKind(code), 'typed');
  for (const bad of ['', 'ABCDE-1234', 'chappe-link:', 'chappe:relay/AAAAAAAA', `chappe-link:${'A'.repeat(4001)}`]) assert.equal(codeKind(bad), undefined, bad);
});

test('an export is found in the folder that was chosen, and only what is in it', () => {
  const all = ['up.png', 'Telegram/Export/result.json', 'Telegram/Export/photos/a.jpg', 'Telegram/Export/chats/old/result.json'].map((path) => ({ path, file: path }));
  const found = exportIn(all);
  assert.equal(found?.json, 'Telegram/Export/result.json');
  assert.equal(found?.files.get('photos/a.jpg'), 'Telegram/Export/photos/a.jpg');
  assert.equal(found?.files.get('../../up.png'), undefined);
  assert.equal(found?.files.size, 3);
  assert.equal(exportIn([{ path: 'x/my-result.json', file: 1 }]), undefined);
  assert.equal(exportIn([{ path: 'result.json', file: 1 }])?.json, 1);
});

test("a file's source is what the command line says", () => {
  assert.equal(sourceOf(7, 12, 'photos/a b.jpg'), '7 12 photos/a b.jpg');
  assert.equal(sourceOf(7, 12, `${'é'.repeat(450)}x`), `7 12 ${'é'.repeat(450)}`);
  assert.equal(sourceOf(7, 12, `a${'é'.repeat(450)}`), `7 12 a${'é'.repeat(449)}`, 'not within a letter');
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
