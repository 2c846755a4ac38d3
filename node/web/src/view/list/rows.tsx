// Rows of the list: a chat, somebody who was asked, a contact that a search found.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Chat, Contact } from '../../api/types';
import { draftIn, route } from '../../app/select';
import { authorOf } from '../../app/messages';
import { show } from '../../app/store';
import { count, rowTime } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { isMuted, isUnread } from '../../model/state';
import { Avatar } from '../parts/avatar';
import { BellOffIcon, PinIcon } from '../parts/icons';
import { Menu, type Point, below } from '../parts/menu';
import { Mood } from '../parts/mood';
import { Name, nameOf } from '../parts/name';
import { TickMark } from '../timeline/ticks';
import { lineOf } from '../content/content';
import { listActions } from './actions';

export function ChatRow({ chat }: { chat: Chat }) {
  const isOpen = useComputed(() => route.value.chat === chat.id).value;
  const draft = useComputed(() => draftIn(chat.id)).value;
  const [menu, setMenu] = useState<Point>();
  const muted = isMuted(chat, Date.now());
  return (
    <>
      <button
        type="button"
        class="chat-row"
        data-chat={chat.id}
        data-row={chat.id}
        aria-current={isOpen ? 'true' : undefined}
        onClick={() => show(chat.id)}
        onContextMenu={(event) => {
          event.preventDefault();
          setMenu(event.clientX === 0 ? below(event.currentTarget) : { x: event.clientX, y: event.clientY });
        }}
        onKeyDown={(event) => {
          if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
            event.preventDefault();
            setMenu(below(event.currentTarget));
          }
        }}
      >
        <Avatar id={chat.with ?? chat.id} name={chat.title} />
        <span class="row-text">
          <span class="row-line">
            <span class="title"><Name of={chat.title} /><Mood of={chat.with} />{muted && <><BellOffIcon /><span class="hidden"> {t('chat-muted')}</span></>}</span>
            {chat.last && <Moment chat={chat} at={chat.last.at} />}
          </span>
          <span class="row-line">
            <span class="preview" dir="auto">
              {draft !== '' && !isOpen ? <><em>{t('draft')}</em> {draft}</> : <Preview chat={chat} />}
            </span>
            {(chat.pinned ?? 0) > 0 && !isUnread(chat) && <><PinIcon /><span class="hidden"> {t('chat-pinned')}</span></>}
            {chat.mentions > 0 && <span class="badge at"><span aria-hidden="true">@</span><span class="hidden"> {t('mention-you')}</span></span>}
            {isUnread(chat) && (
              <span class={`badge${muted ? ' still' : ''}`}>
                {chat.unread > 999 ? `${count(999)}+` : chat.unread > 0 && count(chat.unread)}
                <span class="hidden"> {t('unread')}</span>
              </span>
            )}
          </span>
        </span>
      </button>
      {menu && <Menu label={nameOf(chat.title)} items={listActions(chat)} at={menu} onClose={() => setMenu(undefined)} />}
    </>
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
  if (!chat.last) return <em>{t('chat-empty')}</em>;
  const line = lineOf(chat.last);
  return <>{chat.kind === 'group' && !chat.last.mine ? <><bdi>{nameOf(authorOf(chat.last))}</bdi>: {line}</> : line}</>;
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
