// When somebody was there last, in words.
import { momentOf, timeOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { dayOf } from '../../model/days';
import type { Seen } from '../../model/presence';

const ROUGHLY: Readonly<Record<'recently' | 'week' | 'month' | 'long', Plain>> = {
  recently: 'seen-recently', week: 'seen-week', month: 'seen-month', long: 'seen-long',
};

export function seenText(seen: Seen): string {
  if (seen.kind === 'online') return t('online');
  if (seen.kind !== 'at') return t(ROUGHLY[seen.kind]);
  const today = dayOf(seen.at) === dayOf(Date.now());
  return t('seen-at', { moment: today ? timeOf(seen.at) : momentOf(seen.at) });
}
