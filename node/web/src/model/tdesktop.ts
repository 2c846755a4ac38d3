// Colours of a Telegram Desktop theme file (`key: #rrggbb[aa] | other-key;`, with comments), mapped to ours.
//
// Unpacking is app/themes.ts's. The format: https://github.com/telegramdesktop/tdesktop, docs of theme files.
import { type Theme, type Token, luminance, readable } from './theme';

/** Characters of a file; real ones have about 30,000. */
export const FILE_MAX = 300_000;
/** References that are followed from one key. */
const DEPTH_MAX = 10;

const LINE = /^\s*([a-zA-Z][a-zA-Z0-9_]*)\s*:\s*(#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?|[a-zA-Z][a-zA-Z0-9_]*)\s*;/;

/** Theirs, the first that is there, for ours. */
const NAMES: Readonly<Record<Token, readonly string[]>> = {
  ground: ['windowBg'],
  'chat-ground': ['historyBg', 'windowBgOver', 'windowBg'],
  hover: ['windowBgOver', 'dialogsBgOver'],
  chosen: ['windowBgRipple', 'windowBgOver'],
  line: ['menuSeparatorFg', 'shadowFg', 'windowBgRipple'],
  text: ['windowFg'],
  faint: ['windowSubTextFg'],
  accent: ['windowBgActive'],
  'on-accent': ['windowFgActive'],
  link: ['windowActiveTextFg', 'lightButtonFg'],
  mine: ['msgOutBg'],
  'mine-faint': ['msgOutDateFg'],
  read: ['historyOutIconFg', 'msgOutDateFg'],
  theirs: ['msgInBg'],
  good: ['boxTextFgGood'],
  bad: ['attentionButtonFg', 'boxTextFgError'],
  'bad-ground': ['attentionButtonBgOver'],
  banner: ['topBarBg', 'windowBg'],
  'banner-text': ['windowFg'],
  pill: ['msgServiceBg'],
};

/** Key → value of each line; a later line wins. */
function lines(text: string): Map<string, string> {
  const bare = text.replace(/\/\*[^]*?\*\//g, ' ').split('\n').map((line) => line.replace(/\/\/.*$/, ''));
  const found = bare.map((line) => LINE.exec(line)).filter((match) => match !== null);
  return new Map(found.map((match) => [match[1] as string, match[2] as string]));
}

function resolve(all: ReadonlyMap<string, string>, key: string): string | undefined {
  let name = key;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const value = all.get(name);
    if (value === undefined) return undefined;
    // Their alpha is left out: what lies below is unknown here.
    if (value.startsWith('#')) return value.slice(0, 7).toLowerCase();
    name = value;
  }
  return undefined;
}

/** A theme of that file, its texts made readable; undefined if the file holds no background colour. */
export function fromTdesktop(text: string, name: string): Theme | undefined {
  if (text.length > FILE_MAX) return undefined;
  const all = lines(text);
  const ground = resolve(all, 'windowBg');
  if (ground === undefined) return undefined;
  const colours: Partial<Record<Token, string>> = {};
  for (const [token, names] of Object.entries(NAMES) as [Token, readonly string[]][]) {
    const colour = names.map((key) => resolve(all, key)).find((value) => value !== undefined);
    if (colour !== undefined) colours[token] = colour;
  }
  return readable({ name, base: luminance(ground) > 0.4 ? 'light' : 'dark', colours });
}
