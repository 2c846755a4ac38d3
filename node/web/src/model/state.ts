// All that the page knows, and the pure functions that change it. No DOM, no clock, no network here.
import type { Answer } from '../api/client';
import type { Chat, Contact, Devices, Folder, Link as LinkState, Message, NodeEvent, Profile, Status, Ticks, Topic } from '../api/types';
import { type Place, isIn, parts, placeOf, placesOf } from './place';
import { CHATS, HOME, type Route } from './route';
import { plain } from './words';

export const TEXT_MAX = 4096;

/** A text on its way to the node. */
export interface Pending {
  readonly nonce: string;
  readonly chat: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it answers. */
  readonly answer?: Answer;
  /** The topic that it stands in; 0 for none. */
  readonly topic: number;
  /** Why it failed; undefined while it is under way. */
  readonly failure?: string;
  /** The node's message for it, if an event brought that before the answer. */
  readonly settled?: string;
}

/** The loaded end of a chat, or of a topic. */
export interface Timeline {
  /** Ascending by `order`. */
  readonly messages: readonly Message[];
  /** Nothing stands before the first. */
  readonly complete: boolean;
  /** The first message that was unread when the chat was opened. */
  readonly firstUnread?: string;
}

/** What the text field of a chat is for, if not for a new message. */
export interface Mode {
  readonly kind: 'reply' | 'edit';
  readonly message: Message;
  /** The marked part that is answered. */
  readonly quote?: string;
}

export type Dialog =
  | { readonly kind: 'forward'; readonly messages: readonly string[] }
  | { readonly kind: 'delete'; readonly messages: readonly string[] }
  | { readonly kind: 'react'; readonly message: Message }
  | { readonly kind: 'once'; readonly message: Message }
  | { readonly kind: 'truth'; readonly message: string }
  /** Who a member is in a group, and what is changed about it. */
  | { readonly kind: 'member'; readonly chat: string; readonly user: string }
  | { readonly kind: 'group'; readonly chat: string }
  | { readonly kind: 'add-members'; readonly chat: string }
  | { readonly kind: 'leave'; readonly chat: string }
  | { readonly kind: 'delete-chat'; readonly chat: string }
  | { readonly kind: 'clear'; readonly chat: string }
  /** A topic of a group that is made or changed. */
  | { readonly kind: 'topic'; readonly chat: string; readonly topic?: number }
  /** Files that somebody chose, dropped or pasted, before they are sent. */
  | { readonly kind: 'files'; readonly chat: string; readonly files: readonly File[] }
  /** A poll that is being made. */
  | { readonly kind: 'poll'; readonly chat: string }
  /** All that is pinned in a chat. */
  | { readonly kind: 'pins'; readonly chat: string }
  /** All wordings that a text had. */
  | { readonly kind: 'wordings'; readonly message: string }
  /** Who feels how about a message. */
  | { readonly kind: 'reacted'; readonly message: string }
  /** Who of a group has read a message. */
  | { readonly kind: 'readers'; readonly message: string }
  /** What of others' messages is not here. */
  | { readonly kind: 'missing'; readonly chat: string }
  /** Who voted for what. */
  | { readonly kind: 'votes'; readonly message: string }
  /** The picture of a message, large. */
  | { readonly kind: 'picture'; readonly message: string }
  | { readonly kind: 'stickers'; readonly link: string }
  /** A proof of what somebody said. */
  | { readonly kind: 'proof'; readonly message: Message }
  /** Somebody's card, before it is sent. */
  | { readonly kind: 'card'; readonly chat: string }
  | { readonly kind: 'drop-relay'; readonly relay: string }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'date'; readonly chat: string }
  | { readonly kind: 'theme'; readonly code: string }
  | { readonly kind: 'safety'; readonly user: string };

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The node does not answer; the next try is at this time. */
  | { readonly kind: 'waiting'; readonly until: number };

