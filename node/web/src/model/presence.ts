// When somebody was there last, as people say it. No clock here.
import type { Chat } from '../api/types';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type Seen =
  | { readonly kind: 'online' }
  /** By the minute. */
  | { readonly kind: 'at'; readonly at: number }
  /** By the day: told no more exactly. */
  | { readonly kind: 'recently' | 'week' | 'month' | 'long' };

/** Of the other of a private chat; none if they tell nothing. */
export function seenOf({ online_until, seen }: Pick<Chat, 'online_until' | 'seen'>, now: number): Seen | undefined {
  if ((online_until ?? 0) > now) return { kind: 'online' };
  const at = seen ?? 0;
  if (at === 0) return undefined;
  // Somebody who goes exactly at midnight is told of less exactly; nobody will mind.
  if (at % DAY !== 0) return { kind: 'at', at };
  const days = Math.floor((now - at) / DAY);
  if (days <= 2) return { kind: 'recently' };
  if (days <= 7) return { kind: 'week' };
  return { kind: days <= 31 ? 'month' : 'long' };
}
