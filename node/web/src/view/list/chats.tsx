// The chats: requests, the list (only the rows in view are in the document), what a search finds, and the main menu.
import { computed } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Chat, Contact, SearchHit } from '../../api/types';
import { chatList, contacts, everyChat, query, session } from '../../app/select';
import { found as foundMessages, searchIn, searchProblem } from '../../app/search';
import { openDialog, openPane, show } from '../../app/store';
import { t } from '../../i18n/texts';
import { searched } from '../../model/state';
import { IconButton } from '../parts/button';
import { AddIcon, BellIcon, CodeIcon, ContactsIcon, InviteIcon, KeysIcon, MenuIcon, SettingsIcon } from '../parts/icons';
import { Menu, type MenuItem, type Point, below } from '../parts/menu';
import { AskedRow, ChatRow, FoundContact } from './rows';
import { HitRow, HitsEnd, Scope } from './hits';
import { Request } from './request';
import { Search, focusSearch } from './search';
import { Shelves } from './shelves';

type Entry =
  | { readonly kind: 'heading'; readonly key: string; readonly text: string }
  | { readonly kind: 'chat'; readonly key: string; readonly chat: Chat }
  | { readonly kind: 'hit'; readonly key: string; readonly hit: SearchHit }
  | { readonly kind: 'asked'; readonly key: string; readonly contact: Contact }
  | { readonly kind: 'contact'; readonly key: string; readonly contact: Contact };

const asking = computed(() => [...contacts.value.values()].filter((contact) => contact.state === 'pending'));

const asked = computed(() =>
  [...contacts.value.values()].filter((contact) => contact.state === 'requested' && !contact.chat),
);

const entries = computed<Entry[]>(() => {
  // A search looks everywhere, also in what is put away.
  const found = searched(query.value.trim() === '' ? chatList.value : everyChat.value, query.value);
  const rows: Entry[] = found.map((chat) => ({ kind: 'chat', key: chat.id, chat }));
  const waiting = searched(asked.value, query.value);
  rows.push(...waiting.map((contact): Entry => ({ kind: 'asked', key: `asked-${contact.user}`, contact })));
  if (query.value.trim() === '') return rows;
  return searchIn.value === undefined ? [...rows, ...people(found), ...messages()] : messages();
});

/** Messages that the node found. */
function messages(): Entry[] {
  const hits = foundMessages.value?.hits ?? [];
  if (hits.length === 0) return [];
  const rows = hits.map((hit): Entry => ({ kind: 'hit', key: `hit-${hit.message.id}`, hit }));
  return [{ kind: 'heading', key: 'heading-messages', text: t('messages') }, ...rows];
}

/** Contacts that the words fit, without those whose chat is listed already. */
function people(listed: readonly Chat[]): Entry[] {
  const shown = new Set(listed.map((chat) => chat.id));
  const accepted = [...contacts.value.values()].filter((contact) => contact.state === 'accepted');
  const found = searched(accepted, query.value).filter((contact) => contact.chat && !shown.has(contact.chat));
  if (found.length === 0) return [];
  const rows = found.map((contact): Entry => ({ kind: 'contact', key: `contact-${contact.user}`, contact }));
  return [{ kind: 'heading', key: 'heading-contacts', text: t('contacts') }, ...rows];
}

function openFirst() {
  const first = entries.value.find((entry) => entry.kind === 'chat');
  if (first?.kind === 'chat') show(first.chat.id);
}

export function ChatList() {
  const list = useRef<VirtualizerHandle>(null);
  return (
    <nav class="column" aria-label={t('chats')} onKeyDown={(event) => onArrow(event, list.current)}>
      <h1 class="hidden">{t('chats')}</h1>
      <header class="bar list-bar">
        <MainMenu />
        <Search onEnter={openFirst} />
      </header>
      <Scope />
      <Shelves />
      <div class="list-scroll">
        {asking.value.length > 0 && (
          <section aria-label={t('requests')} class="requests">
            {asking.value.map((contact) => <Request key={contact.user} contact={contact} />)}
          </section>
        )}
        <Virtualizer ref={list} data={entries.value} itemSize={66}>
          {(entry: Entry) => <EntryView key={entry.key} entry={entry} />}
        </Virtualizer>
        <HitsEnd />
        {searchProblem.value !== undefined && <p class="problem" role="alert">{searchProblem.value}</p>}
        {entries.value.length + asking.value.length === 0 && <NoChats />}
      </div>
    </nav>
  );
}