export interface State {
  /** `first`: there is no node yet. */
  readonly session: 'unknown' | 'in' | 'out' | 'first';
  readonly link: Link;
  readonly status?: Status;
  readonly chats: ReadonlyMap<string, Chat>;
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly timelines: ReadonlyMap<Place, Timeline>;
  /** Topics of groups, General first. */
  readonly topics: ReadonlyMap<string, readonly Topic[]>;
  /** Which topic of a group is shown; all if it is not here. */
  readonly chosen: ReadonlyMap<string, number>;
  readonly pending: readonly Pending[];
  /** Texts begun here that the node does not have yet; `draftOf` knows both. */
  readonly drafts: ReadonlyMap<string, string>;
  readonly folders: readonly Folder[];
  /** Which chats the list shows: `all`, `archive`, or a folder's id. */
  readonly shelf: string;
  readonly devices?: Devices;
  /** A device that is being linked. */
  readonly linking?: LinkState;
  readonly modes: ReadonlyMap<string, Mode>;
  readonly route: Route;
  readonly query: string;
  readonly dialog?: Dialog;
  /** Counts what is heard of requests to come into chats: whoever shows them looks again. */
  readonly asked: number;
  /** Something to tell the person once. */
  readonly notice?: string;
}

export const EMPTY: State = {
  session: 'unknown',
  link: { kind: 'connecting' },
  chats: new Map(),
  contacts: new Map(),
  timelines: new Map(),
  topics: new Map(),
  chosen: new Map(),
  pending: [],
  drafts: new Map(),
  folders: [],
  shelf: 'all',
  modes: new Map(),
  route: HOME,
  query: '',
  asked: 0,
};

/** A copy without `key`: optional fields are left out, never undefined. */
export function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = from;
  return rest;
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

const titled = (chat: Chat): Chat => ({ ...chat, title: plain(chat.title) });
const named = (contact: Contact): Contact => ({ ...contact, name: plain(contact.name) });

/** The node's state, fetched again. */
export function stood(state: State, status: Status): State {
  return { ...state, status: { ...status, me: { ...status.me, name: plain(status.me.name) } } };
}

/** All contacts, fetched again. */
export function people(state: State, contacts: Contact[]): State {
  return { ...state, contacts: new Map(contacts.map((contact) => [contact.user, named(contact)])) };
}

/** Everything was fetched again. Timelines but the open one are forgotten: events between were missed. */
export function refreshed(state: State, status: Status, chats: Chat[], contacts: Contact[]): State {
  const place = here(state);
  const open = place === undefined ? undefined : state.timelines.get(place);
  return settled({
    ...stood(state, status),
    session: 'in',
    chats: new Map(chats.map((chat) => [chat.id, titled(chat)])),
    contacts: new Map(contacts.map((contact) => [contact.user, named(contact)])),
    timelines: place !== undefined && open ? new Map([[place, open]]) : new Map(),
  });
}

/** What happened while everything was fetched: an answer may be older than an event that came before it. */
export function caughtUp(state: State, meanwhile: readonly NodeEvent[]): State {
  return meanwhile.reduce(happened, state);
}

/** The place that is shown of a chat. */
export function placeIn(state: Pick<State, 'chosen' | 'chats'>, chat: string): Place {
  const topical = (state.chats.get(chat)?.topics ?? 0) > 0;
  return placeOf(chat, topical ? state.chosen.get(chat) : undefined);
}

/** The place that is open. */
export function here(state: State): Place | undefined {
  return state.route.chat === undefined ? undefined : placeIn(state, state.route.chat);
}

/** Messages of a place that are not seen. */
function unreadIn(state: State, place: Place): number {
  const { chat, topic } = parts(place);
  if (topic === undefined) return state.chats.get(chat)?.unread ?? 0;
  return state.topics.get(chat)?.find(({ id }) => id === topic)?.unread ?? 0;
}

/** The topics of a group, as the node says. One that is gone is not shown any more. */
export function withTopics(state: State, chat: string, topics: readonly Topic[]): State {
  const shown = state.chosen.get(chat);
  const gone = shown !== undefined && !topics.some(({ id }) => id === shown);
  const chosen = gone ? new Map([...state.chosen].filter(([id]) => id !== chat)) : state.chosen;
  return { ...state, chosen, topics: put(state.topics, chat, topics.map((topic) => ({ ...topic, title: plain(topic.title) }))) };
}

