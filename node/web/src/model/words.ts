// Names of strangers made safe to show, and short forms of names and ids.

/** Controls, invisible marks, and the bidirectional controls that make a name look like another (UAX #9). */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/gu;

/** A name as it is shown; empty if nothing visible is left. Joiners stay (scripts and emoji need them). */
export function plain(name: string): string {
  const shown = name.replace(UNSEEN, '').trim();
  return /[^\p{C}\p{Z}]/u.test(shown) ? shown : '';
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/[\s\p{P}\p{S}\p{C}]+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => (word ? [...word][0] : ''));
  return letters.join('').toLocaleUpperCase() || '?';
}

/** One of `count` colours, the same for the same id. */
export function hue(id: string, count: number): number {
  return Number.parseInt(id.slice(0, 6), 16) % count || 0;
}

/** The beginning of an id. */
export const short = (id: string): string => id.slice(0, 12);
