import type { Ticks } from '../../api/types';
import { type Plain, t } from '../../i18n/texts';

export const TICKS: Readonly<Record<Ticks, Plain>> = {
  queued: 'ticks-queued',
  sent: 'ticks-sent',
  delivered: 'ticks-delivered',
  read: 'ticks-read',
};

const DRAWN: Record<Ticks, string> = {
  queued: 'M9 2.200a5.800 5.800 0 1 1 0 11.600A5.800 5.800 0 0 1 9 2.200zM9 5v3.200l2.200 1.500',
  sent: 'M4.500 8.500l3 3 6-7',
  delivered: 'M1.500 8.500l3 3 6-7M8.500 11.500l6-7',
  read: 'M1.500 8.500l3 3 6-7M8.500 11.500l6-7',
};

/** How far an own message is: a clock, one tick, two, two in colour. The words are for screen readers. */
export function TickMark({ ticks }: { ticks: Ticks }) {
  return (
    <span class={`ticks ticks-${ticks}`} title={t(TICKS[ticks])} data-ticks={ticks}>
      <svg viewBox="0 0 18 16" fill="none" stroke="currentColor" stroke-width="1.700" aria-hidden="true">
        <path d={DRAWN[ticks]} stroke-linecap="round" stroke-linejoin="round" />
      </svg>
      <span class="hidden">{t(TICKS[ticks])}</span>
    </span>
  );
}
