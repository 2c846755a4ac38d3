// The timeline. Only the rows in view are in the document (virtua); the end stays in view while one is there.
import { useComputed } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { Chat } from '../api/types';
import { discard, loadOlder, markSeen, openDialog, retry, state } from '../model/store';
import { type Bubble as BubbleRow, type Row, rows } from '../model/timeline';
import { dayName, dayOf, timeOf } from '../model/words';
import { DownIcon } from './icons';
import { TickMark } from './ticks';

/** Pixels from the end that still count as the end. */
const END = 40;
/** Pixels from the beginning at which older messages are fetched. */
const NEAR_START = 400;

export function MessageList({ chat }: { chat: Chat }) {
  const all = useComputed(() => {
    const { timelines, pending } = state.value;
    const timeline = timelines.get(chat.id);
    return timeline && rows(timeline, pending.filter((item) => item.chat === chat.id), dayOf);
  }).value;
  if (!all) return <div class="messages loading" role="status">Loading…</div>;
  if (all.length === 0) return <div class="messages loading">Nothing was said here yet. Say hello!</div>;
  return <Scroller chat={chat} all={all} />;
}

function Scroller({ chat, all }: { chat: Chat; all: Row[] }) {
  const list = useRef<VirtualizerHandle>(null);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const placed = useRef(false);
  const [away, setAway] = useState(false);
  const prepended = usePrepended(all);

  const toEnd = () => list.current?.scrollToIndex(all.length - 1, { align: 'end' });

  useLayoutEffect(() => {
    if (!placed.current) {
      placed.current = true;
      const unread = all.findIndex((row) => row.kind === 'unread');
      if (unread > 0) list.current?.scrollToIndex(unread, { align: 'start', offset: -80 });
      else toEnd();
    } else if (atEnd.current || all.at(-1)?.kind === 'bubble' && isOwnNew(all)) {
      toEnd();
    }
  }, [all.length, all.at(-1)?.key]);

  const onScroll = (offset: number) => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    // Rows that are measured anew move the end away without anybody scrolling: only going up leaves it.
    const goesUp = scrollTop < lastTop.current;
    lastTop.current = scrollTop;
    atEnd.current = scrollTop + clientHeight >= scrollHeight - END || (atEnd.current && !goesUp);
    setAway(!atEnd.current);
    if (offset < NEAR_START) void loadOlder(chat.id);
    if (atEnd.current) seen();
  };

  useEffect(() => {
    const look = () => {
      if (atEnd.current) seen();
    };
    look();
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [all.length, chat.unread]);

  useKeptAtEnd(box, atEnd, toEnd);

  return (
    <div class="messages-place">
      <div ref={box} class="messages" tabIndex={0} role="group" aria-label="Messages">
        <div class="push-down" />
        <Virtualizer ref={list} shift={prepended} onScroll={onScroll}>
          {all.map((row) => <RowView key={row.key} row={row} title={chat.title} />)}
        </Virtualizer>
      </div>
      {away && (
        <button type="button" class="to-end" aria-label="Go to the newest message" onClick={toEnd}>
          <DownIcon />
          {chat.unread > 0 && <span class="badge">{chat.unread}</span>}
        </button>
      )}
      <Announcer all={all} title={chat.title} />
    </div>
  );
}

function isOwnNew(all: Row[]): boolean {
  const last = all.at(-1);
  return last?.kind === 'bubble' && last.pending !== undefined;
}

function seen() {
  if (document.visibilityState === 'visible' && document.hasFocus()) void markSeen();
}

/** True in the rendering in which rows were added before the first: then the view must not move. */
function usePrepended(all: Row[]): boolean {
  const before = useRef<{ first: string | undefined; count: number }>({ first: undefined, count: 0 });
  const first = all.find((row) => row.kind === 'bubble')?.key;
  const known = before.current;
  const prepended = known.first !== undefined && known.first !== first && all.length > known.count;
  useEffect(() => {
    before.current = { first, count: all.length };
  });
  return prepended;
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
function Announcer({ all, title }: { all: Row[]; title: string }) {
  const newest = all.findLast((row): row is BubbleRow => row.kind === 'bubble' && !row.mine);
  const first = useRef(newest?.key);
  const isNew = newest !== undefined && newest.key !== first.current;
  return <div class="hidden" aria-live="polite">{isNew ? `${title}: ${newest.text}` : ''}</div>;
}

function RowView({ row, title }: { row: Row; title: string }) {
  switch (row.kind) {
    case 'day':
      return <div class="day"><span>{dayName(row.at, Date.now())}</span></div>;
    case 'unread':
      return <div class="unread-line"><span>Unread messages</span></div>;
    case 'bubble':
      return <Bubble row={row} title={title} />;
  }
}

function Bubble({ row, title }: { row: BubbleRow; title: string }) {
  const shape = `${row.mine ? 'mine' : 'theirs'}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`;
  return (
    <div class={`message ${shape}${row.pending?.failure ? ' failed' : ''}`} data-message={row.message?.id}>
      <div class="bubble" onClick={() => asksAbout(row)}>
        <span class="hidden">{row.mine ? 'You' : title}: </span>
        <span class="text" dir="auto">{row.text}</span>
        <Meta row={row} />
      </div>
      {row.pending?.failure && <Failure nonce={row.pending.nonce} why={row.pending.failure} text={row.text} />}
    </div>
  );
}

/** A tap on a message asks about it; marking its text does not. */
function asksAbout({ message }: BubbleRow) {
  if (message && !getSelection()?.toString()) openDialog({ kind: 'truth', message: message.id });
}

function Meta({ row }: { row: BubbleRow }) {
  const inside = (
    <>
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
      title={row.mine ? 'How far is it?' : 'About this message'}
      onClick={(event) => {
        event.stopPropagation();
        openDialog({ kind: 'truth', message: message.id });
      }}
    >
      {inside}
    </button>
  );
}

function Failure({ nonce, why, text }: { nonce: string; why: string; text: string }) {
  return (
    <div class="failure" role="alert">
      <span>Not sent: {why}</span>
      <button type="button" class="quiet" onClick={() => retry(nonce)}>
        Try again<span class="hidden"> to send “{text.slice(0, 40)}”</span>
      </button>
      <button type="button" class="quiet" onClick={() => discard(nonce)}>Discard</button>
    </div>
  );
}
