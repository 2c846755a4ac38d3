// The first steps at the page. No DOM here.

/** Words that one is asked for, to show that they are written down. */
const ASKED = 3;

/** Which of so many words are asked for, from 0, ascending. `random` gives numbers from 0 to below 1. */
export function asked(count: number, random: () => number): number[] {
  const left = Array.from({ length: count }, (_, n) => n);
  const out: number[] = [];
  while (out.length < ASKED && left.length > 0) out.push(...left.splice(Math.floor(random() * left.length), 1));
  return out.sort((a, b) => a - b);
}

/** Whether what was typed are those words. */
export const rightly = (words: readonly string[], places: readonly number[], typed: readonly string[]): boolean =>
  places.every((place, n) => words[place] === typed[n]?.trim().toLowerCase());

/** What another device shows for linking: the text of its QR code, or ten letters and digits. */
export type CodeKind = 'scanned' | 'typed';

export function codeKind(text: string): CodeKind | undefined {
  const code = text.trim();
  if (/^chappe-link:[\w-]{8,4000}$/.test(code)) return 'scanned';
  return /^[0-9A-Za-z]{5}-?[0-9A-Za-z]{5}$/.test(code) ? 'typed' : undefined;
}
