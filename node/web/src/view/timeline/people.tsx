// The people behind a message's signs: who feels how about it, and who of a group has read it.
import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Device } from '../../api/types';
import { messageOf } from '../../app/messages';
import { t } from '../../i18n/texts';
import { readersOf } from '../../model/readers';
import { lineOf } from '../content/content';
import { Dialog } from '../parts/dialog';
import { useFetched } from '../parts/fetched';
import { Loading } from '../parts/loading';
import { Who } from '../parts/who';

export function ReactedDialog({ id }: { id: string }) {
  const message = useComputed(() => messageOf(id)).value;
  const reactions = message?.reactions ?? [];
  // Fetched again whenever somebody feels otherwise.
  const { found, problem } = useFetched(() => api.reactions(id), `${id} ${JSON.stringify(reactions)}`);
  const groups = reactions.map(({ emoji }) => ({
    key: emoji,
    title: emoji,
    users: (found ?? []).filter((one) => one.emoji.includes(emoji)).map(({ user }) => user),
  }));
  return (
    <Dialog title={t('reacted-who')}>
      {message && <p class="cut faint" dir="auto">{lineOf(message)}</p>}
      {found && message ? <Who chat={message.chat} groups={groups} /> : <Loading problem={problem} />}
    </Dialog>
  );
}

/** Between two looks: the ticks move only when everybody has read. */
const LOOK = 4000;

export function ReadersDialog({ id }: { id: string }) {
  const message = useComputed(() => messageOf(id)).value;
  const [round, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setRound((before) => before + 1), LOOK);
    return () => clearInterval(timer);
  }, []);
  const { found, problem } = useFetched(() => api.truth(id), `${id} ${message?.ticks} ${round}`);
  return (
    <Dialog title={t('readers')}>
      {message && <p class="cut faint" dir="auto">{lineOf(message)}</p>}
      {found && message ? <Readers chat={message.chat} devices={found.devices} /> : <Loading problem={problem} />}
      <p class="faint">{t('readers-why')}</p>
    </Dialog>
  );
}

function Readers({ chat, devices }: { chat: string; devices: readonly Device[] }) {
  const { read, has, waiting } = readersOf(devices);
  return (
    <Who
      chat={chat}
      groups={[
        { key: 'read', title: t('readers-read'), users: read, nobody: t('readers-nobody') },
        ...(has.length > 0 ? [{ key: 'has', title: t('readers-has'), users: has }] : []),
        ...(waiting.length > 0 ? [{ key: 'waiting', title: t('readers-waiting'), users: waiting }] : []),
      ]}
    />
  );
}
