// The state as a signal, and what people do. Everything that touches the network is here or in api/.
//
// Views read slices (app/select.ts), so that a keystroke does not draw ten thousand chats again.
import { signal } from '@preact/signals';
import { type Answer, ApiFailure, PAGE, PAGE_MAX, api } from '../api/client';
import { Stream } from '../api/stream';
import type { ChangeList, Folder, Link, NodeEvent } from '../api/types';
import { t } from '../i18n/texts';
import { type Place, parts } from '../model/place';
import * as model from '../model/state';
import type { Dialog, State } from '../model/state';
import { type Route, format, parse } from '../model/route';
import { announce } from './notify';
import { forgetSeen } from './offline';
import { loadOwnPicture } from './pictures';
import { heardOfPins } from './pinned';
import { heard, over, sent } from './typing';

export const state = signal<State>(model.EMPTY);

/** Only for the files of this folder. */
export function change(by: (state: State) => State): void {
  state.value = by(state.value);
}

function set(part: Partial<State>): void {
  change((now) => ({ ...now, ...part }));
}

export function notify(notice: string | undefined): void {
  change((now) => (notice === undefined ? model.without(now, 'notice') : { ...now, notice }));
}

export function explain(error: unknown): string {
  if (error instanceof ApiFailure && error.unanswered) return t('node-silent');
  return error instanceof Error ? error.message : String(error);
}

/** Runs, and shows what went wrong; undefined then. */
export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) return loggedOut();
    notify(explain(error));
    return undefined;
  }
}

/** There is no node here yet: the page makes one. */
function none(): undefined {
  stream.end();
  change(() => ({ ...model.EMPTY, session: 'first' }));
  return undefined;
}

function loggedOut(): undefined {
  stream.end();
  void forgetSeen();
  change(() => ({ ...model.EMPTY, session: 'out' }));
  return undefined;
}

// --- Connection ---

const stream = new Stream({
  opened: () => void refresh(),
  event: onEvent,
  closed: (pause) => void onClosed(pause),
});

/** Begins, and keeps at it. */
export function start(): void {
  stream.open();
  const again = () => {
    if (document.visibilityState === 'visible') stream.open();
  };
  document.addEventListener('visibilitychange', again);
  window.addEventListener('online', again);
}

export function reconnect(): void {
  set({ link: { kind: 'connecting' } });
  stream.open();
}

let refreshing = false;
let refreshAgain = false;
/** Events since the refresh under way began. */
let meanwhile: NodeEvent[] = [];

/** Fetches everything that is shown. Calls that come while one is under way cause one more, not many. */
async function refresh(): Promise<void> {
  if (refreshing) {
    refreshAgain = true;
    return;
  }
  refreshing = true;
  meanwhile = [];
  const place = model.here(state.value);
  // What is open comes beside the rest, not after it.
  const newest = place === undefined ? undefined : api.history(place).catch(() => undefined);
  const all = await attempt(Promise.all([api.status(), api.chats(), api.contacts()]));
  const page = all && (await newest);
  refreshing = false;
  if (all) {
    change((now) => {
      const fresh: State = { ...model.refreshed(now, ...all), link: { kind: 'open' } };
      const shown = place !== undefined && page ? model.loadedNewest(fresh, place, page, page.length === PAGE) : fresh;
      return model.caughtUp(shown, meanwhile);
    });
    const now = model.here(state.value);
    void loadFolders();
    void loadOwnPicture();
    watchTopics(state.value.route.chat);
    if (now !== undefined && now !== place) await loadNewest(now);
  }
  if (refreshAgain) {
    refreshAgain = false;
    await refresh();
  }
}

async function onClosed(pause: number): Promise<void> {
  set({ link: { kind: 'waiting', until: Date.now() + pause } });
  // A socket does not say why it was refused; a request does. Without the node the service worker answers it.
  try {
    const all = await Promise.all([api.status(), api.chats(), api.contacts()]);
    if (state.value.session === 'unknown') {
      change((now) => model.refreshed(now, ...all));
      const place = model.here(state.value);
      if (place !== undefined) await loadNewest(place);
    }
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401) loggedOut();
    if (error instanceof ApiFailure && error.code === 'no_node') none();
  }
}

function onEvent(event: NodeEvent): void {
  change((now) => model.happened(now, event));
  if (refreshing) meanwhile.push(event);
  for (const since of arriving) since.push(event);
  announce(event, state.value);
  heardOfPins(event, state.value.route.chat);
  switch (event.type) {
    case 'lagged':
      void refresh();
      break;
    case 'relays':
      void loadStatus();
      break;
    case 'typing':
      heard(event.chat);
      break;
    case 'message':
      if (!event.message.mine) over(event.message.chat);
      break;
    case 'chat':
      if (event.chat.id === state.value.route.chat) watchTopics(event.chat.id);
      break;
    case 'gone':
    case 'ticks':
    case 'contact':
    case 'profile':
      break;
    case 'folders':
      void loadFolders();
      break;
    case 'devices':
      if (state.value.devices) void loadDevices();
      break;
    case 'link':
      if (state.value.linking) void loadLinking();
      break;
    case 'refused':
    case 'asking':
    case 'joins':
      break;
  }
}

