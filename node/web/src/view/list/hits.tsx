// What a search found in messages.
import type { ComponentChildren } from 'preact';
import type { SearchHit } from '../../api/types';
import { authorOf } from '../../app/messages';
import { found, moreHits, searchIn } from '../../app/search';
import { chats } from '../../app/select';
import { rowTime } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { IconButton } from '../parts/button';
import { CloseIcon } from '../parts/icons';
import { Name, nameOf } from '../parts/name';
import { lineOf } from '../content/content';
import { jumpIn } from '../timeline/jump';

/** UTF-16 units before the first highlight that are shown. */
const BEFORE = 24;
const LENGTH = 160;

export function HitRow({ hit }: { hit: SearchHit }) {
  const { message } = hit;
  const chat = chats.value.get(message.chat);
  const open = () => jumpIn(message.chat, { message: message.id, at: message.at });
  return (
    <button type="button" class="chat-row" data-row={`hit-${message.id}`} onClick={open}>
      <Avatar id={chat?.with ?? message.chat} name={chat?.title ?? ''} />
      <span class="row-text">
        <span class="row-line">
          <span class="title"><Name of={chat?.title} /></span>
          <span class="moment"><time>{rowTime(message.at, Date.now())}</time></span>
        </span>
        <span class="preview" dir="auto">
          <bdi>{message.mine ? t('you') : nameOf(authorOf(message))}</bdi>: <Marked hit={hit} />
        </span>
      </span>
    </button>
  );
}

/** The text around the first part that was looked for. */
function Marked({ hit: { message, highlights } }: { hit: SearchHit }) {
  const first = highlights[0];
  if (!first) return <>{lineOf(message).slice(0, LENGTH)}</>;
  const from = Math.max(0, first.offset - BEFORE);
  const to = from + LENGTH;
  const parts: ComponentChildren[] = from > 0 ? ['…'] : [];
  let at = from;
  for (const { offset, length } of highlights) {
    if (offset >= to) break;
    parts.push(message.text.slice(at, offset), <mark key={offset}>{message.text.slice(offset, offset + length)}</mark>);
    at = offset + length;
  }
  parts.push(message.text.slice(at, to));
  return <>{parts}</>;
}

/** Below the hits: more of them, or what there is to say. */
export function HitsEnd() {
  const all = found.value;
  if (!all) return null;
  return (
    <div class="hits-end">
      {all.similar && all.hits.length > 0 && <p class="faint" role="status">{t('search-similar')}</p>}
      {!all.complete && <p class="faint" role="status">{t('search-indexing')}</p>}
      {all.next !== undefined && <button type="button" class="quiet" onClick={() => void moreHits()}>{t('search-more')}</button>}
    </div>
  );
}

/** In which chat is searched; without it everywhere. */
export function Scope() {
  const chat = searchIn.value === undefined ? undefined : chats.value.get(searchIn.value);
  if (!chat) return null;
  return (
    <p class="scope">
      <span class="cut">{t('search-in', { name: nameOf(chat.title) })}</span>
      <IconButton class="small" label={t('search-everywhere')} onClick={() => (searchIn.value = undefined)}><CloseIcon /></IconButton>
    </p>
  );
}
