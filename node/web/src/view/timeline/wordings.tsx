// All wordings that a text had, the newest first.
import { useComputed } from '@preact/signals';
import { api } from '../../api/client';
import { messageOf } from '../../app/messages';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Rich } from '../content/rich';
import { Dialog } from '../parts/dialog';
import { useFetched } from '../parts/fetched';
import { Loading } from '../parts/loading';

export function WordingsDialog({ id }: { id: string }) {
  const edited = useComputed(() => messageOf(id)?.edited).value;
  const { found, problem } = useFetched(() => api.wordings(id), `${id} ${edited}`);
  return (
    <Dialog title={t('wordings')}>
      {!found && <Loading problem={problem} />}
      <ol class="wordings" reversed>
        {[...(found ?? [])].reverse().map(({ at, text, entities }, n) => (
          <li key={`${at} ${n}`}>
            <span class="faint"><time>{momentOf(at)}</time>{n === 0 && <> · {t('wording-now')}</>}{n === (found ?? []).length - 1 && <> · {t('wording-first')}</>}</span>
            <blockquote dir="auto"><Rich text={text} entities={entities} /></blockquote>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