export async function loadStatus(): Promise<void> {
  const status = await attempt(api.status());
  if (status) change((now) => model.stood(now, status));
}

// --- Places ---

/** Goes somewhere; the browser's back button leads back. */
export function go(route: Route): void {
  const hash = format(route);
  if (location.hash !== hash) location.hash = hash;
  else onHash();
}

/** Opens a chat, or closes the open one. */
export function show(chat: string | undefined): void {
  go(model.toChat(chat));
}

/** Opens a screen in the left column; the chat stays. */
export function openPane(pane: string): void {
  const { chat } = state.value.route;
  go(chat === undefined ? { pane, info: false } : { pane, chat, info: false });
}

export function openInfo(info: boolean): void {
  go({ ...state.value.route, info });
}

/** The address is the truth about where we are. */
export function onHash(): void {
  change((now) => model.went(now, parse(location.hash)));
  watchTopics(state.value.route.chat);
  loadHere();
}

/** What is open is fetched if it is not here. */
function loadHere(): void {
  const { chat } = state.value.route;
  // A deleted chat is in no list, but with a contact one can always begin anew.
  if (chat !== undefined && !state.value.chats.has(chat) && state.value.session === 'in') void loadChat(chat);
  const place = model.here(state.value);
  if (place !== undefined && !state.value.timelines.has(place) && state.value.session === 'in') void loadNewest(place);
}

async function loadChat(id: string): Promise<void> {
  const chat = await api.chat(id).catch(() => undefined);
  if (chat) change((now) => model.happened(now, { type: 'chat', chat }));
}

// --- Topics ---

/** Events come in flocks: one look for all of them. */
const FLOCK = 100;
let looking: number | undefined;

/** Looks which topics a group has, and what is unread in them. */
function watchTopics(chat: string | undefined): void {
  clearTimeout(looking);
  const known = chat === undefined ? undefined : state.value.chats.get(chat);
  const topical = (known?.topics ?? 0) > 0 || (known && state.value.topics.get(known.id)?.length);
  if (known && topical) looking = window.setTimeout(() => void loadTopics(known.id), FLOCK);
}

async function loadTopics(chat: string): Promise<void> {
  const topics = await api.topics(chat).catch(() => undefined);
  if (!topics) return;
  change((now) => model.withTopics(now, chat, topics));
  loadHere();
}

/** Shows a topic of a group, or all that is said in it. */
export function chooseTopic(chat: string, topic: number | undefined): void {
  change((now) => model.chose(now, chat, topic));
  loadHere();
}

/** The topic in which what is written now stands. */
export const topicNow = (chat: string): number => parts(model.placeIn(state.value, chat)).topic ?? 0;

// --- Chats ---

/** Events that came while a place is fetched: its page may be older than they are. */
const arriving = new Set<NodeEvent[]>();

async function loadNewest(place: Place): Promise<void> {
  const since: NodeEvent[] = [];
  arriving.add(since);
  const page = await attempt(api.history(place));
  arriving.delete(since);
  if (page) change((now) => model.caughtUp(model.loadedNewest(now, place, page, page.length === PAGE), since));
}

const loadingOlder = new Set<Place>();

export async function loadOlder(place: Place): Promise<void> {
  const timeline = state.value.timelines.get(place);
  const first = timeline?.messages[0];
  if (!timeline || timeline.complete || !first || loadingOlder.has(place)) return;
  loadingOlder.add(place);
  const page = await attempt(api.history(place, first.id, PAGE_MAX));
  loadingOlder.delete(place);
  if (page) change((now) => model.loadedOlder(now, place, page, page.length === PAGE_MAX));
}

/** Fetches older messages until they reach back to a time, or to the beginning. */
export async function loadBackTo(place: Place, time: number): Promise<void> {
  for (;;) {
    const timeline = state.value.timelines.get(place);
    const first = timeline?.messages[0];
    if (!timeline || timeline.complete || !first || first.at < time) return;
    await loadOlder(place);
    // Nothing came (an error, or another load under way): do not turn in circles.
    if (state.value.timelines.get(place)?.messages[0] === first) return;
  }
}

let marking: string | undefined;

/** Tells the node that the open chat was seen to its end. */
export async function markSeen(): Promise<void> {
  const message = model.unseen(state.value);
  if (!message || marking === message.id) return;
  marking = message.id;
  const { topic } = parts(model.placeIn(state.value, message.chat));
  await attempt(topic === undefined ? api.markRead(message.chat, message.id) : api.markRead(message.chat, message.id, topic));
}

