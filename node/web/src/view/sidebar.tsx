// The chat list, contact requests, search, and the way to everything else.
import type { Chat, Contact } from '../api/types';
import { listed } from '../model/state';
import { accept, decline, openDialog, search, show, state } from '../model/store';
import { rowTime } from '../model/words';
import { Avatar } from './avatar';
import { AddIcon, CloseIcon, InviteIcon, SearchIcon, StatusIcon } from './icons';
import { TickMark } from './ticks';

const SEARCH = 'search';
const ROW = '.chat-row';

export function focusSearch(): void {
  const field = document.getElementById(SEARCH);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

export function Sidebar() {
  const { contacts, status } = state.value;
  const chats = listed(state.value);
  const asking = [...contacts.values()].filter((contact) => contact.state === 'pending');
  const asked = [...contacts.values()].filter((contact) => contact.state === 'requested' && !contact.chat);
  const connected = status?.relays.filter((relay) => relay.connected).length ?? 0;
  return (
    <nav class="sidebar" aria-label="Chats" onKeyDown={onArrow}>
      <header class="bar">
        <h1><bdi>{status?.me.name ?? 'Chappe'}</bdi></h1>
        <span class="spacer" />
        <IconButton label="Add a contact" onClick={() => openDialog({ kind: 'add' })}><AddIcon /></IconButton>
        <IconButton label="Invite somebody" onClick={() => openDialog({ kind: 'invite' })}><InviteIcon /></IconButton>
        <IconButton
          label={`Status: ${connected} of ${status?.relays.length ?? 0} relays connected`}
          onClick={() => openDialog({ kind: 'status' })}
        >
          <StatusIcon />
          <span class={`dot ${connected > 0 ? 'good' : 'bad'}`} />
        </IconButton>
      </header>
      <Search />
      <div class="list-scroll">
        {asking.length > 0 && (
          <section aria-label="Contact requests" class="requests">
            {asking.map((contact) => <Request key={contact.user} contact={contact} />)}
          </section>
        )}
        <ul class="chat-list">
          {chats.map((chat) => <Row key={chat.id} chat={chat} />)}
          {asked.map((contact) => <Asked key={contact.user} contact={contact} />)}
        </ul>
        {chats.length + asked.length + asking.length === 0 && <NoChats />}
      </div>
    </nav>
  );
}

function IconButton(props: { label: string; onClick: () => void; children: preact.ComponentChildren }) {
  return (
    <button type="button" class="icon-button" aria-label={props.label} title={props.label} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

function Search() {
  const { query } = state.value;
  return (
    <div class="search">
      <SearchIcon />
      <input
        id={SEARCH}
        type="text"
        placeholder="Search"
        aria-label="Search chats"
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={onSearchKey}
      />
      {query !== '' && (
        <button type="button" class="icon-button small" aria-label="Clear the search" onClick={() => search('')}>
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

function onSearchKey(event: KeyboardEvent) {
  if (event.key === 'Escape' && state.value.query !== '') {
    search('');
    event.stopPropagation();
  } else if (event.key === 'Enter') {
    const first = listed(state.value)[0];
    if (first) show(first.id);
  }
}

/** Up and down move among the rows, and from the search field into them. */
function onArrow(event: KeyboardEvent) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const rows = [...document.querySelectorAll<HTMLElement>(ROW)];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next) next.focus();
  else if (event.key === 'ArrowUp' && at === 0) focusSearch();
  event.preventDefault();
}

function Row({ chat }: { chat: Chat }) {
  const { open, drafts } = state.value;
  const draft = drafts.get(chat.id) ?? '';
  return (
    <li>
      <button
        type="button"
        class="chat-row"
        data-chat={chat.id}
        aria-current={open === chat.id ? 'true' : undefined}
        onClick={() => show(chat.id)}
      >
        <Avatar id={chat.with ?? chat.id} name={chat.title} />
        <span class="row-text">
          <span class="row-line">
            <bdi class="title">{chat.title}</bdi>
            {chat.last && <Moment chat={chat} at={chat.last.at} />}
          </span>
          <span class="row-line">
            <span class="preview" dir="auto">
              {draft !== '' && open !== chat.id ? <><em>Draft: </em>{draft}</> : <Preview chat={chat} />}
            </span>
            {chat.unread > 0 && (
              <span class="badge">{chat.unread > 999 ? '999+' : chat.unread}<span class="hidden"> unread</span></span>
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

function Moment({ chat, at }: { chat: Chat; at: number }) {
  return (
    <span class="moment">
      {chat.last?.mine && chat.last.ticks && <TickMark ticks={chat.last.ticks} />}
      <time>{rowTime(at, Date.now())}</time>
    </span>
  );
}

function Preview({ chat }: { chat: Chat }) {
  if (!chat.accepted) return <em>Waits until they accept</em>;
  return <>{chat.last ? chat.last.text : <em>No messages yet</em>}</>;
}

function Request({ contact }: { contact: Contact }) {
  return (
    <div class="request">
      <Avatar id={contact.user} name={contact.name} />
      <div class="row-text">
        <bdi class="title">{contact.name}</bdi>
        <p class="preview" dir="auto">{contact.greeting || 'would like to talk to you'}</p>
        <div class="buttons">
          <button type="button" class="primary" onClick={() => void accept(contact.user)}>
            Accept<span class="hidden"> {contact.name}</span>
          </button>
          <button type="button" class="quiet" onClick={() => void decline(contact.user)}>
            Decline<span class="hidden"> {contact.name}</span>
          </button>
        </div>
      </div>
    </div>
  );
}

function Asked({ contact }: { contact: Contact }) {
  return (
    <li class="asked">
      <Avatar id={contact.user} name={contact.name} />
      <span class="row-text">
        <bdi class="title">{contact.name}</bdi>
        <span class="preview">{contact.problem || 'Waits for their answer'}</span>
      </span>
    </li>
  );
}

function NoChats() {
  if (state.value.session === 'unknown') return null;
  if (state.value.query !== '') return <p class="empty">No chat is called that.</p>;
  return (
    <div class="empty">
      <p>No chats yet.</p>
      <button type="button" class="primary" onClick={() => openDialog({ kind: 'invite' })}>Invite somebody</button>
      <button type="button" class="quiet" onClick={() => openDialog({ kind: 'add' })}>I have a link</button>
    </div>
  );
}
