// Files on their way: what is being handed to the node, and what the node is bringing to others.
import { computed, signal } from '@preact/signals';
import { type FileWords, api } from '../api/client';
import type { Transfer } from '../api/types';
import { ALBUM_MAX } from '../model/album';
import { lookOf } from './video';
import { attempt, explain, openDialog, topicNow } from './store';

/** A file that the node does not have whole yet. */
export interface HandOver {
  readonly key: number;
  readonly chat: string;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  /** Why it failed. */
  readonly failure?: string;
  readonly again: () => void;
  readonly stop: () => void;
}

export const handOvers = signal<readonly HandOver[]>([]);
const transfers = signal<readonly Transfer[]>([]);

/** Those that were not said yet. */
export const leaving = computed(() => transfers.value.filter(({ way, message }) => way === 'out' && message === undefined));

/** Between two looks while something is on its way. */
const LOOK = 500;
let looking = false;

/** Looks how far the files are, as long as one is on its way. */
export async function watchFiles(): Promise<void> {
  if (looking) return;
  looking = true;
  for (;;) {
    const all = await api.files().catch(() => undefined);
    if (all) transfers.value = all;
    if (!all || !leaving.value.some(({ state }) => state === 'active' || state === 'removing')) break;
    await new Promise((go) => setTimeout(go, LOOK));
  }
  looking = false;
}

export function offerFiles(chat: string, files: readonly File[]): void {
  if (files.length > 0) openDialog({ kind: 'files', chat, files });
}

/** Hands files over, one after the other, so that they arrive in this order. */
export async function sendFiles(chat: string, files: readonly File[], words: Omit<FileWords, 'name'>, photos: boolean): Promise<void> {
  const topic = topicNow(chat);
  const together = files.length > 1 && files.every(({ type }) => type.startsWith('image/') || type.startsWith('video/'));
  let album = '';
  for (const [n, file] of files.entries()) {
    if (together && n % ALBUM_MAX === 0) album = newAlbum();
    // What is said is said once: with the first.
    const said = n === 0 ? words : {};
    const look = await lookOf(file);
    await handOver(chat, file, { ...said, topic, name: file.name, photo: photos && isPhoto(file), ...(look && { look }), ...(together && { album }) });
  }
}

const newAlbum = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Hands a recording over. */
export async function sendVoice(chat: string, sound: Blob, words: Pick<FileWords, 'reply_to'>): Promise<void> {
  const name = sound.type.includes('ogg') ? 'voice.ogg' : 'voice.webm';
  await handOver(chat, new File([sound], name, { type: sound.type }), { ...words, topic: topicNow(chat), name, voice: true });
}

let keys = 0;

async function handOver(chat: string, file: File, words: FileWords): Promise<void> {
  keys += 1;
  const key = keys;
  const stopping = new AbortController();
  const put = (change: Partial<HandOver>) => {
    handOvers.value = handOvers.value.map((one) => (one.key === key ? { ...one, ...change } : one));
  };
  const leave = () => {
    handOvers.value = handOvers.value.filter((one) => one.key !== key);
  };
  const stop = () => {
    stopping.abort();
    leave();
  };
  const again = () => {
    leave();
    void handOver(chat, file, words);
  };
  handOvers.value = [...handOvers.value, { key, chat, name: file.name, size: file.size, sent: 0, again, stop }];
  try {
    await api.sendFile(chat, file, words, (sent) => put({ sent }), stopping.signal);
    leave();
    void watchFiles();
  } catch (error) {
    if (!stopping.signal.aborted) put({ failure: explain(error) });
  }
}

/** Pictures that can be made smaller. One that moves would stand still. */
export const isPhoto = ({ type }: File): boolean => ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff'].includes(type);

export async function changeFile(id: string, what: 'pauseFile' | 'resumeFile' | 'cancelFile'): Promise<void> {
  await attempt<Transfer | void>(api[what](id));
  void watchFiles();
}
