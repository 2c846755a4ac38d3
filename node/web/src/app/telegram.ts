// Takes an export of Telegram Desktop in: looks at it first, then takes it, goes on where it stopped.
//
// The node reads the export's JSON; its files go from here, those that messages name. What is there already is not taken
// again, so going on is beginning anew.
import { signal } from '@preact/signals';
import { telegram } from '../api/telegram';
import type { ImportMessage, TelegramChat, TelegramExport, TelegramMedia } from '../api/types';
import { exportIn, sourceOf } from '../model/telegram';
import { explain } from './store';

/** Messages of one request, and letters of their texts: well below what the node takes. */
const PAGE = 100;
const PAGE_LETTERS = 100_000;

/** What is there of the files that a chat names. */
export interface Files {
  readonly count: number;
  readonly bytes: number;
}

export interface Taken {
  readonly messages: number;
  readonly files: number;
  readonly of: number;
  readonly title: string;
}

export type Stage =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'counted' }
  | { readonly kind: 'taking'; readonly taken: Taken }
  | { readonly kind: 'done'; readonly taken: Taken };

export const stage = signal<Stage>({ kind: 'none' });
export const report = signal<TelegramExport | undefined>(undefined);
/** By the chat's id. */
export const present = signal<ReadonlyMap<string, Files>>(new Map());
/** Why it stopped. */
export const stopped = signal<string | undefined>(undefined);

let files: ReadonlyMap<string, File> = new Map();
let stopping = new AbortController();

async function run(work: (signal: AbortSignal) => Promise<void>, otherwise: Stage): Promise<void> {
  stopping = new AbortController();
  const { signal: mine } = stopping;
  stopped.value = undefined;
  try {
    await work(mine);
  } catch (error) {
    stage.value = otherwise;
    stopped.value = mine.aborted ? undefined : explain(error);
  }
}

export function stop(): void {
  stopping.abort();
}

/** Looks at the folder that was chosen; true if there is an export in it. */
export function choose(all: readonly File[]): boolean {
  const found = exportIn(all.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  if (!found) return false;
  files = found.files;
  report.value = undefined;
  stage.value = { kind: 'reading' };
  const read = async (mine: AbortSignal) => {
    await telegram.handOver(found.json, mine);
    await look(undefined, mine);
  };
  void run(read, { kind: 'none' });
  return true;
}

/** Looks again, now that somebody said who exported it. */
export function isMe(me: string): void {
  stage.value = { kind: 'reading' };
  void run((mine) => look(me, mine), { kind: 'counted' });
}

async function look(me: string | undefined, mine: AbortSignal): Promise<void> {
  const found = await telegram.look(me);
  const counted = new Map<string, Files>();
  let chat = '';
  for await (const { chat: begun, media } of telegram.lines(found.chats.map(({ id }) => id), mine)) {
    if (begun) chat = begun.id;
    const file = media && files.get(media.path);
    if (!file) continue;
    const before = counted.get(chat);
    counted.set(chat, { count: (before?.count ?? 0) + 1, bytes: (before?.bytes ?? 0) + file.size });
  }
  present.value = counted;
  report.value = found;
  stage.value = { kind: 'counted' };
}

/** Takes these chats in. */
export function take(chats: readonly TelegramChat[], withFiles: boolean): void {
  const of = chats.reduce((sum, { messages }) => sum + messages, 0);
  stage.value = { kind: 'taking', taken: { messages: 0, files: 0, of, title: '' } };
  void run((mine) => takeAll(chats.map(({ id }) => id), of, withFiles, mine), { kind: 'counted' });
}

async function takeAll(chats: readonly string[], of: number, withFiles: boolean, mine: AbortSignal): Promise<void> {
  let taken: Taken = { messages: 0, files: 0, of, title: '' };
  let chat: Chat | undefined;
  for await (const line of telegram.lines(chats, mine)) {
    if (line.chat) {
      await chat?.flush();
      const { chat: id } = await telegram.begin(line.chat);
      chat = new Chat(id, withFiles, mine);
      taken = { ...taken, title: line.chat.title };
    } else if (line.message && chat) {
      const file = await chat.message(line.message, line.reply_to, line.media);
      taken = { ...taken, messages: taken.messages + 1, files: taken.files + (file ? 1 : 0) };
    }
    stage.value = { kind: 'taking', taken };
  }
  await chat?.flush();
  stage.value = { kind: 'done', taken };
  await telegram.forget();
}

/** A chat on its way in. */
class Chat {
  /** Ids here, by number. */
  readonly #ids = new Map<number, string>();
  #page: ImportMessage[] = [];
  #letters = 0;

  constructor(readonly id: string, readonly withFiles: boolean, readonly mine: AbortSignal) {}

  /** True if a file came with it. */
  async message(message: ImportMessage, answers: number | undefined, media: TelegramMedia | undefined): Promise<boolean> {
    const ready = { ...message };
    if (answers !== undefined) {
      if (this.#page.some(({ number }) => number === answers)) await this.flush();
      const to = this.#ids.get(answers);
      if (to !== undefined) ready.reply_to = to;
    }
    const file = media && this.withFiles ? files.get(media.path) : undefined;
    if (media && file) ready.file = await this.#keep(message.number, media, file);
    else if (media) ready.text = [message.text, `📎 ${media.name} (not taken)`].filter(Boolean).join('\n');
    this.#page.push(ready);
    this.#letters += (ready.text?.length ?? 0) + (ready.file?.length ?? 0) + 300 * (1 + (ready.entities?.length ?? 0) + (ready.reactions?.length ?? 0));
    if (this.#page.length >= PAGE || this.#letters >= PAGE_LETTERS) await this.flush();
    return file !== undefined;
  }

  async #keep(number: number, { path, ...media }: TelegramMedia, file: File): Promise<string> {
    const source = sourceOf(number, file.size, path);
    const known = await telegram.known(this.id, source);
    if (known !== undefined) return known;
    try {
      return await telegram.keep(this.id, { source, ...media }, file, this.mine);
    } catch (error) {
      if (!media.voice || this.mine.aborted) throw error;
      // What is no recording that the node reads is a file like any other.
      return telegram.keep(this.id, { source, ...media, voice: false, mime: 'audio/ogg' }, file, this.mine);
    }
  }

  async flush(): Promise<void> {
    const messages = this.#page;
    this.#page = [];
    this.#letters = 0;
    if (messages.length === 0) return;
    const { ids } = await telegram.messages(this.id, messages);
    messages.forEach(({ number }, n) => {
      const id = ids[n];
      if (id !== undefined) this.#ids.set(number, id);
    });
  }
}
