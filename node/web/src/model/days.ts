// Which day a time belongs to, in the person's time zone.

export const DAY = 24 * 3600_000;
/** Time zones and their changes begin at multiples of this. */
const QUARTER = 15 * 60_000;
const KNOWN_MAX = 20_000;
const known = new Map<number, string>();

/** A day's name for comparing, `YYYY-MM-DD` in local time. Fast for many times of the same days. */
export function dayOf(at: number): string {
  const quarter = Math.floor(at / QUARTER);
  let day = known.get(quarter);
  if (day === undefined) {
    if (known.size >= KNOWN_MAX) known.clear();
    const date = new Date(at);
    const two = (value: number) => String(value).padStart(2, '0');
    day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    known.set(quarter, day);
  }
  return day;
}

/** The day behind one that `dayOf` could have named; undefined for anything else. */
export function dayAfter(day: string): string | undefined {
  const begin = beginOf(day);
  // Days have 23 to 25 hours.
  return begin === undefined ? undefined : dayOf(begin + 1.5 * DAY);
}

/** The first moment of a day that `dayOf` could have named; undefined for anything else. */
export function beginOf(day: string): number | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return undefined;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime();
  return Number.isNaN(at) ? undefined : at;
}
