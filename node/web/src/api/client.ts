// Requests to the node. Every failure is an ApiFailure whose message can be shown.
import type {
  Asking,
  Backup,
  ChangeList,
  Chat,
  ChatEvent,
  ChatLink,
  Clear,
  Contact,
  Devices,
  Folder,
  FreeStorage,
  FreedStorage,
  HomeRelay,
  Invite,
  Join,
  LastSeen,
  Link,
  Members,
  Message,
  OwnProfile,
  PersonReactions,
  PersonVote,
  ProfileField,
  ReadReceipts,
  RoleName,
  Safety,
  SearchFound,
  SendPoll,
  SetGroup,
  SetTopic,
  Status,
  StickerPack,
  StickerPlace,
  Stickers,
  Storage,
  StorageLimits,
  Topic,
  Transfer,
  Truth,
  Wording,
} from './types';
import { type Place, parts } from '../model/place';
import { named, t } from '../i18n/texts';
import type { ErrorDetail } from './types';

export class ApiFailure extends Error {
  constructor(
    /** HTTP status; 0 if nobody answered. */
    readonly status: number,
    message: string,
    /** For programs; empty if the node did not say it. */
    readonly code = '',
  ) {
    super(message);
  }

  /** Trying the same again may work. */
  get mayPass(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }

  /** The node was not reached. */
  get unanswered(): boolean {
    return this.status === 0;
  }
}

/** What asks others, one after the other. */
const SLOW_MS = 30 * 60_000;

