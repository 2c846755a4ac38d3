// What of others' messages is waited for: a line above the chat, and what it means.
import { useComputed } from '@preact/signals';
import type { Chat } from '../../api/types';
import { nameOfUser } from '../../app/messages';
import { chats } from '../../app/select';
import { openDialog } from '../../app/store';
import { count, momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { type Gap, gapsOf, waitedFor } from '../../model/missing';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { HourglassIcon } from '../parts/icons';
import { Name, nameOf } from '../parts/name';

/** What never came is told in the chat's information alone: nothing can be done about it. */
export function MissingBar({ chat }: { chat: Chat }) {
  const waited = waitedFor(chat);
  const [first] = waited;
  if (!first) return null;
  const name = nameOf(nameOfUser(first.user, chat.id));
  return (
    <button type="button" class="missing-bar" onClick={() => openDialog({ kind: 'missing', chat: chat.id })}>
      <HourglassIcon />
      <span role="status">
        {waited.length === 1 ? t('missing-from', { name }) : t('missing-from-several', { name, others: count(waited.length - 1) })}
      </span>
      <span class="more">{t('missing-why')}</span>
    </button>
  );
}

export function MissingDialog({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  const gaps = chat ? gapsOf(chat) : [];
  return (
    <Dialog title={t('missing-title')}>
      {gaps.length === 0 && <p role="status">{t('missing-none')}</p>}
      <ul class="facts">{gaps.map((gap) => <GapFact key={gap.user} chat={id} gap={gap} />)}</ul>
      {gaps.length > 0 && <p class="faint">{t('missing-what')}</p>}
    </Dialog>
  );
}

function GapFact({ chat, gap: { user, waiting, until, lost } }: { chat: string; gap: Gap }) {
  const name = nameOfUser(user, chat);
  return (
    <li class="waiting">
      <span class="gap-of"><Avatar id={user} name={name} /><strong><Name of={name} /></strong></span>
      {waiting > 0 && <span>{t('missing-waits', { count: waiting })}</span>}
      {waiting > 0 && <span>{t('missing-until', { moment: momentOf(until) })}</span>}
      {lost > 0 && <span>{t('missing-lost', { count: lost })}</span>}
    </li>
  );
}

/** In the chat's information: also what never came. */
export function MissingCard({ chat }: { chat: Chat }) {
  if (gapsOf(chat).length === 0) return null;
  return (
    <section class="card">
      <ul class="links">
        <li>
          <button type="button" onClick={() => openDialog({ kind: 'missing', chat: chat.id })}>
            <HourglassIcon /><span>{t('missing-title')}</span>
          </button>
        </li>
      </ul>
    </section>
  );
}
