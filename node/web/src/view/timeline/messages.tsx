// The timeline. Only the rows in view are in the document (virtua); the end stays in view while one is there, and what
// is read stays where it is when older messages come.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Chat } from '../../api/types';
import { api } from '../../api/client';
import { events, lookAtEvents } from '../../app/events';
import { attempt, chooseTopic, loadBackTo, loadOlder, markSeen, openDialog, state } from '../../app/store';
import { count, dayName } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { dayOf } from '../../model/days';
import { isGroup } from '../../model/groups';
import { type Place, parts } from '../../model/place';
import { NO_ROWS, type Row, type Rows, rowAtTime, rowOfMessage, rows } from '../../model/timeline';
import { DownIcon } from '../parts/icons';
import { nameOf } from '../parts/name';
import { Bubble } from './bubble';
import { EventLine } from './event';
import { type Target, later, onJump, wanted } from './jump';
import { lineOf } from '../content/content';

/** Pixels from the end that still count as the end. */
const END = 40;
/** Pixels from the beginning at which older messages are fetched. */
const NEAR_START = 1500;
/** How long a message that was jumped to is marked. */
const MARK = 1600;

/** Where each place was left: the row at the top, and how far it was above the edge. */
const left = new Map<string, { readonly key: string; readonly above: number }>();

export function MessageList({ chat, place }: { chat: Chat; place: Place }) {
  const known = useRef<Rows>(NO_ROWS);
  const { topic } = parts(place);
  const timeline = useComputed(() => state.value.timelines.get(place));
  const waiting = useComputed(() => state.value.pending);
  const all = useComputed(() => {
    if (!timeline.value) return undefined;
    const pending = waiting.value.filter((item) => item.chat === chat.id && (topic === undefined || item.topic === topic));
    const happened = topic === undefined ? events.value.get(chat.id) : undefined;
    known.current = rows(timeline.value, pending, dayOf, known.current, happened);
    return known.current;
  }).value;
  const group = isGroup(chat);
  useEffect(() => {
    if (group) void lookAtEvents(chat.id);
  }, [chat.id, group, chat.events]);
  if (!all) return <div class="messages loading" role="status">{t('loading')}</div>;
  if (all.list.length === 0) return <div class="messages loading">{t('chat-hello')}</div>;
  return <Scroller chat={chat} at={place} all={all} />;
}

