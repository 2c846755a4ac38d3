// What a person chose for this browser. Read from its storage, where anything may stand. No DOM here.
import { type Theme, THEMES_MAX, readTheme } from './theme';

export const SOUNDS = ['none', 'bell', 'drop', 'knock', 'chime'] as const;
export type Tune = (typeof SOUNDS)[number];
/** One of ours, or one that the person brought, by its number. */
export type Sound = Tune | `own:${number}`;

/** A sound that the person brought. It lies in this browser's database. */
export interface OwnSound {
  readonly id: number;
  readonly name: string;
}

export const OWN_SOUNDS_MAX = 20;
/** UTF-16 units. */
const SOUND_NAME_MAX = 60;
/** Seconds: shorter is not heard, longer is a song. */
export const SOUND_SHORTEST = 0.1;
export const SOUND_LONGEST = 15;
/** Bytes of a file. */
export const SOUND_BYTES_MAX = 3_000_000;

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
  readonly ownSounds: readonly OwnSound[];
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
  ownSounds: [],
  sounds: {},
  enterSends: true,
  offline: true,
};

/** Chats with an own sound; the oldest go. */
const SOUNDS_MAX = 2000;

const bool = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise);
export const isTune = (value: unknown): value is Tune => (SOUNDS as readonly unknown[]).includes(value);
export const isSound = (value: unknown): value is Sound => isTune(value) || (typeof value === 'string' && /^own:\d{1,15}$/.test(value));

function readOwnSounds(value: unknown): OwnSound[] {
  if (!Array.isArray(value)) return [];
  const good = value.filter((one): one is OwnSound => Number.isSafeInteger(one?.id) && one.id >= 0 && typeof one.name === 'string');
  return good.slice(0, OWN_SOUNDS_MAX).map(({ id, name }) => ({ id, name: name.slice(0, SOUND_NAME_MAX) }));
}

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
    ownSounds: readOwnSounds(found['ownSounds']),
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

/** The number of a sound that the person brought. */
export const ownId = (sound: Sound): number | undefined => (sound.startsWith('own:') ? Number(sound.slice('own:'.length)) : undefined);

/** What sounds for a chat. One that is gone gives way to the next. */
export function soundOf(prefs: Prefs, chat: string): Sound {
  const there = (sound: Sound | undefined) => sound !== undefined && (isTune(sound) || prefs.ownSounds.some(({ id }) => id === ownId(sound)));
  return [prefs.sounds[chat], prefs.sound].find(there) ?? DEFAULTS.sound;
}

/** Why a recording of so many seconds is no sound for messages. */
export function soundProblem(seconds: number): 'short' | 'long' | undefined {
  if (!(seconds >= SOUND_SHORTEST)) return 'short';
  return seconds > SOUND_LONGEST ? 'long' : undefined;
}

/** What a sound is called that comes from a file. */
export const soundName = (file: string): string => file.replace(/\.[^.]*$/, '').trim().slice(0, SOUND_NAME_MAX);
