// The rows of a chat: days, the unread line, messages in groups, texts on their way.
import type { Message, Ticks } from '../api/types';
import type { Pending, Timeline } from './state';

export interface Bubble {
  readonly kind: 'bubble';
  readonly key: string;
  readonly mine: boolean;
  readonly text: string;
  readonly at: number;
  /** The first and the last of a run by one person within a few minutes. */
  readonly first: boolean;
  readonly last: boolean;
  readonly message?: Message;
  readonly pending?: Pending;
  readonly ticks?: Ticks;
}

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | Bubble;

const RUN = 5 * 60_000;

interface Item {
  readonly key: string;
  readonly mine: boolean;
  readonly text: string;
  readonly at: number;
  readonly message?: Message;
  readonly pending?: Pending;
  readonly ticks?: Ticks;
}

function fromMessage(message: Message): Item {
  const { id: key, mine, text, at, ticks } = message;
  return { key, mine, text, at, message, ...(ticks ? { ticks } : {}) };
}

function fromPending(pending: Pending): Item {
  return { key: pending.nonce, mine: true, text: pending.text, at: pending.at, pending };
}

/** `dayOf` names the day of a time, in the person's time zone. */
export function rows(timeline: Timeline, pending: readonly Pending[], dayOf: (at: number) => string): Row[] {
  const waiting = pending.filter((item) => !item.settled).map(fromPending);
  const items = [...timeline.messages.map(fromMessage), ...waiting];
  const out: Row[] = [];
  items.forEach((item, at) => {
    const before = items[at - 1];
    const after = items[at + 1];
    const newDay = !before || dayOf(before.at) !== dayOf(item.at);
    const unread = timeline.firstUnread !== undefined && item.key === timeline.firstUnread;
    // Days can come back (clocks differ), so the key needs the message too.
    if (newDay) out.push({ kind: 'day', key: `day-${item.key}`, at: item.at });
    if (unread) out.push({ kind: 'unread', key: 'unread' });
    const first = newDay || unread || !before || !together(before, item);
    const endsHere = !after || dayOf(after.at) !== dayOf(item.at) || after.key === timeline.firstUnread;
    out.push({ kind: 'bubble', ...item, first, last: endsHere || !together(item, after) });
  });
  return out;
}

function together(a: Item, b: Item): boolean {
  return a.mine === b.mine && Math.abs(b.at - a.at) < RUN;
}