function Scroller({ chat, at: here, all }: { chat: Chat; at: Place; all: Rows }) {
  const list = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const placed = useRef(false);
  const [away, setAway] = useState(false);
  const [marked, setMarked] = useState<string>();
  const top = useSignal<number | undefined>(undefined);
  const shift = usePrepended(all);
  const now = useRef(all);
  now.current = all;

  const toEnd = () => list.current?.scrollToIndex(now.current.list.length - 1, { align: 'end' });

  useLayoutEffect(() => {
    if (!placed.current) {
      placed.current = true;
      atEnd.current = place(list.current, all, here);
      // A chat that fits its window is at its end wherever it begins. Rows are measured with the first frame, behind its
      // callbacks: before that long messages seem to fit.
      requestAnimationFrame(() => requestAnimationFrame(look));
    } else if (atEnd.current || isOwnNew(all.list)) {
      toEnd();
    }
  }, [all.list.length, all.list.at(-1)?.key]);

  /** Finds out whether the end is in view. */
  const look = () => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    // Rows that are measured anew move the end away without anybody scrolling: only going up leaves it.
    const goesUp = scrollTop < lastTop.current;
    lastTop.current = scrollTop;
    atEnd.current = scrollTop + clientHeight >= scrollHeight - END || (atEnd.current && !goesUp);
    setAway(!atEnd.current);
    if (atEnd.current) seen();
  };

  const onScroll = (offset: number) => {
    look();
    if (offset < NEAR_START) void loadOlder(here);
    remember(list.current, now.current, here, offset, atEnd.current);
    top.value = dayAt(list.current, now.current, offset);
  };

  useEffect(() => {
    const back = () => {
      if (atEnd.current) seen();
    };
    back();
    document.addEventListener('visibilitychange', back);
    window.addEventListener('focus', back);
    return () => {
      document.removeEventListener('visibilitychange', back);
      window.removeEventListener('focus', back);
    };
  }, [all.list.length, chat.unread]);

  useEffect(() => {
    const first = wanted(chat.id);
    if (first) void goTo(first);
    return onJump(goTo);
  }, []);

  const goTo = async (wish: Target) => {
    atEnd.current = false;
    const target = await dated(wish, now.current);
    const at = target.time ?? target.at;
    if (at !== undefined) await loadBackTo(here, at);
    // The rows of what was loaded are drawn first.
    requestAnimationFrame(() => {
      // What stands in another topic is found in the whole chat.
      if (here !== chat.id && target.time === undefined && rowOfMessage(now.current, target.message) === undefined) {
        later(chat.id, target);
        return chooseTopic(chat.id, undefined);
      }
      const index = target.time === undefined ? rowOfMessage(now.current, target.message) : rowAtTime(now.current, target.time);
      if (index === undefined) return toEnd();
      // Rows that came meanwhile may have said that the end is in view.
      atEnd.current = false;
      list.current?.scrollToIndex(index, { align: target.time === undefined ? 'center' : 'start' });
      if (target.time === undefined) setMarked(target.message);
    });
  };

  useEffect(() => {
    if (marked === undefined) return undefined;
    const timer = setTimeout(() => setMarked(undefined), MARK);
    return () => clearTimeout(timer);
  }, [marked]);

  useKeptAtEnd(box, atEnd, toEnd);

  return (
    <div class="messages-place">
      <div ref={box} class="messages" tabIndex={0} role="group" aria-label={t('messages')} onKeyDown={onArrow}>
        <div class="push-down" />
        <Virtualizer ref={list} data={all.list} shift={shift} onScroll={onScroll}>
          {(row: Row) => <RowView key={row.key} row={row} chat={chat} marked={marked} />}
        </Virtualizer>
      </div>
      {away && top.value !== undefined && (
        <div class="day floating">
          <button type="button" title={t('date-jump')} onClick={() => openDialog({ kind: 'date', chat: chat.id })}>
            {dayName(top.value, Date.now())}
          </button>
        </div>
      )}
      {chat.mentions > 0 && <ToMention chat={chat} goTo={goTo} />}
      {away && (
        <button type="button" class="to-end" title={t('to-newest')} onClick={toEnd}>
          <DownIcon />
          <span class="hidden">{t('to-newest')} </span>
          {chat.unread > 0 && <span class="badge">{count(chat.unread)}</span>}
        </button>
      )}
      <Announcer all={all.list} title={nameOf(chat.title)} />
    </div>
  );
}

/** Goes to the first unseen message that names our user, and with each click to the next. */
function ToMention({ chat, goTo }: { chat: Chat; goTo: (target: Target) => Promise<void> }) {
  const been = useRef(new Set<string>());
  const go = async () => {
    const all = await attempt(api.mentions(chat.id));
    if (!all?.length) return;
    if (all.every((message) => been.current.has(message.id))) been.current.clear();
    const next = all.find((message) => !been.current.has(message.id));
    if (!next) return;
    been.current.add(next.id);
    await goTo({ message: next.id, at: next.at });
  };
  return (
    <button type="button" class="to-end to-mention" title={t('mention-next')} onClick={() => void go()}>
      <span aria-hidden="true">@</span>
      <span class="hidden">{t('mention-next')} </span>
      <span class="badge">{count(chat.mentions)}</span>
    </button>
  );
}

/** With the time of a message that is not loaded: whoever answers one knows its id alone. */
async function dated(target: Target, all: Rows): Promise<Target> {
  if (target.time !== undefined || target.at !== undefined || rowOfMessage(all, target.message) !== undefined) return target;
  // What is not there (it was deleted) is not found either.
  const truth = await api.truth(target.message).catch(() => undefined);
  return truth ? { ...target, at: truth.message.at } : target;
}

