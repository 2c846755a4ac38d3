// The page's words: Fluent messages of one language at a time, fetched from the node, switched at run time.
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { signal } from '@preact/signals';
import { type Language, ENGLISH } from './languages';
import type { Texts } from './keys';

/** Language → address of its catalogue; put in by build.mjs. */
declare const LOCALE_FILES: Readonly<Record<string, string>>;

export type Key = keyof Texts;
/** A key without variables. */
export type Plain = { [K in Key]: Texts[K] extends undefined ? K : never }[Key];

interface Spoken {
  readonly language: Language;
  readonly bundle: FluentBundle;
}

const spoken = signal<Spoken | undefined>(undefined);

/** The language of the words now; dates follow it. */
export const language = (): Language => spoken.value?.language ?? ENGLISH;

/** A text; views that call this are drawn again when the language changes. */
export function t(key: Plain): string;
export function t<K extends Key>(key: K, args: Texts[K]): string;
export function t(key: Key, args?: Record<string, string | number>): string {
  const bundle = spoken.value?.bundle;
  const message = bundle?.getMessage(key);
  if (!bundle || !message?.value) return key;
  return bundle.formatPattern(message.value, args ?? null, []);
}

/** The text of a key that the node named, if this page has it. */
export function named(key: string, args: Record<string, string>): string | undefined {
  const bundle = spoken.value?.bundle;
  const message = bundle?.getMessage(key);
  return bundle && message?.value ? bundle.formatPattern(message.value, args, []) : undefined;
}

/** A bundle from a catalogue's text. */
export function bundleOf(code: string, text: string): FluentBundle {
  const bundle = new FluentBundle(code);
  bundle.addResource(new FluentResource(text));
  return bundle;
}

/** Speaks another language from now on. Throws if its catalogue cannot be fetched; then nothing changes. */
export async function speak(wanted: Language): Promise<void> {
  const address = LOCALE_FILES[wanted.code];
  if (address === undefined) throw new Error(`there is no catalogue of ${wanted.code}`);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`no catalogue of ${wanted.code}: ${response.status}`);
  spoken.value = { language: wanted, bundle: bundleOf(wanted.code, await response.text()) };
}
