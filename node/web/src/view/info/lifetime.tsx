// How long messages of a chat live.
import { api } from '../../api/client';
import type { Chat } from '../../api/types';
import { attempt } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';

const DAY = 86_400;
/** Seconds; 0: for ever. */
const SPANS: readonly { readonly span: number; readonly label: Plain }[] = [
  { span: 0, label: 'lifetime-off' }, { span: DAY, label: 'for-day' }, { span: 7 * DAY, label: 'for-week' }, { span: 31 * DAY, label: 'for-month' },
];

export function Lifetime({ chat }: { chat: Chat }) {
  const now = chat.ttl_s ?? 0;
  const other = SPANS.every(({ span }) => span !== now);
  return (
    <section class="card">
      <label class="field">
        {t('lifetime')}
        <select
          value={String(now)}
          disabled={chat.standing !== 'in'}
          onChange={(event) => {
            const span = Number(event.currentTarget.value);
            void attempt(api.setLifetime(chat.id, span === 0 ? undefined : span));
          }}
        >
          {SPANS.map(({ span, label }) => <option key={span} value={String(span)}>{t(label)}</option>)}
          {other && <option value={String(now)}>{t('lifetime-seconds', { seconds: now })}</option>}
        </select>
      </label>
      <p class="faint">{t('lifetime-why')}</p>
    </section>
  );
}