/** Another topic of a group is shown, or all of it. */
export function chose(state: State, chat: string, topic: number | undefined): State {
  const chosen = new Map(state.chosen);
  if (topic === undefined) chosen.delete(chat);
  else chosen.set(chat, topic);
  return moved(state, { ...state, chosen });
}

/** The newest page of a place. It replaces what was loaded, unless both overlap: then there is no gap. */
export function loadedNewest(state: State, place: Place, page: Message[], full: boolean): State {
  const known = state.timelines.get(place);
  const first = page[0];
  const overlaps = known?.messages.some((message) => message.id === first?.id) ?? false;
  const timeline: Timeline =
    known && overlaps
      ? { ...known, messages: merge(known.messages, page) }
      : withUnread({ messages: [...page].sort(byOrder), complete: !full }, unreadIn(state, place));
  return { ...state, timelines: put(state.timelines, place, timeline) };
}

/** An older page. */
export function loadedOlder(state: State, at: Place, page: Message[], full: boolean): State {
  const known = state.timelines.get(at);
  if (!known) return state;
  const messages = merge(known.messages, page);
  return { ...state, timelines: put(state.timelines, at, { ...known, messages, complete: !full }) };
}

function withUnread(timeline: Timeline, unread: number): Timeline {
  const received = timeline.messages.filter((message) => !message.mine);
  const first = unread > 0 ? received[Math.max(0, received.length - unread)] : undefined;
  return first ? { ...timeline, firstUnread: first.id } : timeline;
}

function byOrder(a: Message, b: Message): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/**
 * The messages with this one in its place, once. Answers and events overtake each other, and ticks only ever move
 * forward: so the further ones win.
 */
export function place(messages: readonly Message[], message: Message): readonly Message[] {
  const end = messages.at(-1);
  const known = messages.find((other) => other.id === message.id);
  if (!known && end && end.order < message.order) return [...messages, message];
  const merged = known?.ticks ? further(message, known.ticks, message.order) : message;
  const others = known ? messages.filter((other) => other !== known) : messages;
  const at = others.findIndex((other) => other.order > merged.order);
  return at < 0 ? [...others, merged] : [...others.slice(0, at), merged, ...others.slice(at)];
}

/** The messages with a page of others in their places. Pages mostly stand wholly before what is known. */
function merge(known: readonly Message[], page: readonly Message[]): readonly Message[] {
  const sorted = [...page].sort(byOrder);
  const [last, first] = [sorted.at(-1), known[0]];
  if (last && first && last.order < first.order) return [...sorted, ...known];
  return sorted.reduce(place, known);
}

/** What an event changes. Those without details change nothing by themselves: the caller fetches. */
export function happened(state: State, event: NodeEvent): State {
  switch (event.type) {
    case 'asking':
    case 'joins':
      return { ...state, asked: state.asked + 1 };
    case 'message':
      return withMessage(state, event.message);
    case 'gone':
      return withoutMessage(state, event.chat, event.message);
    case 'ticks':
      return withTicks(state, event.chat, event.ticks, event.through);
    case 'chat':
      return withChat(state, titled(event.chat));
    case 'contact':
      return { ...state, contacts: put(state.contacts, event.contact.user, named(event.contact)) };
    case 'profile':
      return withProfile(state, event.profile);
    case 'devices':
    case 'link':
    case 'folders':
    case 'refused':
    case 'relays':
    case 'typing':
    case 'lagged':
      return state;
  }
  // A node that is newer than the page tells of things that the page does not know.
  return state;
}

/** Drafts that the node has are the node's to keep; one that differs is being written just now. */
export function settled(state: State): State {
  const open = [...state.drafts].filter(([id, text]) => text !== (state.chats.get(id)?.draft ?? ''));
  return open.length === state.drafts.size ? state : { ...state, drafts: new Map(open) };
}

