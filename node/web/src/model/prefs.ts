// What a person chose for this browser. Read from its storage, where anything may stand. No DOM here.
import { type Theme, THEMES_MAX, readTheme } from './theme';

export const SOUNDS = ['none', 'bell', 'drop', 'knock', 'chime'] as const;
export type Sound = (typeof SOUNDS)[number];

export const TEXT_SIZES = [13, 14, 15, 16, 18, 20] as const;

export interface Prefs {
  /** A language's code; undefined: the browser's. */
  readonly language?: string;
  /** `system`, `light`, `dark`, or `own:N`, the N-th own theme. */
  readonly appearance: string;
  readonly themes: readonly Theme[];
  /** CSS pixels. */
  readonly textSize: number;
  readonly notify: boolean;
  /** Notifications show what was written. */
  readonly preview: boolean;
  readonly sound: Sound;
  /** Chats whose sound differs. */
  readonly sounds: Readonly<Record<string, Sound>>;
  /** Enter sends, Shift+Enter begins a line; otherwise Ctrl+Enter sends. */
  readonly enterSends: boolean;
  /** What was seen is kept in this browser, to be read without the node. */
  readonly offline: boolean;
}

export const DEFAULTS: Prefs = {
  appearance: 'system',
  themes: [],
  textSize: 15,
  notify: false,
  preview: true,
  sound: 'drop',
  sounds: {},
  enterSends: true,
  offline: true,
};

/** Chats with an own sound; the oldest go. */
const SOUNDS_MAX = 2000;

const bool = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise);
const isSound = (value: unknown): value is Sound => (SOUNDS as readonly unknown[]).includes(value);

function readSounds(value: unknown): Record<string, Sound> {
  if (typeof value !== 'object' || value === null) return {};
  const good = Object.entries(value).filter((row): row is [string, Sound] => /^[0-9a-f]{64}$/.test(row[0]) && isSound(row[1]));
  return Object.fromEntries(good.slice(-SOUNDS_MAX));
}

/** Whatever is missing or wrong becomes the default. */
export function readPrefs(text: string | null): Prefs {
  let found: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value === 'object' && value !== null) found = value as Record<string, unknown>;
  } catch {
    return DEFAULTS;
  }
  const themes = (Array.isArray(found['themes']) ? found['themes'] : []).map(readTheme).filter((theme) => theme !== undefined);
  const size = Number(found['textSize']);
  const appearance = String(found['appearance'] ?? DEFAULTS.appearance);
  return {
    ...(typeof found['language'] === 'string' ? { language: found['language'] } : {}),
    appearance: /^(system|light|dark|own:\d{1,2})$/.test(appearance) ? appearance : DEFAULTS.appearance,
    themes: themes.slice(0, THEMES_MAX),
    textSize: (TEXT_SIZES as readonly number[]).includes(size) ? size : DEFAULTS.textSize,
    notify: bool(found['notify'], DEFAULTS.notify),
    preview: bool(found['preview'], DEFAULTS.preview),
    sound: isSound(found['sound']) ? found['sound'] : DEFAULTS.sound,
    sounds: readSounds(found['sounds']),
    enterSends: bool(found['enterSends'], DEFAULTS.enterSends),
    offline: bool(found['offline'], DEFAULTS.offline),
  };
}

/** The own theme that is chosen, if one is. */
export function chosenTheme(prefs: Prefs): Theme | undefined {
  const own = /^own:(\d+)$/.exec(prefs.appearance);
  return own ? prefs.themes[Number(own[1])] : undefined;
}

export const soundOf = (prefs: Prefs, chat: string): Sound => prefs.sounds[chat] ?? prefs.sound;
