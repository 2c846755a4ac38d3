// Colours by meaning: the two palettes, people's own themes, and what makes a text readable. No DOM here.
//
// style/tokens.css holds the same colours (a test compares); an own theme overrides some of them.

export type Scheme = 'light' | 'dark';

/** Text on its ground has at least 4.5:1 (WCAG 2.1 AA) in both palettes; a test holds that. */
export const LIGHT = {
  ground: '#ffffff',
  'chat-ground': '#e8edf3',
  hover: '#f0f3f7',
  chosen: '#dde8fb',
  line: '#dde2e9',
  text: '#17202b',
  faint: '#556271',
  accent: '#2458b8',
  'on-accent': '#ffffff',
  link: '#1d4fb0',
  mine: '#d9e6fd',
  'mine-faint': '#44587a',
  read: '#1d4fb0',
  theirs: '#ffffff',
  good: '#17703a',
  bad: '#b3261e',
  'bad-ground': '#fdeceb',
  banner: '#fff2d6',
  'banner-text': '#5c3d00',
  pill: '#51606f',
} as const;

export type Token = keyof typeof LIGHT;
export type Palette = Readonly<Record<Token, string>>;
export const TOKENS = Object.keys(LIGHT) as Token[];

export const DARK: Palette = {
  ground: '#161b22',
  'chat-ground': '#0d1117',
  hover: '#1e252e',
  chosen: '#263a5c',
  line: '#29313c',
  text: '#e7ecf2',
  faint: '#9aa7b6',
  accent: '#8ab4ff',
  'on-accent': '#0c1d38',
  link: '#9cc0ff',
  mine: '#27416f',
  'mine-faint': '#b9c9e6',
  read: '#8fd0ff',
  theirs: '#1f2731',
  good: '#6fd695',
  bad: '#ff9d95',
  'bad-ground': '#3b1f1f',
  banner: '#40330f',
  'banner-text': '#ffdf98',
  pill: '#2b3542',
};

export const PALETTES: Readonly<Record<Scheme, Palette>> = { light: LIGHT, dark: DARK };

/** An own theme: what differs from the palette it stands on. */
export interface Theme {
  readonly name: string;
  readonly base: Scheme;
  readonly colours: Readonly<Partial<Record<Token, string>>>;
}

export const THEME_NAME_MAX = 40;
/** Own themes kept in one browser. */
export const THEMES_MAX = 20;

const HEX = /^#[0-9a-f]{6}$/;

export const isColour = (text: string): boolean => HEX.test(text);

export const paletteOf = (theme: Theme): Palette => ({ ...PALETTES[theme.base], ...theme.colours });

/** Only what has our shape; undefined for anything else. Themes come from other people. */
export function readTheme(value: unknown): Theme | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, base, colours } = value as Record<string, unknown>;
  if (typeof name !== 'string' || name.trim() === '' || name.length > THEME_NAME_MAX) return undefined;
  if (base !== 'light' && base !== 'dark') return undefined;
  if (typeof colours !== 'object' || colours === null) return undefined;
  const known = Object.entries(colours).filter(([token, colour]) => token in LIGHT && typeof colour === 'string' && isColour(colour));
  return { name: name.trim(), base, colours: Object.fromEntries(known) };
}

// --- Sharing ---

const PREFIX = 'chappe-theme:';
/** Characters of a shared theme: a name and twenty colours, with room. */
const SHARED_MAX = 2000;

/** A text that brings the theme to somebody else. */
export function share(theme: Theme): string {
  const { name, base, colours } = theme;
  const bytes = new TextEncoder().encode(JSON.stringify({ name, base, colours }));
  const text = btoa(String.fromCharCode(...bytes));
  return PREFIX + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** What `share` made; undefined for anything else. */
export function receive(text: string): Theme | undefined {
  const code = text.trim();
  if (!code.startsWith(PREFIX) || code.length > SHARED_MAX) return undefined;
  try {
    const base64 = code.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return readTheme(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

// --- Reading ---

function channels(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Relative luminance (WCAG 2.1). */
export function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export const READABLE = 4.5;

/** Texts and the grounds they stand on. */
export const PAIRS: readonly (readonly [text: Token, ground: Token])[] = [
  ['text', 'ground'], ['text', 'chat-ground'], ['text', 'hover'], ['text', 'chosen'], ['text', 'mine'], ['text', 'theirs'], ['text', 'bad-ground'],
  ['faint', 'ground'], ['faint', 'hover'], ['faint', 'chat-ground'], ['faint', 'theirs'],
  ['mine-faint', 'mine'], ['mine-faint', 'chosen'], ['read', 'mine'], ['read', 'ground'],
  ['link', 'ground'], ['link', 'hover'], ['link', 'theirs'], ['link', 'mine'], ['link', 'chat-ground'], ['link', 'chosen'],
  ['on-accent', 'accent'], ['good', 'ground'], ['bad', 'ground'], ['bad', 'chat-ground'],
  ['banner-text', 'banner'],
];

/** The pairs of a palette that are hard to read. */
export function faults(palette: Palette): { text: Token; ground: Token; ratio: number }[] {
  return PAIRS.map(([text, ground]) => ({ text, ground, ratio: contrast(palette[text], palette[ground]) })).filter(
    ({ ratio }) => ratio < READABLE,
  );
}

/** `colour` moved towards black or white, as little as makes it readable on all grounds. */
function moved(colour: string, grounds: readonly string[]): string {
  const fits = (text: string) => grounds.every((ground) => contrast(text, ground) >= READABLE);
  const towards = (end: number, part: number) =>
    `#${channels(colour).map((value) => Math.round(value + (end - value) * part).toString(16).padStart(2, '0')).join('')}`;
  for (let step = 0; step <= 20; step++) {
    for (const end of [0, 255]) {
      const text = towards(end, step / 20);
      if (fits(text)) return text;
    }
  }
  return colour;
}

/** The theme with its texts made readable, as far as their grounds allow. */
export function readable(theme: Theme): Theme {
  const palette: Record<Token, string> = { ...paletteOf(theme) };
  for (const text of new Set(PAIRS.map(([token]) => token))) {
    palette[text] = moved(palette[text], PAIRS.filter(([token]) => token === text).map(([, ground]) => palette[ground]));
  }
  const differs = TOKENS.filter((token) => palette[token] !== PALETTES[theme.base][token]);
  return { ...theme, colours: Object.fromEntries(differs.map((token) => [token, palette[token]])) };
}
