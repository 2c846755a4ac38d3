// One chat: its header, what was said, and the composer.
import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Chat } from '../../api/types';
import { members, watchMembers } from '../../app/groups';
import { chats, contacts, me, route } from '../../app/select';
import { searchIn } from '../../app/search';
import { selection } from '../../app/selection';
import { openDialog, openInfo, show, state } from '../../app/store';
import { clock } from '../../app/presence';
import { typing } from '../../app/typing';
import { recording } from '../../app/voice';
import { t } from '../../i18n/texts';
import { isGroup, rightsIn } from '../../model/groups';
import { seenOf } from '../../model/presence';
import { here } from '../../model/state';
import { seenText } from '../parts/seen';
import { Composer } from '../composer/composer';
import { dropped } from '../composer/attach';
import { RecordBar } from '../composer/record';
import { OnTheWay } from '../composer/on_the_way';
import { focusSearch } from '../list/search';
import { Avatar } from '../parts/avatar';
import { IconButton } from '../parts/button';
import { BackIcon, CalendarIcon, InfoIcon, LockIcon, SearchIcon } from '../parts/icons';
import { Mood } from '../parts/mood';
import { Name, nameOf } from '../parts/name';
import { MessageList } from './messages';
import { MissingBar } from './missing';
import { PinnedBar } from './pinned';
import { SelectionBar } from './selection';
import { Topics, closedHere } from './topics';

export function ChatPane() {
  const chat = useComputed(() => chats.value.get(route.value.chat ?? '')).value;
  const place = useComputed(() => here(state.value)).value;
  if (!chat || place === undefined) return <Nothing />;
  return (
    <section class="chat" aria-label={t('chat-with', { name: nameOf(chat.title) })} {...dropped(chat.id)}>
      {selection.value?.chat === chat.id ? <SelectionBar chat={chat} /> : <Header chat={chat} />}
      <Topics chat={chat} />
      <PinnedBar chat={chat} place={place} />
      <MissingBar chat={chat} />
      <MessageList key={place} chat={chat} place={place} />
      <OnTheWay chat={chat.id} />
      <Writing chat={chat} />
    </section>
  );
}

const OUTSIDE = { leaving: 'group-leaving', out: 'group-out', away: 'group-away', imported: 'group-imported' } as const;

/** Where one writes, or why one cannot. */
function Writing({ chat }: { chat: Chat }) {
  const known = useComputed(() => members.value.get(chat.id)).value;
  const closed = useComputed(() => closedHere(chat.id)).value;
  const recorded = useComputed(() => recording.value?.chat === chat.id).value;
  useEffect(() => {
    if (isGroup(chat)) watchMembers(chat.id);
  }, [chat]);
  if (chat.standing !== 'in') return <p class="no-composer" role="status">{t(OUTSIDE[chat.standing])}</p>;
  if (chat.kind === 'channel' && !known) return null;
  if (chat.kind === 'channel' && known && !rightsIn(known, me.value).post) return <p class="no-composer">{t('channel-read')}</p>;
  if (closed && known && !rightsIn(known, me.value).topics) return <p class="no-composer">{t('topic-closed-why')}</p>;
  if (recorded) return <RecordBar />;
  return <Composer key={`composer-${chat.id}`} chat={chat.id} />;
}

function Header({ chat }: { chat: Chat }) {
  const { info } = route.value;
  return (
    <header class="bar">
      <IconButton class="back" label={t('back-to-chats')} onClick={() => show(undefined)}><BackIcon /></IconButton>
      <button type="button" class="heading" onClick={() => openInfo(!info)} aria-expanded={info}>
        <Avatar id={chat.with ?? chat.id} name={chat.title} />
        <span class="heading-text">
          <h1><Name of={chat.title} /><Mood of={chat.with} /></h1>
          <span class="faint"><Subtitle chat={chat} /></span>
        </span>
        <span class="hidden">{t('info')}</span>
      </button>
      <IconButton
        class="wide-only"
        label={t('search-here')}
        onClick={() => {
          searchIn.value = chat.id;
          focusSearch();
        }}
      >
        <SearchIcon />
      </IconButton>
      <IconButton class="wide-only" label={t('date-jump')} onClick={() => openDialog({ kind: 'date', chat: chat.id })}>
        <CalendarIcon />
      </IconButton>
      <IconButton class="wide-only" label={t('info')} expanded={info} onClick={() => openInfo(!info)}><InfoIcon /></IconButton>
    </header>
  );
}

function Subtitle({ chat }: { chat: Chat }) {
  const problem = useComputed(() => contacts.value.get(chat.with ?? '')?.problem).value;
  const seen = useComputed(() => (chat.kind === 'private' ? seenOf(chat, clock.value) : undefined)).value;
  const writing = useComputed(() => typing.value.has(chat.id)).value;
  if (writing) return <span class="writing" role="status">{t('writing')}</span>;
  if (chat.kind === 'group') return <>{t('group-members', { count: chat.members })}</>;
  if (chat.kind === 'channel') return <>{t('channel-members', { count: chat.members })}</>;
  if (chat.kind === 'saved') return <>{t('saved-what')}</>;
  if (chat.accepted && seen) return seen.kind === 'online' ? <span class="writing">{t('online')}</span> : <>{seenText(seen)}</>;
  if (chat.accepted) return <>{t('chat-private')}</>;
  return <>{problem || t('chat-waits-long')}</>;
}

function Nothing() {
  return (
    <section class="chat nothing" aria-label={t('chat-none')}>
      <div>
        <LockIcon />
        <p>{t('chat-choose')}</p>
        <p class="faint">{t('chat-choose-why')}</p>
      </div>
    </section>
  );
}