export async function call<T>(method: string, path: string, body?: unknown, patience = 35_000): Promise<T> {
  const init: RequestInit = { method, signal: AbortSignal.timeout(patience) };
  if (body !== undefined) {
    init.headers = { 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw failed();
  }
  if (!response.ok) throw await failureOf(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** Nobody answered. */
export const failed = (): ApiFailure => new ApiFailure(0, 'no answer');

/** Why the node refused. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const text = await response.text().catch(() => '');
  return new ApiFailure(response.status, reasonIn(text, response.status), codeIn(text));
}

function codeIn(text: string): string {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code ?? '';
  } catch {
    return '';
  }
}

function reasonIn(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { error?: ErrorDetail };
    // The sentence in the page's language; the node's English one if this page does not know it.
    if (error) return (error.reason && named(error.reason, error.args ?? {})) || error.message;
  } catch {
    // Not the node's words: something between it and us answers.
  }
  return t('node-answered', { status });
}

/** Sends bytes; nothing is answered. */
async function upload(method: string, path: string, body: Blob): Promise<void> {
  const init: RequestInit = { method, body, headers: { 'content-type': 'application/octet-stream' }, signal: AbortSignal.timeout(60_000) };
  const response = await fetch(path, init).catch(() => {
    throw failed();
  });
  if (!response.ok) throw await failureOf(response);
}

/** Hands a file to the node. Only the old interface tells how far it is. */
function handOver(path: string, file: Blob, told: (bytes: number) => void, stop: AbortSignal): Promise<Transfer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => told(loaded);
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as Transfer);
      else reject(new ApiFailure(request.status, reasonIn(request.responseText, request.status)));
    };
    request.onerror = () => reject(failed());
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    stop.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** What a video looks like before it is there. */
export interface VideoLook {
  readonly width: number;
  readonly height: number;
  /** A JPEG, base64 as of RFC 4648, section 5, without padding. */
  readonly poster?: string;
  readonly duration_ms?: number;
}

/** Sorts of what a chat holds. */
export type SharedSort = 'media' | 'document' | 'link' | 'voice';

/** What is said with a file. */
export interface FileWords {
  readonly name: string;
  readonly caption?: string;
  readonly photo?: boolean;
  /** A recording becomes a voice message. */
  readonly voice?: boolean;
  readonly reply_to?: string;
  /** The topic that it stands in. */
  readonly topic?: number;
  /** Drawn for files that go together. */
  readonly album?: string;
  /** Of a video. */
  readonly look?: VideoLook;
}

/** Where a message's file is read. */
export const fileOf = (message: string): string => `/api/messages/${message}/file`;

/** A picture of a pack to be made, in base64. */
export interface NewSticker {
  readonly emoji: string;
  readonly picture: string;
}

/** What a text answers. */
export interface Answer {
  readonly reply_to?: string;
  readonly quote?: string;
  readonly quote_offset?: number;
}

/** Messages that a chat begins with. */
export const PAGE = 60;
/** Messages of an older page; the most that the node gives. */
export const PAGE_MAX = 500;

export const api = {
  status: () => call<Status>('GET', '/api/status'),
  setName: (name: string) => call<void>('PUT', '/api/me', { name }),
  profile: () => call<OwnProfile>('GET', '/api/me/profile'),
  changeProfile: (field: ProfileField, change: { text?: string; hidden?: boolean }) =>
    call<void>('PATCH', '/api/me/profile', { field, ...change }),
  chats: () => call<Chat[]>('GET', '/api/chats'),
  chat: (chat: string) => call<Chat>('GET', `/api/chats/${chat}`),
  history: (place: Place, before?: string, limit = PAGE) => {
    const { chat, topic } = parts(place);
    const query = new URLSearchParams({ limit: String(limit) });
    if (before !== undefined) query.set('before', before);
    if (topic !== undefined) query.set('topic', String(topic));
    return call<Message[]>('GET', `/api/chats/${chat}/messages?${query}`);
  },
  send: (chat: string, text: string, topic: number, nonce: string, answer: Answer = {}) =>
    call<Message>('POST', `/api/chats/${chat}/messages`, { text, topic, nonce, format: 'markdown', ...answer }),
  edit: (message: string, text: string) =>
    call<Message>('PUT', `/api/messages/${message}/text`, { text, format: 'markdown' }),
  remove: (messages: string[], forAll: boolean) =>
    call<void>('POST', '/api/messages/delete', { messages, for_all: forAll }),
  react: (message: string, emoji: string[]) => call<Message>('PUT', `/api/messages/${message}/reactions`, { emoji }),
  reactions: (message: string) => call<PersonReactions[]>('GET', `/api/messages/${message}/reactions`),
  wordings: (message: string) => call<Wording[]>('GET', `/api/messages/${message}/wordings`),
  pin: (message: string, pinned: boolean) => call<Message>('PUT', `/api/messages/${message}/pin`, { pinned }),
  pinned: (chat: string) => call<Message[]>('GET', `/api/chats/${chat}/pinned`),
  forward: (messages: string[], to: string[], attributed: boolean) =>
    call<Message[]>('POST', '/api/messages/forward', { messages, to, attributed }),
  poll: (chat: string, poll: SendPoll) => call<Message>('POST', `/api/chats/${chat}/polls`, poll),
  votes: (message: string) => call<PersonVote[]>('GET', `/api/messages/${message}/votes`),
  vote: (message: string, options: number[]) => call<Message>('PUT', `/api/messages/${message}/vote`, { options }),
  close: (message: string) => call<Message>('POST', `/api/messages/${message}/close`),
  proof: (message: string) => call<{ proof: string }>('GET', `/api/messages/${message}/proof`),
  sendCard: (chat: string, user: string, topic: number, nonce: string) => call<Message>('POST', `/api/chats/${chat}/cards`, { user, topic, nonce }),
  home: (chat: string) => call<HomeRelay[]>('GET', `/api/chats/${chat}/home`),
  replaceHome: (chat: string, relay: string) => call<void>('POST', `/api/chats/${chat}/home/replace`, { relay }),
  spreadHome: (chat: string) => call<void>('POST', `/api/chats/${chat}/home/spread`),
  here: (here: boolean) => call<void>('PUT', '/api/me/here', { here }),
  lastSeen: () => call<LastSeen>('GET', '/api/me/last-seen'),
  setLastSeen: (roughly: boolean) => call<void>('PUT', '/api/me/last-seen', { roughly }),
  readReceipts: () => call<ReadReceipts>('GET', '/api/me/read-receipts'),
  setReadReceipts: (told: boolean) => call<void>('PUT', '/api/me/read-receipts', { told }),
  typing: (chat: string) => call<void>('POST', `/api/chats/${chat}/typing`),
  view: (message: string) => call<Message>('POST', `/api/messages/${message}/view`),
  heard: (message: string) => call<Message>('POST', `/api/messages/${message}/heard`),
  markRead: (chat: string, up_to: string, topic?: number) =>
    call<void>('POST', `/api/chats/${chat}/read`, { up_to, ...(topic !== undefined && { topic }) }),
  topics: (chat: string) => call<Topic[]>('GET', `/api/chats/${chat}/topics`),
  makeTopic: (chat: string, title: string, icon: string) => call<void>('POST', `/api/chats/${chat}/topics`, { title, icon }),
  setTopic: (chat: string, topic: number, change: SetTopic) => call<void>('PUT', `/api/chats/${chat}/topics/${topic}`, change),
  removeTopic: (chat: string, topic: number) => call<void>('DELETE', `/api/chats/${chat}/topics/${topic}`),
  truth: (message: string) => call<Truth>('GET', `/api/messages/${message}`),
  contacts: () => call<Contact[]>('GET', '/api/contacts'),
  addContact: (link: string, greeting: string) => call<Contact>('POST', '/api/contacts', { link, greeting }),
  accept: (user: string) => call<Contact>('POST', `/api/contacts/${user}/accept`),
  decline: (user: string) => call<void>('POST', `/api/contacts/${user}/decline`),
  invite: () => call<Invite>('POST', '/api/invites', {}),
  invites: () => call<Invite[]>('GET', '/api/invites'),
  setPicture: (chat: string | undefined, file: Blob) => upload('PUT', chat === undefined ? '/api/me/picture' : `/api/chats/${chat}/picture`, file),
  removePicture: (chat: string | undefined) => call<void>('DELETE', chat === undefined ? '/api/me/picture' : `/api/chats/${chat}/picture`),
  revokeInvite: (id: string) => call<void>('DELETE', `/api/invites/${id}`),
  addRelay: (address: string) => call<void>('POST', '/api/relays', { addresses: [address] }),
  removeRelay: (relay: string) => call<void>('DELETE', `/api/relays/${relay}`),
  changeList: (chat: string, change: ChangeList) => call<void>('PATCH', `/api/chats/${chat}/list`, change),
  folders: () => call<Folder[]>('GET', '/api/folders'),
  makeFolder: (name: string, chats: string[]) => call<Folder[]>('POST', '/api/folders', { name, chats }),
  changeFolder: ({ id, name, chats }: Folder) => call<Folder[]>('PUT', `/api/folders/${id}`, { name, chats }),
  removeFolder: (id: string) => call<void>('DELETE', `/api/folders/${id}`),
  block: (user: string, blocked: boolean) => call<void>('PUT', `/api/contacts/${user}/blocked`, { blocked }),
  safety: (user: string) => call<Safety>('GET', `/api/contacts/${user}/safety`),
  verify: (user: string, verified: boolean) => call<void>('PUT', `/api/contacts/${user}/verified`, { verified }),
  devices: () => call<Devices>('GET', '/api/devices'),
  nameDevice: (device: string, name: string) => call<void>('PUT', `/api/devices/${device}`, { name }),
  removeDevice: (device: string, words: string) => call<void>('POST', `/api/devices/${device}/remove`, { words }),
  link: () => call<Link>('GET', '/api/devices/link'),
  startLink: () => call<Link>('POST', '/api/devices/link'),
  cancelLink: () => call<void>('DELETE', '/api/devices/link'),
  confirmLink: (words: string) => call<Link>('POST', '/api/devices/link/confirm', { words }),
  checkWords: (words: string) => call<void>('POST', '/api/words/check', { words }),
  backup: () => call<Backup>('GET', '/api/backup'),
  turnBackupOn: (words: string) => call<void>('PUT', '/api/backup', { words }),
  turnBackupOff: () => call<void>('DELETE', '/api/backup'),
  runBackup: () => call<void>('POST', '/api/backup/run'),
  checkBackup: () => call<void>('POST', '/api/backup/check'),
  createChat: (kind: 'group' | 'channel' | 'saved', title: string, members: string[]) =>
    call<Chat>('POST', '/api/chats', { kind, title, members }),
  mentions: (chat: string) => call<Message[]>('GET', `/api/chats/${chat}/mentions`),
  members: (chat: string) => call<Members>('GET', `/api/chats/${chat}/members`),
  addMembers: (chat: string, users: string[]) => call<void>('POST', `/api/chats/${chat}/members`, { users }),
  removeMember: (chat: string, user: string, ban: boolean) => call<void>('POST', `/api/chats/${chat}/members/${user}/remove`, { ban }),
  setRole: (chat: string, user: string, role: RoleName, can: string[], until: number) =>
    call<void>('POST', `/api/chats/${chat}/members/${user}/role`, { role, can, until }),
  setGroup: (chat: string, change: SetGroup) => call<void>('POST', `/api/chats/${chat}/settings`, change),
  deleteChat: (chat: string, forAll: boolean) => call<void>('POST', `/api/chats/${chat}/delete`, { for_all: forAll }),
  clear: (chat: string, what: Clear) => call<void>('POST', `/api/chats/${chat}/clear`, what),
  events: (chat: string) => call<ChatEvent[]>('GET', `/api/chats/${chat}/events`),
  leave: (chat: string) => call<void>('POST', `/api/chats/${chat}/leave`),
  setLifetime: (chat: string, seconds: number | undefined) =>
    call<void>('PUT', `/api/chats/${chat}/lifetime`, seconds === undefined ? {} : { ttl_s: seconds }),
  search: (words: string, chat: string | undefined, cursor: string | undefined, limit: number) => {
    const query = new URLSearchParams({ q: words, limit: String(limit) });
    if (chat !== undefined) query.set('chat', chat);
    if (cursor !== undefined) query.set('before_cursor', cursor);
    return call<SearchFound>('GET', `/api/search?${query}`);
  },
  shared: (chat: string, sort: SharedSort, cursor: string | undefined, limit: number) => {
    const query = new URLSearchParams({ chat, limit: String(limit), ...(sort === 'link' ? { link: 'true' } : { kind: sort }) });
    if (cursor !== undefined) query.set('before_cursor', cursor);
    return call<SearchFound>('GET', `/api/search?${query}`);
  },
  links: (chat: string) => call<ChatLink[]>('GET', `/api/chats/${chat}/links`),
  makeLink: (chat: string, uses: number, ttl_ms: number, approval: boolean) =>
    call<ChatLink>('POST', `/api/chats/${chat}/links`, { uses, ttl_ms, approval }),
  revokeLink: (chat: string, link: string) => call<void>('DELETE', `/api/chats/${chat}/links/${link}`),
  requests: (chat: string) => call<Asking[]>('GET', `/api/chats/${chat}/requests`),
  acceptRequest: (chat: string, request: string) => call<void>('POST', `/api/chats/${chat}/requests/${request}/accept`),
  declineRequest: (chat: string, request: string) => call<void>('POST', `/api/chats/${chat}/requests/${request}/decline`),
  join: (link: string, greeting: string) => call<Join>('POST', '/api/joins', { link, greeting }),
  joins: () => call<Join[]>('GET', '/api/joins'),
  cancelJoin: (join: string) => call<void>('DELETE', `/api/joins/${join}`),
  stickers: () => call<Stickers>('GET', '/api/stickers'),
  makeStickers: (title: string, stickers: NewSticker[]) => call<StickerPack>('POST', '/api/stickers', { title, stickers }, 120_000),
  lookAtStickers: (link: string) => call<StickerPack>('POST', '/api/stickers/look', { link }, 120_000),
  addStickers: (link: string) => call<StickerPack>('POST', '/api/stickers/add', { link }, 120_000),
  removeStickers: (pack: string) => call<void>('DELETE', `/api/stickers/${pack}`),
  likeSticker: ({ pack, number }: StickerPlace, liked: boolean) => call<void>('PUT', `/api/stickers/${pack}/${number}/favourite`, { liked }),
  sendSticker: (chat: string, sticker: StickerPlace & { topic: number; reply_to?: string }) =>
    call<Transfer>('POST', `/api/chats/${chat}/stickers`, sticker),
  storage: () => call<Storage>('GET', '/api/storage'),
  freeStorage: (which: FreeStorage) => call<FreedStorage>('POST', '/api/storage/free', which, SLOW_MS),
  limitStorage: (limits: StorageLimits) => call<void>('PUT', '/api/storage/limits', limits),
  files: () => call<Transfer[]>('GET', '/api/files'),
  sendFile: (chat: string, file: Blob, { name, caption, photo, voice, reply_to, album, look, topic }: FileWords, told: (bytes: number) => void, stop: AbortSignal) => {
    const query = new URLSearchParams({ name });
    if (file.type !== '') query.set('mime', file.type);
    if (caption) query.set('caption', caption);
    if (photo) query.set('photo', 'true');
    if (album !== undefined) query.set('album', album);
    if (voice) query.set('voice', 'true');
    if (topic) query.set('topic', String(topic));
    for (const [key, value] of Object.entries(look ?? {})) query.set(key, String(value));
    if (reply_to !== undefined) query.set('reply_to', reply_to);
    return handOver(`/api/chats/${chat}/files?${query}`, file, told, stop);
  },
  pauseFile: (transfer: string) => call<Transfer>('POST', `/api/files/${transfer}/pause`),
  resumeFile: (transfer: string) => call<Transfer>('POST', `/api/files/${transfer}/resume`),
  cancelFile: (transfer: string) => call<void>('DELETE', `/api/files/${transfer}`),
  logOut: () => call<void>('DELETE', '/api/session'),
};
