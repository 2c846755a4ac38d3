// What is pinned stands above the messages: a tap goes there, the next tap to the pin before; and all of them in a list.
import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Chat, Message } from '../../api/types';
import { authorOf, pin } from '../../app/messages';
import { pinned, watchPins } from '../../app/pinned';
import { chats, link } from '../../app/select';
import { openDialog } from '../../app/store';
import { count, momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { marksOf, pinsIn } from '../../model/pinned';
import { type Place, parts } from '../../model/place';
import { lineOf } from '../content/content';
import { IconButton } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { CloseIcon, ListIcon, PinIcon } from '../parts/icons';
import { nameOf } from '../parts/name';
import { mayHere } from './actions';
import { jump } from './jump';

export function PinnedBar({ chat, place }: { chat: Chat; place: Place }) {
  const { topic } = parts(place);
  const all = pinsIn(useComputed(() => pinned.value.get(chat.id) ?? []).value, topic);
  const [shown, setShown] = useState(0);
  const open = useComputed(() => link.value.kind === 'open').value;
  // Also when the node answers again: what happened meanwhile was not heard.
  useEffect(() => watchPins(chat.id), [chat.id, open]);
  useEffect(() => setShown(0), [place, all[0]?.id, all.length]);
  const message = all[shown] ?? all[0];
  if (!message) return null;
  const go = () => {
    jump({ message: message.id, at: message.at });
    setShown((shown + 1) % all.length);
  };
  const one = all.length === 1;
  return (
    <div class="pinned-bar" role="region" aria-label={t('pinned')}>
      <button type="button" class="pinned-one" onClick={go}>
        <Marks of={all.length} shown={shown} />
        <span class="pinned-text">
          <strong>{one ? t('pinned-one') : t('pinned-of', { number: count(all.length - shown), count: count(all.length) })}</strong>
          <span class="cut" dir="auto">{lineOf(message).slice(0, 160)}</span>
        </span>
      </button>
      <IconButton label={t('pinned-list')} onClick={() => openDialog({ kind: 'pins', chat: chat.id })}>
        {one ? <PinIcon /> : <ListIcon />}
      </IconButton>
    </div>
  );
}

/** How many there are, and which is shown: the oldest stands highest, as in the chat. */
function Marks({ of, shown }: { of: number; shown: number }) {
  const { marks, at } = marksOf(of, shown);
  return (
    <span class="pin-marks" aria-hidden="true">
      {Array.from({ length: marks }, (_, n) => <span key={n} class={n === at ? 'now' : undefined} />)}
    </span>
  );
}

/** All that is pinned in a chat, and taking it down. */
export function PinsDialog({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  const all = useComputed(() => pinned.value.get(id) ?? []).value;
  const may = chat !== undefined && mayHere(chat, 'pin');
  const unpinAll = () => {
    openDialog(undefined);
    for (const message of all) void pin(message);
  };
  return (
    <Dialog title={t('pinned-list')}>
      {all.length === 0 && <p class="faint">{t('pinned-none')}</p>}
      <ul class="pins">
        {all.map((message) => (
          <li key={message.id}>
            <button
              type="button"
              class="chat-row"
              onClick={() => {
                openDialog(undefined);
                jump({ message: message.id, at: message.at });
              }}
            >
              <PinLine message={message} />
            </button>
            {may && (
              <IconButton label={`${t('message-unpin')}: ${lineOf(message).slice(0, 40)}`} onClick={() => void pin(message)}>
                <CloseIcon />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {may && all.length > 1 && (
        <div class="buttons end"><button type="button" class="quiet" onClick={unpinAll}>{t('pinned-take-down')}</button></div>
      )}
    </Dialog>
  );
}

function PinLine({ message }: { message: Message }) {
  return (
    <span class="row-text">
      <span class="row-line">
        <span class="title"><bdi>{message.mine ? t('you') : nameOf(authorOf(message))}</bdi></span>
        <time class="moment">{momentOf(message.at)}</time>
      </span>
      <span class="preview" dir="auto">{lineOf(message).slice(0, 160)}</span>
    </span>
  );
}