function EntryView({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case 'heading':
      return <h2 class="list-heading">{entry.text}</h2>;
    case 'chat':
      return <ChatRow chat={entry.chat} />;
    case 'asked':
      return <AskedRow contact={entry.contact} />;
    case 'hit':
      return <HitRow hit={entry.hit} />;
    case 'contact':
      return <FoundContact contact={entry.contact} />;
  }
}

/** Up and down move among the rows, and from the search field into them. Rows come into being as one gets there. */
function onArrow(event: KeyboardEvent, list: VirtualizerHandle | null) {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || event.altKey || event.defaultPrevented) return;
  const key = (document.activeElement as HTMLElement | null)?.dataset['row'];
  const rows = entries.value.flatMap((entry, index) => (entry.kind === 'heading' ? [] : [{ key: entry.key, index }]));
  const at = rows.findIndex((row) => row.key === key);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  event.preventDefault();
  if (!next) {
    if (event.key === 'ArrowUp' && at === 0) focusSearch();
    return;
  }
  list?.scrollToIndex(next.index, { align: 'nearest' });
  focusRow(next.key, 5);
}

/** A row that was scrolled to is drawn within a frame or two. */
function focusRow(key: string, frames: number) {
  const row = document.querySelector<HTMLElement>(`[data-row="${key}"]`);
  if (row) row.focus();
  else if (frames > 0) requestAnimationFrame(() => focusRow(key, frames - 1));
}

/** What the main menu offers. A new entry is a line here. */
function mainItems(): MenuItem[] {
  return [
    { id: 'contacts', label: t('contacts'), icon: <ContactsIcon />, run: () => openPane('contacts') },
    { id: 'add', label: t('contact-add'), icon: <AddIcon />, run: () => openPane('contacts/add') },
    { id: 'group', label: t('group-new'), icon: <ContactsIcon />, run: () => openPane('group') },
    { id: 'channel', label: t('channel-new'), icon: <BellIcon />, run: () => openPane('channel') },
    { id: 'invite', label: t('invite'), icon: <InviteIcon />, run: () => openPane('invite') },
    { id: 'scan', label: t('scan'), icon: <CodeIcon />, run: () => openPane('scan') },
    { id: 'settings', label: t('settings'), icon: <SettingsIcon />, run: () => openPane('settings') },
    { id: 'keys', label: t('keys-title'), icon: <KeysIcon />, run: () => openDialog({ kind: 'shortcuts' }) },
  ];
}

function MainMenu() {
  const [at, setAt] = useState<Point>();
  return (
    <>
      <IconButton
        label={t('menu')}
        expanded={at !== undefined}
        onClick={(event) => setAt(at ? undefined : below(event.currentTarget as Element))}
      >
        <MenuIcon />
      </IconButton>
      {at && <Menu label={t('menu')} items={mainItems()} at={at} onClose={() => setAt(undefined)} />}
    </>
  );
}

function NoChats() {
  if (session.value === 'unknown') return <p class="empty" role="status">{t('loading')}</p>;
  if (query.value !== '') return <p class="empty">{t('search-nothing')}</p>;
  if (everyChat.value.length > 0) return <p class="empty">{t('shelf-empty')}</p>;
  return (
    <div class="empty">
      <h2>{t('welcome')}</h2>
      <p>{t('welcome-how')}</p>
      <button type="button" class="primary" onClick={() => openPane('invite')}>{t('invite')}</button>
      <button type="button" class="quiet" onClick={() => openPane('contacts/add')}>{t('contact-have-link')}</button>
      <button type="button" class="quiet" onClick={() => openPane('scan')}>{t('scan')}</button>
      <button type="button" class="quiet" onClick={() => openPane('settings/devices')}>{t('welcome-words')}</button>
      <button type="button" class="quiet" onClick={() => openPane('settings/import')}>{t('import')}</button>
    </div>
  );
}
