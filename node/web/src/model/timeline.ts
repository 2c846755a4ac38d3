// The rows of a chat: days, the unread line, messages in groups, texts on their way, what happened to the chat.
//
// A chat may have 100,000 rows, and every event changes one or two: rows that did not change are taken over.
import type { ChatEvent, Message, Ticks } from '../api/types';
import { ALBUM_MAX, albumAt, inOneAlbum } from './album';
import type { Pending, Timeline } from './state';

interface Item {
  readonly key: string;
  /** Who wrote it: an id, or nothing for ourselves. */
  readonly from: string;
  readonly mine: boolean;
  readonly text: string;
  readonly at: number;
  readonly message?: Message;
  readonly pending?: Pending;
  readonly event?: ChatEvent;
  readonly ticks?: Ticks;
}

export interface Bubble extends Item {
  readonly kind: 'bubble';
  /** The first and the last of a run by one person within a few minutes. */
  readonly first: boolean;
  readonly last: boolean;
  /** Files that are shown as one; `message` is the first of them. */
  readonly album?: readonly Message[];
}

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'event'; readonly key: string; readonly at: number; readonly event: ChatEvent }
  | Bubble;

type Source = Message | Pending | ChatEvent;

/** Rows with what they were made of, for the next time. */
export interface Rows {
  readonly list: readonly Row[];
  readonly sources: readonly Source[];
  /** Where the rows of each source begin in `list`. */
  readonly starts: readonly number[];
  readonly firstUnread: string | undefined;
}

export const NO_ROWS: Rows = { list: [], sources: [], starts: [], firstUnread: undefined };

const RUN = 5 * 60_000;

function itemOf(source: Source): Item {
  if ('what' in source) return { key: keyOf(source), from: '', mine: false, text: '', at: source.at, event: source };
  if ('nonce' in source) {
    return { key: source.nonce, from: '', mine: true, text: source.text, at: source.at, pending: source };
  }
  const { id: key, mine, text, at, ticks } = source;
  return { key, from: mine ? '' : source.from, mine, text, at, message: source, ...(ticks ? { ticks } : {}) };
}

function keyOf(source: Source): string {
  if ('what' in source) return `event-${source.number}`;
  return 'nonce' in source ? source.nonce : source.id;
}

function together(a: Item, b: Item): boolean {
  if (a.event || b.event) return false;
  return a.from === b.from && Math.abs(b.at - a.at) < RUN;
}

type DayOf = (at: number) => string;

/** The rows of one source, which depend on its neighbours. */
function rowsOf(sources: readonly Source[], at: number, firstUnread: string | undefined, dayOf: DayOf): Row[] {
  const group = albumAt(sources, at);
  // The first of an album shows all of them.
  if (group && group.first !== at) return [];
  const behind = at + (group?.length ?? 1);
  const album = group && (sources.slice(at, behind) as Message[]);
  const item = itemOf(sources[at] as Source);
  const [previous, next] = [sources[at - 1], sources[behind]];
  const before = previous && itemOf(previous);
  const after = next && itemOf(next);
  const newDay = !before || dayOf(before.at) !== dayOf(item.at);
  const unread = firstUnread !== undefined && (item.key === firstUnread || album?.some(({ id }) => id === firstUnread) === true);
  const out: Row[] = [];
  // Days can come back (clocks differ), so the key needs the message too.
  if (newDay) out.push({ kind: 'day', key: `day-${item.key}`, at: item.at });
  if (unread) out.push({ kind: 'unread', key: 'unread' });
  if (item.event) {
    out.push({ kind: 'event', key: item.key, at: item.at, event: item.event });
    return out;
  }
  const first = newDay || unread || !before || !together(before, item);
  const endsHere = !after || dayOf(after.at) !== dayOf(item.at) || after.key === firstUnread;
  out.push({ kind: 'bubble', ...item, first, last: endsHere || !together(item, after), ...(album && { album }) });
  return out;
}

/** How many stand at the beginning of both. */
function commonStart(a: readonly unknown[], b: readonly unknown[]): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count++;
  return count;
}

function commonEnd(a: readonly unknown[], b: readonly unknown[], most: number): number {
  let count = 0;
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}

/** The rows of an album hang together, and those of its neighbours on it: where one begins, and what lies behind one. */
function startBefore(sources: readonly unknown[], at: number): number {
  let start = at;
  while (start > 0 && at - start <= ALBUM_MAX && inOneAlbum(sources[start - 1], sources[start])) start--;
  return Math.max(0, start === at ? at : start - 1);
}

function endBehind(sources: readonly unknown[], at: number): number {
  let end = at;
  while (end > 0 && end < sources.length && end - at <= ALBUM_MAX && inOneAlbum(sources[end - 1], sources[end])) end++;
  return Math.min(sources.length, end === at ? at : end + 1);
}

/** What happened among what was said, as far back as that is here. */
function among({ messages, complete }: Timeline, events: readonly ChatEvent[]): readonly Source[] {
  const begin = messages[0]?.at ?? 0;
  const shown = complete ? events : events.filter(({ at }) => at >= begin);
  if (shown.length === 0) return messages;
  const all: Source[] = [];
  let next = 0;
  for (const message of messages) {
    for (let event = shown[next]; event && event.at < message.at; event = shown[next]) {
      all.push(event);
      next++;
    }
    all.push(message);
  }
  return [...all, ...shown.slice(next)];
}

/** `dayOf` names the day of a time, in the person's time zone. `known` are the rows of the same chat before. */
export function rows(timeline: Timeline, pending: readonly Pending[], dayOf: DayOf, known: Rows = NO_ROWS, events: readonly ChatEvent[] = []): Rows {
  const sources = [...among(timeline, events), ...pending.filter((item) => !item.settled)];
  const { firstUnread } = timeline;
  const same = known.firstUnread === firstUnread ? known : NO_ROWS;
  // A row depends on both neighbours: one more is made anew on each side.
  const start = startBefore(sources, Math.max(0, commonStart(same.sources, sources) - 1));
  const most = Math.min(sources.length, same.sources.length) - start;
  const end = sources.length - endBehind(sources, sources.length - Math.max(0, commonEnd(same.sources, sources, most) - 1));
  const list: Row[] = same.list.slice(0, same.starts[start] ?? same.list.length);
  const starts: number[] = same.starts.slice(0, start);
  for (let at = start; at < sources.length - end; at++) {
    starts.push(list.length);
    list.push(...rowsOf(sources, at, firstUnread, dayOf));
  }
  const from = same.sources.length - end;
  const shift = list.length - (same.starts[from] ?? same.list.length);
  for (let at = from; at < same.sources.length; at++) starts.push((same.starts[at] as number) + shift);
  return { list: list.concat(same.list.slice(same.starts[from] ?? same.list.length)), sources, starts, firstUnread };
}

/** The row of a message, or the first at or after a time. */
export function rowOfMessage(all: Rows, id: string): number | undefined {
  const at = all.sources.findIndex((source) => keyOf(source) === id);
  const start = at < 0 ? undefined : all.starts[at];
  return start === undefined ? undefined : (all.starts[at + 1] ?? all.list.length) - 1;
}

export function rowAtTime(all: Rows, time: number): number | undefined {
  const at = all.sources.findIndex((source) => source.at >= time);
  return at < 0 ? undefined : all.starts[at];
}
