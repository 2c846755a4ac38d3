// Dates and numbers in the page's language.
import { DAY, dayOf } from '../model/days';
import { language, t } from './texts';

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly weekday: Intl.DateTimeFormat;
  readonly shortDate: Intl.DateTimeFormat;
  readonly dayOfYear: Intl.DateTimeFormat;
  readonly whole: Intl.DateTimeFormat;
  readonly full: Intl.DateTimeFormat;
  readonly number: Intl.NumberFormat;
}

const made = new Map<string, Formats>();

/** The browser's own regional form of the language, if it has one (a Swiss reader of German keeps Swiss dates). */
function region(code: string): string {
  const own = typeof navigator === 'undefined' ? [] : navigator.languages;
  return own.find((tag) => tag.split('-')[0] === code) ?? code;
}

function formats(): Formats {
  const { code } = language();
  let found = made.get(code);
  if (!found) {
    const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(region(code), options);
    found = {
      clock: date({ hour: '2-digit', minute: '2-digit' }),
      weekday: date({ weekday: 'short' }),
      shortDate: date({ day: 'numeric', month: 'short' }),
      dayOfYear: date({ day: 'numeric', month: 'long' }),
      whole: date({ dateStyle: 'long' }),
      full: date({ dateStyle: 'medium', timeStyle: 'short' }),
      number: new Intl.NumberFormat(region(code)),
    };
    made.set(code, found);
  }
  return found;
}

export const timeOf = (at: number): string => formats().clock.format(at);
export const momentOf = (at: number): string => formats().full.format(at);
export const count = (value: number): string => formats().number.format(value);

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A number of bytes, in thousands as the units of the browser mean them. */
export function sizeOf(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit + 1 < UNITS.length) {
    value /= 1000;
    unit += 1;
  }
  const maximumFractionDigits = unit === 0 || value >= 100 ? 0 : 1;
  const form = { style: 'unit', unit: UNITS[unit] ?? 'byte', unitDisplay: 'short', maximumFractionDigits } as const;
  return new Intl.NumberFormat(region(language().code), form).format(value);
}

/** Minutes and seconds of something that plays. */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = new Intl.NumberFormat(region(language().code), { minimumIntegerDigits: 2 });
  return `${count(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

/** A day's heading. */
export function dayName(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return t('day-today');
  if (dayOf(at) === dayOf(now - DAY)) return t('day-yesterday');
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? formats().dayOfYear : formats().whole).format(at);
}

/** When, in the width of a list row. */
export function rowTime(at: number, now: number): string {
  if (dayOf(at) === dayOf(now)) return formats().clock.format(at);
  return now - at < 6 * DAY && at < now ? formats().weekday.format(at) : formats().shortDate.format(at);
}