// --- The list ---

/** Pins, quiets, puts away, … a chat; the node's event changes its row. */
export async function changeList(chat: string, by: ChangeList): Promise<void> {
  await attempt(api.changeList(chat, by));
}

export async function loadFolders(): Promise<void> {
  const folders = await attempt(api.folders());
  if (folders) set({ folders });
}

/** Changes a folder: shown at once, and as it was if the node refuses. */
export async function putFolder(folder: Folder): Promise<void> {
  change((now) => ({ ...now, folders: now.folders.map((one) => (one.id === folder.id ? folder : one)) }));
  await attempt(api.changeFolder(folder));
  await loadFolders();
}

export function chooseShelf(shelf: string): void {
  set({ shelf });
}

export async function loadDevices(): Promise<void> {
  const devices = await attempt(api.devices());
  if (devices) set({ devices });
}

/** Asks how far a new device is; there may be none. */
export async function loadLinking(): Promise<void> {
  const linking = await api.link().catch(() => undefined);
  showLinking(linking);
}

export function showLinking(linking: Link | undefined): void {
  change((now) => (linking ? { ...now, linking } : model.without(now, 'linking')));
}

// --- Sending ---

/** A number that no other request has: the node does what bears it once. */
export function newNonce(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function draft(chat: string, text: string): void {
  change((now) => ({ ...now, drafts: new Map(now.drafts).set(chat, text) }));
  keepDraft(chat);
}

/** Pause in writing after which the node, and with it one's other devices, get the draft. */
const DRAFT_PAUSE = 1500;
const draftTimers = new Map<string, number>();

function keepDraft(chat: string): void {
  clearTimeout(draftTimers.get(chat));
  draftTimers.set(chat, window.setTimeout(() => void sendDraft(chat), DRAFT_PAUSE));
}

/** What cannot be sent is not kept either; a failure costs nothing: the text stands here. */
async function sendDraft(chat: string): Promise<void> {
  draftTimers.delete(chat);
  const text = state.value.drafts.get(chat);
  if (text === undefined || text.length > model.TEXT_MAX || state.value.link.kind !== 'open') return;
  if (text === (state.value.chats.get(chat)?.draft ?? '')) return change(model.settled);
  await api.changeList(chat, { draft: text }).catch(() => undefined);
}

export function send(chat: string, text: string, answer?: Answer): void {
  const item = { nonce: newNonce(), chat, text, topic: topicNow(chat), at: Date.now(), ...(answer ? { answer } : {}) };
  change((now) => model.queued(now, item));
  sent();
  keepDraft(chat);
  void deliver(item);
}

/** The last request of each chat: requests side by side could overtake each other, and order is what was meant. */
const lines = new Map<string, Promise<void>>();

function deliver(item: model.Pending): Promise<void> {
  const turn = (lines.get(item.chat) ?? Promise.resolve()).then(() => request(item));
  lines.set(item.chat, turn);
  return turn;
}

/** Never rejects. The same number goes with every try, so nothing is sent twice. */
async function request({ chat, text, topic, nonce, answer }: model.Pending): Promise<void> {
  try {
    const message = await api.send(chat, text, topic, nonce, answer);
    change((now) => model.sent(now, nonce, message));
  } catch (error) {
    change((now) => model.failed(now, nonce, explain(error)));
    if (error instanceof ApiFailure && error.status === 401) loggedOut();
  }
}

export function retry(nonce: string): void {
  const item = state.value.pending.find((other) => other.nonce === nonce);
  if (!item) return;
  change((now) => model.retried(now, nonce));
  void deliver(item);
}

export function discard(nonce: string): void {
  change((now) => model.discarded(now, nonce));
}

// --- People ---

export async function accept(user: string): Promise<void> {
  const contact = await attempt(api.accept(user));
  if (!contact) return;
  change((now) => model.happened(now, { type: 'contact', contact }));
  if (contact.chat) show(contact.chat);
}

export async function decline(user: string): Promise<void> {
  await attempt(api.decline(user));
  const contacts = await attempt(api.contacts());
  if (contacts) change((now) => model.people(now, contacts));
}

/** Resolves to what went wrong, or undefined. */
export async function addContact(link: string, greeting: string): Promise<string | undefined> {
  try {
    const contact = await api.addContact(link.trim(), greeting.trim());
    change((now) => model.happened(now, { type: 'contact', contact }));
    show(contact.chat);
    return undefined;
  } catch (error) {
    return explain(error);
  }
}

// --- The page ---

export function openDialog(dialog: Dialog | undefined): void {
  change((now) => (dialog ? { ...now, dialog } : model.without(now, 'dialog')));
}

export function search(query: string): void {
  set({ query });
}

export async function logOut(): Promise<void> {
  await attempt(api.logOut());
  openDialog(undefined);
  loggedOut();
}
