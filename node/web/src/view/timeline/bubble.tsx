// One message: its text, when and how far, and its menu.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Chat, Message } from '../../api/types';
import { authorOf, nameOfUser } from '../../app/messages';
import { chooseThrough, selection, toggle } from '../../app/selection';
import { discard, openDialog, retry } from '../../app/store';
import { count, momentOf, timeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import type { Bubble as Row } from '../../model/timeline';
import { hue } from '../../model/words';
import { Answered, Forwarded, Reactions } from '../content/around';
import { Content } from '../content/content';
import { Album } from '../content/file';
import { EyeIcon, PinIcon, TimerIcon } from '../parts/icons';
import { isSticker } from '../content/sticker';
import { Menu, type Point, below } from '../parts/menu';
import { nameOf } from '../parts/name';
import { actionsOf } from './actions';
import { TickMark } from './ticks';
import { InTopic } from './topics';

/** Colours of names. */
const SPEAKERS = 8;

export function Bubble({ row, chat, marked }: { row: Row; chat: Chat; marked: boolean }) {
  const [menu, setMenu] = useState<Point>();
  const [meant, setMeant] = useState<Message>();
  const actions = menu ? actionsOf(meant ? { ...row, message: meant } : row, chat) : [];
  const chosen = useComputed(() => selection.value?.ids.has(row.message?.id ?? '') ?? false).value;
  const choosing = useComputed(() => selection.value?.chat === chat.id).value;
  const open = (at: Point, target?: EventTarget | null) => {
    if (!row.message) return;
    if (choosing) return (row.album ?? [row.message]).forEach(toggle);
    // Of an album the one that was pointed at is meant.
    const part = target instanceof Element ? target.closest<HTMLElement>('[data-part]')?.dataset['part'] : undefined;
    setMeant(row.album?.find(({ id }) => id === part));
    setMenu(at);
  };
  const shape = [row.mine ? 'mine' : 'theirs', row.first && 'first', row.last && 'last', row.pending?.failure && 'failed', row.message && isSticker(row.message) && 'bare', marked && 'marked', choosing && 'choosing', chosen && 'chosen'];
  return (
    <div
      class={`message ${shape.filter(Boolean).join(' ')}`}
      data-message={row.message?.id}
      onClickCapture={(event) => {
        // While messages are chosen a click anywhere in the row chooses, and nothing in it does anything else.
        if (!choosing || !row.message) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.shiftKey) chooseThrough(row.album?.at(-1) ?? row.message);
        else (row.album ?? [row.message]).forEach(toggle);
      }}
    >
      <div
        class="bubble"
        dir="auto"
        tabIndex={-1}
        onContextMenu={(event) => {
          // Marked text keeps the browser's own menu.
          if (getSelection()?.toString()) return;
          event.preventDefault();
          open({ x: event.clientX, y: event.clientY }, event.target);
        }}
        onClick={(event) => {
          // A finger has no right button: a tap opens the menu, as in other messengers.
          const tapped = matchMedia('(pointer: coarse)').matches && !getSelection()?.toString();
          if (tapped && !(event.target as Element).closest('button, a, pre')) open({ x: event.clientX, y: event.clientY });
        }}
        onKeyDown={(event) => {
          if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
          event.preventDefault();
          event.stopPropagation();
          open(below(event.currentTarget));
        }}
      >
        {/* Isolated: which way the bubble runs, its text decides. */}
        {chosen && <bdi class="hidden">{t('chosen')} </bdi>}
        <Speaker row={row} chat={chat} />
        {row.message && <InTopic chat={chat} topic={row.message.topic} />}
        {row.message ? <Said message={row.message} album={row.album} /> : <span class="text">{row.text}</span>}
        <Meta row={row} />
        {row.message && <Reactions message={row.message} />}
      </div>
      {menu && actions.length > 0 && <Menu label={t('message-menu')} items={actions} at={menu} onClose={() => setMenu(undefined)} />}
      {row.pending?.failure && <Failure nonce={row.pending.nonce} why={row.pending.failure} text={row.text} />}
    </div>
  );
}

/** In a group everybody has a name and a colour; between two people it is only said to who does not see the sides. */
function Speaker({ row, chat }: { row: Row; chat: Chat }) {
  if (row.mine) return <bdi class="hidden">{t('you')}: </bdi>;
  // A post of a channel names its author only if the channel does.
  const named = chat.kind === 'group' || (chat.kind === 'channel' && (row.message?.author ?? '') !== '');
  if (!named) return <bdi class="hidden">{nameOf(chat.title)}: </bdi>;
  const name = nameOf(row.message && authorOf(row.message));
  if (!row.first) return <bdi class="hidden">{name}: </bdi>;
  return <bdi class={`speaker speaker-${hue(row.from, SPEAKERS)}`}>{name}<span class="hidden">: </span></bdi>;
}

function Said({ message, album }: { message: Message; album: readonly Message[] | undefined }) {
  return (
    <>
      <Forwarded message={message} />
      <Answered message={message} nameOf={(user) => nameOf(nameOfUser(user))} />
      {album ? <Album messages={album} /> : <Content message={message} />}
    </>
  );
}

function Meta({ row }: { row: Row }) {
  const inside = (
    <>
      {row.message?.pinned && <span title={t('pinned')}><PinIcon /><span class="hidden">{t('pinned')}</span></span>}
      {row.message?.edited !== undefined && <span>{t('edited')}</span>}
      {row.message?.expires !== undefined && <span title={t('expires', { moment: momentOf(row.message.expires) })}><TimerIcon /><span class="hidden">{t('expires', { moment: momentOf(row.message.expires) })}</span></span>}
      {row.message?.views !== undefined && (
        <span class="views" title={t('views', { count: row.message.views })}>
          <EyeIcon /><span aria-hidden="true">{count(row.message.views)}</span><span class="hidden">{t('views', { count: row.message.views })}</span>
        </span>
      )}
      <time>{timeOf(row.at)}</time>
      {row.pending && !row.pending.failure && <TickMark ticks="queued" />}
      {row.ticks && <TickMark ticks={row.ticks} />}
    </>
  );
  const { message } = row;
  if (!message) return <span class="meta">{inside}</span>;
  return (
    <button
      type="button"
      class="meta"
      tabIndex={-1}
      title={t('truth-title')}
      onClick={() => openDialog({ kind: 'truth', message: message.id })}
    >
      {inside}
    </button>
  );
}

function Failure({ nonce, why, text }: { nonce: string; why: string; text: string }) {
  return (
    <div class="failure" role="alert">
      <span>{t('not-sent', { why })}</span>
      <button type="button" class="quiet" onClick={() => retry(nonce)}>
        {t('try-again')}<span class="hidden"> {text.slice(0, 40)}</span>
      </button>
      <button type="button" class="quiet" onClick={() => discard(nonce)}>{t('discard')}</button>
    </div>
  );
}
