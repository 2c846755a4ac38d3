// Changes of a chat that its relays let be decided twice.
import type { Chat } from '../../api/types';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { short } from '../../model/words';

export function Forks({ chat }: { chat: Chat }) {
  if (!chat.forks?.length) return null;
  return (
    <section class="card">
      <h3>{t('forks')}</h3>
      <ul class="facts">
        {chat.forks.map((fork) => (
          <li key={fork.index} class={fork.healed ? 'good' : 'waiting'}>
            <span>{t('fork-what', { index: fork.index, moment: momentOf(fork.at), relays: fork.relays.map(short).join(', ') })}</span>
            <span class="faint">{t(fork.healed ? 'fork-healed' : 'fork-behind')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
