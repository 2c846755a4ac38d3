// Markdown marks around a selection, put on and taken off by keys. What they mean is the node's to say. No DOM here.

export interface Marked {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Keys (with Ctrl, and Shift where said) and their marks, as in other messengers. */
export const MARKS: readonly { readonly key: string; readonly shift: boolean; readonly mark: string }[] = [
  { key: 'b', shift: false, mark: '**' },
  { key: 'i', shift: false, mark: '_' },
  { key: 'u', shift: false, mark: '__' },
  { key: 'x', shift: true, mark: '~~' },
  { key: 'm', shift: true, mark: '`' },
  { key: 'p', shift: true, mark: '||' },
];

export function markOf(key: string, shift: boolean): string | undefined {
  return MARKS.find((one) => one.key === key.toLowerCase() && one.shift === shift)?.mark;
}

/** `_` is not there where only `__` is. */
function stands(text: string, at: number, mark: string): boolean {
  if (text.slice(at, at + mark.length) !== mark) return false;
  const letter = mark.charAt(0);
  return mark.length > 1 || (text.charAt(at - 1) !== letter && text.charAt(at + 1) !== letter);
}

/** The selection with the mark on both sides, or without it if it is there. Spaces at its ends stay outside. */
export function marked({ text, start, end }: Marked, mark: string): Marked {
  const size = mark.length;
  if (stands(text, start - size, mark) && stands(text, end, mark)) {
    const bare = text.slice(0, start - size) + text.slice(start, end) + text.slice(end + size);
    return { text: bare, start: start - size, end: end - size };
  }
  const chosen = text.slice(start, end);
  const from = start + (chosen.trim() === '' ? 0 : chosen.length - chosen.trimStart().length);
  const to = end - (chosen.trim() === '' ? 0 : chosen.length - chosen.trimEnd().length);
  const whole = text.slice(0, from) + mark + text.slice(from, to) + mark + text.slice(to);
  return { text: whole, start: from + size, end: to + size };
}
