// A proof of what somebody said, for whoever has to judge it: the admins of a group, or who runs a relay.
import { api } from '../../api/client';
import type { Message } from '../../api/types';
import { authorOf } from '../../app/messages';
import { block } from '../../app/people';
import { contacts } from '../../app/select';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { lineOf } from '../content/content';
import { Dialog } from '../parts/dialog';
import { useFetched } from '../parts/fetched';
import { Loading } from '../parts/loading';
import { nameOf } from '../parts/name';
import { copy } from './actions';

export function ProofDialog({ message }: { message: Message }) {
  const { found, problem } = useFetched(() => api.proof(message.id), message.id);
  const { from } = message;
  const known = contacts.value.get(from);
  const refuse = () => {
    openDialog(undefined);
    void block(from, true);
  };
  return (
    <Dialog title={t('proof')}>
      <blockquote dir="auto"><strong><bdi>{nameOf(authorOf(message))}</bdi></strong>: {lineOf(message)}</blockquote>
      <p>{t('proof-what')}</p>
      {!found && <Loading problem={problem} />}
      {found && (
        <div class="buttons end">
          <a class="quiet" href={`data:text/plain,${encodeURIComponent(found.proof)}`} download="chappe-proof.txt">{t('proof-save')}</a>
          <button type="button" class="primary" onClick={() => void copy(found.proof)}>{t('copy')}</button>
        </div>
      )}
      {known && !known.blocked && (
        <div class="buttons"><button type="button" class="quiet danger" onClick={refuse}>{t('block')}</button></div>
      )}
    </Dialog>
  );
}