function withChat(state: State, chat: Chat): State {
  return settled({ ...state, chats: put(state.chats, chat.id, chat) });
}

/** What stands in a chat's composer. */
export function draftOf(state: Pick<State, 'drafts' | 'chats'>, chat: string): string {
  return state.drafts.get(chat) ?? state.chats.get(chat)?.draft ?? '';
}

function withProfile(state: State, me: Profile): State {
  return state.status ? stood(state, { ...state.status, me }) : state;
}

function withMessage(state: State, message: Message): State {
  let { timelines } = state;
  let isNew = false;
  for (const at of placesOf(message)) {
    const timeline = timelines.get(at);
    if (!timeline) continue;
    isNew ||= !timeline.messages.some((other) => other.id === message.id);
    timelines = put(timelines, at, { ...timeline, messages: place(timeline.messages, message) });
  }
  return { ...state, timelines, pending: isNew && message.mine ? settle(state.pending, message) : state.pending };
}

/** All that is loaded of a chat, each place with other messages. */
function each(
  timelines: State['timelines'],
  chat: string,
  by: (messages: readonly Message[]) => readonly Message[],
): State['timelines'] {
  const changed = [...timelines].map(([at, one]) => [at, isIn(at, chat) ? { ...one, messages: by(one.messages) } : one] as const);
  return new Map(changed);
}

function withoutMessage(state: State, chat: string, id: string): State {
  return { ...state, timelines: each(state.timelines, chat, (messages) => messages.filter((message) => message.id !== id)) };
}