/** Where a chat that is opened begins: at what is unread, where it was left, or at its end. True: at the end. */
function place(list: VirtualizerHandle | null, all: Rows, here: Place): boolean {
  const unread = all.list.findIndex((row) => row.kind === 'unread');
  if (unread > 0) {
    list?.scrollToIndex(unread, { align: 'start', offset: -80 });
    return false;
  }
  const before = left.get(here);
  const index = before ? all.list.findIndex((row) => row.key === before.key) : -1;
  if (before && index >= 0) {
    list?.scrollToIndex(index, { align: 'start', offset: before.above });
    return false;
  }
  list?.scrollToIndex(all.list.length - 1, { align: 'end' });
  return true;
}

function remember(list: VirtualizerHandle | null, all: Rows, here: Place, offset: number, end: boolean) {
  const index = list?.findItemIndex(offset) ?? 0;
  const row = all.list[index];
  if (end || !row || !list) left.delete(here);
  else left.set(here, { key: row.key, above: offset - list.getItemOffset(index) });
}

/** A time of the day that stands at the top of the view. */
function dayAt(list: VirtualizerHandle | null, all: Rows, offset: number): number | undefined {
  const row = all.list[list?.findItemIndex(offset) ?? 0];
  return row === undefined || row.kind === 'unread' ? undefined : row.at;
}

function isOwnNew(all: readonly Row[]): boolean {
  const last = all.at(-1);
  return last?.kind === 'bubble' && last.pending !== undefined;
}

function seen() {
  if (document.visibilityState === 'visible' && document.hasFocus()) void markSeen();
}

/** Up and down move among the messages; Enter and the menu key open a message's menu (bubble.tsx). */
function onArrow(event: KeyboardEvent) {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || event.altKey || event.defaultPrevented) return;
  const box = event.currentTarget as HTMLElement;
  const all = [...box.querySelectorAll<HTMLElement>('.bubble')];
  const at = all.findIndex((bubble) => bubble === document.activeElement);
  const next = at < 0 ? lastVisible(all, box) : all[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
  event.preventDefault();
}

function lastVisible(all: HTMLElement[], box: HTMLElement): HTMLElement | undefined {
  const { bottom } = box.getBoundingClientRect();
  return all.findLast((bubble) => bubble.getBoundingClientRect().top < bottom);
}

/** True in the rendering in which rows were added before the first: then the view must not move. */
function usePrepended(all: Rows): boolean {
  const before = useRef<{ first: unknown; count: number }>({ first: undefined, count: 0 });
  const first = keyOfFirst(all);
  const known = before.current;
  const prepended = known.first !== undefined && known.first !== first && all.list.length > known.count;
  useEffect(() => {
    before.current = { first, count: all.list.length };
  });
  return prepended;
}

function keyOfFirst(all: Rows): string | undefined {
  return all.list.find((row) => row.kind === 'bubble')?.key;
}

/** A composer that grows, a window that shrinks, or rows that wrap anew do not hide the end. */
function useKeptAtEnd(box: { current: HTMLElement | null }, atEnd: { current: boolean }, toEnd: () => void) {
  const act = useRef(toEnd);
  act.current = toEnd;
  useEffect(() => {
    const place = box.current;
    if (!place) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) act.current();
    });
    observer.observe(place);
    for (const child of place.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
}

/** Says new messages of others to screen readers; the list itself changes too much while scrolling. */
function Announcer({ all, title }: { all: readonly Row[]; title: string }) {
  const newest = all.findLast((row) => row.kind === 'bubble' && !row.mine);
  const first = useRef(newest?.key);
  const text = newest?.kind === 'bubble' && newest.key !== first.current ? `${title}: ${newest.message ? lineOf(newest.message) : newest.text}` : '';
  return <div class="hidden" aria-live="polite">{text}</div>;
}

function RowView({ row, chat, marked }: { row: Row; chat: Chat; marked: string | undefined }) {
  switch (row.kind) {
    case 'day':
      return <div class="day"><span>{dayName(row.at, Date.now())}</span></div>;
    case 'unread':
      return <div class="unread-line"><span>{t('unread-messages')}</span></div>;
    case 'event':
      return <EventLine event={row.event} />;
    case 'bubble':
      return <Bubble row={row} chat={chat} marked={marked !== undefined && marked === row.message?.id} />;
  }
}
