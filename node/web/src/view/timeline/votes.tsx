// Who voted for what, in a poll that is not anonymous.
import { useComputed } from '@preact/signals';
import { api } from '../../api/client';
import { messageOf } from '../../app/messages';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';
import { useFetched } from '../parts/fetched';
import { Loading } from '../parts/loading';
import { type Group, Who } from '../parts/who';

/** Fetched again whenever somebody votes. */
export function VotesDialog({ id }: { id: string }) {
  const message = useComputed(() => messageOf(id)).value;
  const { found, problem } = useFetched(() => api.votes(id), `${id} ${JSON.stringify(message?.content)}`);
  if (message?.content.kind !== 'poll') return <Dialog title={t('poll-voters-who')}><p>{t('message-gone')}</p></Dialog>;
  const groups = message.content.options.map(({ text }, n): Group => ({
    key: String(n),
    title: text,
    users: (found ?? []).filter(({ options }) => options.includes(n)).map(({ user }) => user),
  }));
  return (
    <Dialog title={t('poll-voters-who')}>
      <p dir="auto"><strong>{message.text}</strong></p>
      {found ? <Who chat={message.chat} groups={groups} /> : <Loading problem={problem} />}
    </Dialog>
  );
}
