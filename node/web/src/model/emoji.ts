// Emoji as the picker shows them. The data (emoji.mjs) is fetched when the picker opens first. No DOM here.

/** Group, emoji, words to find it by. */
export type Emoji = readonly [group: number, emoji: string, words: string];

/** The groups of Unicode that have emoji, in its order; 2 (components) has none. */
export const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const;

export interface Section {
  readonly group: number;
  readonly emoji: readonly string[];
}

/** All in their groups, or those of which every word of the query begins a word. */
export function sections(all: readonly Emoji[], query: string): Section[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ([, , text]: Emoji) => words.every((word) => ` ${text}`.includes(` ${word}`));
  const found = words.length === 0 ? all : all.filter(fits);
  return GROUPS.map((group) => ({ group, emoji: found.filter((one) => one[0] === group).map((one) => one[1]) })).filter(
    (section) => section.emoji.length > 0,
  );
}

/** Sections cut into rows for a virtual list. */
export type EmojiRow =
  | { readonly kind: 'group'; readonly group: number }
  | { readonly kind: 'emoji'; readonly key: string; readonly emoji: readonly string[] };

export function emojiRows(all: readonly Section[], width: number): EmojiRow[] {
  return all.flatMap(({ group, emoji }) => {
    const cut: EmojiRow[] = [{ kind: 'group', group }];
    for (let at = 0; at < emoji.length; at += width) cut.push({ kind: 'emoji', key: `${group}-${at}`, emoji: emoji.slice(at, at + width) });
    return cut;
  });
}
