// Words and short forms for people. The language is the browser's for dates, English for words.
import type { Ticks } from '../api/types';

export const TICKS: Record<Ticks, string> = {
  queued: 'Waiting: on no relay yet',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
};

const DAY = 24 * 3600_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const dayOf = (at: number): string => new Date(at).toDateString();
export const timeOf = (at: number): string => clock.format(at);
export const momentOf = (at: number): string => full.format(at);

/** A day's heading. */
export function dayName(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return 'Today';
  if (dayOf(at) === dayOf(now - DAY)) return 'Yesterday';
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOfYear.format(at) : whole.format(at);
}

/** When, in the width of a list row. */
export function rowTime(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return clock.format(at);
  return now - at < 6 * DAY && at < now ? weekday.format(at) : shortDate.format(at);
}

/** Controls, invisible marks, and the bidirectional controls that make a name look like another (UAX #9). */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]/gu;

/** A name as it is shown. Joiners stay (scripts and emoji need them), but do not make a name by themselves. */
export function plain(name: string): string {
  const shown = name.replace(UNSEEN, '').trim();
  return /[^\p{C}\p{Z}]/u.test(shown) ? shown : 'No name';
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
