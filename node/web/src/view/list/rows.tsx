// Rows of the list: a chat, somebody who was asked, a contact that a search found.
import { useComputed } from '@preact/signals';
import type { Chat, Contact } from '../../api/types';
import { drafts, route } from '../../app/select';
import { show } from '../../app/store';
import { count, rowTime } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { Name } from '../parts/name';
import { TickMark } from '../timeline/ticks';

export function ChatRow({ chat }: { chat: Chat }) {
  const isOpen = useComputed(() => route.value.chat === chat.id).value;
  const draft = useComputed(() => drafts.value.get(chat.id) ?? '').value;
  return (
    <button
      type="button"
      class="chat-row"
      data-chat={chat.id}
      data-row={chat.id}
      aria-current={isOpen ? 'true' : undefined}
      onClick={() => show(chat.id)}
    >
      <Avatar id={chat.with ?? chat.id} name={chat.title} />
      <span class="row-text">
        <span class="row-line">
          <span class="title"><Name of={chat.title} /></span>
          {chat.last && <Moment chat={chat} at={chat.last.at} />}
        </span>
        <span class="row-line">
          <span class="preview" dir="auto">
            {draft !== '' && !isOpen ? <><em>{t('draft')}</em> {draft}</> : <Preview chat={chat} />}
          </span>
          {chat.unread > 0 && (
            <span class="badge">
              {chat.unread > 999 ? `${count(999)}+` : count(chat.unread)}
              <span class="hidden"> {t('unread')}</span>
            </span>
          )}
        </span>
      </span>
    </button>
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
  if (!chat.accepted) return <em>{t('chat-waits')}</em>;
  return <>{chat.last ? chat.last.text : <em>{t('chat-empty')}</em>}</>;
}

export function AskedRow({ contact }: { contact: Contact }) {
  return (
    <div class="asked">
      <Avatar id={contact.user} name={contact.name} />
      <span class="row-text">
        <span class="title"><Name of={contact.name} /></span>
        <span class="preview">{contact.problem || t('request-waits')}</span>
      </span>
    </div>
  );
}

export function FoundContact({ contact }: { contact: Contact }) {
  return (
    <button type="button" class="chat-row" data-row={`contact-${contact.user}`} onClick={() => show(contact.chat)}>
      <Avatar id={contact.user} name={contact.name} />
      <span class="row-text"><span class="title"><Name of={contact.name} /></span></span>
    </button>
  );
}