/** A text without what Markdown may take out of it. */
const bare = (text: string): string => text.replace(/[\s*_~|`\\>]/g, '');

/** The event of an own message may come before the answer to its request: then it is not shown twice. */
function settle(pending: readonly Pending[], message: Message): readonly Pending[] {
  const at = pending.findIndex(
    (item) => item.chat === message.chat && bare(item.text) === bare(message.text) && !item.settled && !item.failure,
  );
  return pending.map((item, index) => (index === at ? { ...item, settled: message.id } : item));
}

const FAR: readonly Ticks[] = ['queued', 'sent', 'delivered', 'read'];

function further(message: Message, ticks: Ticks, through: string): Message {
  const moves = message.mine && message.order <= through && FAR.indexOf(message.ticks ?? 'queued') < FAR.indexOf(ticks);
  return moves ? { ...message, ticks } : message;
}

function withTicks(state: State, chat: string, ticks: Ticks, through: string): State {
  const row = state.chats.get(chat);
  return {
    ...state,
    timelines: each(state.timelines, chat, (messages) => messages.map((message) => further(message, ticks, through))),
    chats: row?.last ? put(state.chats, chat, { ...row, last: further(row.last, ticks, through) }) : state.chats,
  };
}

/** A text leaves the composer. */
export function queued(state: State, item: Pending): State {
  const at = placeIn(state, item.chat);
  const timeline = state.timelines.get(at);
  return {
    ...state,
    pending: [...state.pending, item],
    drafts: put(state.drafts, item.chat, ''),
    modes: new Map([...state.modes].filter(([chat]) => chat !== item.chat)),
    timelines: timeline ? put(state.timelines, at, without(timeline, 'firstUnread')) : state.timelines,
  };
}

/** The text field is for something else now; an own text that gets another wording is put into it. */
export function composing(state: State, chat: string, mode: Mode | undefined): State {
  const modes = new Map(state.modes);
  if (!mode) modes.delete(chat);
  else modes.set(chat, mode);
  const drafts = mode?.kind === 'edit' ? put(state.drafts, chat, mode.message.text) : state.drafts;
  return { ...state, modes, drafts };
}

/** The node has it. */
export function sent(state: State, nonce: string, message: Message): State {
  return withMessage({ ...state, pending: state.pending.filter((item) => item.nonce !== nonce) }, message);
}

/** The request failed. If an event already brought the message, it did not matter. */
export function failed(state: State, nonce: string, failure: string): State {
  const rest = state.pending.filter((item) => item.nonce !== nonce || !item.settled);
  return { ...state, pending: rest.map((item) => (item.nonce === nonce ? { ...item, failure } : item)) };
}

/** Tried again. */
export function retried(state: State, nonce: string): State {
  const again = (item: Pending): Pending => (item.nonce === nonce ? without(item, 'failure') : item);
  return { ...state, pending: state.pending.map(again) };
}

/** Given up. */
export function discarded(state: State, nonce: string): State {
  return { ...state, pending: state.pending.filter((item) => item.nonce !== nonce) };
}

/** Somewhere else in the page. */
export function went(state: State, route: Route): State {
  return moved(state, { ...state, route });
}

/** The unread mark of the place left behind goes; a place that is opened again has a new one. */
function moved(before: State, after: State): State {
  const [left, entered] = [here(before), here(after)];
  if (left === entered) return after;
  let { timelines } = after;
  const old = left === undefined ? undefined : timelines.get(left);
  if (left !== undefined && old) timelines = put(timelines, left, without(old, 'firstUnread'));
  const opened = entered === undefined ? undefined : timelines.get(entered);
  if (entered !== undefined && opened) timelines = put(timelines, entered, withUnread(opened, unreadIn(after, entered)));
  return { ...after, timelines };
}

/** Where opening a chat, or closing it, leads. */
export const toChat = (chat: string | undefined): Route =>
  chat === undefined ? HOME : { pane: CHATS, chat, info: false };

/** Chats in the list's order: pinned ones, then the latest; those that nothing was said in, last. Deleted ones are in no list. */
export function ordered(chats: ReadonlyMap<string, Chat>): Chat[] {
  const at = (chat: Chat) => chat.last?.at ?? 0;
  const pin = (chat: Chat) => chat.pinned ?? 0;
  return [...chats.values()].filter(({ deleted }) => !deleted).sort((a, b) => pin(b) - pin(a) || at(b) - at(a) || (a.id < b.id ? -1 : 1));
}

/** Of chats in their order, those on a shelf. */
export function shelved(chats: readonly Chat[], shelf: string, folders: readonly Folder[]): readonly Chat[] {
  if (shelf === 'archive') return chats.filter((chat) => chat.archived);
  const folder = folders.find(({ id }) => id === shelf);
  if (!folder) return chats.filter((chat) => !chat.archived);
  const inside = new Set(folder.chats);
  return chats.filter((chat) => inside.has(chat.id));
}

/** For ever, as the node says it. */
export const FOR_EVER = Number.MAX_SAFE_INTEGER;

export const isMuted = (chat: Pick<Chat, 'muted_until'>, now: number): boolean => (chat.muted_until ?? 0) > now;

/** Something in it waits to be seen. */
export const isUnread = (chat: Chat): boolean => chat.unread > 0 || (chat.marked_unread ?? false);

/** Those whose title, or the name of whom they are with, holds the words. */
export function searched<T extends { readonly title: string } | { readonly name: string }>(all: readonly T[], query: string): readonly T[] {
  const words = folded(query.trim());
  if (words === '') return all;
  return all.filter((one) => foldedOf(one).includes(words));
}

/** Ten thousand names are not folded anew at every keystroke; a changed chat is another object. */
const known = new WeakMap<object, string>();

function foldedOf(one: { readonly title: string } | { readonly name: string }): string {
  let text = known.get(one);
  if (text === undefined) {
    text = folded('title' in one ? one.title : one.name);
    known.set(one, text);
  }
  return text;
}

/** Without case and accents: who types `zoe` looks for Zoë too. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** The last message of the open place that could be marked as seen, if any is unread. */
export function unseen(state: State): Message | undefined {
  const place = here(state);
  if (place === undefined || unreadIn(state, place) === 0) return undefined;
  return state.timelines.get(place)?.messages.findLast((message) => !message.mine);
}

/** How a text may be sent: `left` UTF-16 units remain. */
export function measure(text: string): { left: number; sendable: boolean } {
  const left = TEXT_MAX - text.length;
  return { left, sendable: left >= 0 && text.trim() !== '' };
}
