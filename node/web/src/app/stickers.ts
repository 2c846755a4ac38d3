// Stickers: the packs that the node has, and what is done with them.
import { signal } from '@preact/signals';
import { type NewSticker, api } from '../api/client';
import type { StickerPack, StickerPlace, Stickers } from '../api/types';
import { t } from '../i18n/texts';
import { compose } from './messages';
import { modes } from './select';
import { attempt, notify, topicNow } from './store';

export const stickers = signal<Stickers | undefined>(undefined);

/** Reads them anew; another device may have changed them. */
export async function loadStickers(): Promise<void> {
  const all = await attempt(api.stickers());
  if (all) stickers.value = all;
}

export const pictureOf = ({ pack, number }: StickerPlace): string => `/api/stickers/${pack}/${number}`;

export const isSame = (a: StickerPlace, b: StickerPlace): boolean => a.pack === b.pack && a.number === b.number;

/** What a sticker stands for. */
export function emojiOf({ pack, number }: StickerPlace, packs: readonly StickerPack[]): string {
  return packs.find(({ id }) => id === pack)?.emoji[number] ?? '';
}

/** As an answer, if the text field is one. */
export async function sendSticker(chat: string, { pack, number }: StickerPlace): Promise<void> {
  const mode = modes.value.get(chat);
  const answer = mode && mode.kind !== 'edit' ? { reply_to: mode.message.id } : {};
  if (answer.reply_to !== undefined) compose(chat, undefined);
  const sent = await attempt(api.sendSticker(chat, { pack, number, topic: topicNow(chat), ...answer }));
  if (sent) await loadStickers();
}

export async function addPack(link: string): Promise<boolean> {
  const added = await attempt(api.addStickers(link));
  if (!added) return false;
  notify(t('stickers-added'));
  await loadStickers();
  return true;
}

export async function removePack(pack: string): Promise<void> {
  await attempt(api.removeStickers(pack));
  await loadStickers();
}

export async function like(place: StickerPlace, liked: boolean): Promise<void> {
  await attempt(api.likeSticker(place, liked));
  await loadStickers();
}

export async function makePack(title: string, pictures: readonly { file: Blob; emoji: string }[]): Promise<StickerPack> {
  const read = async ({ file, emoji }: { file: Blob; emoji: string }): Promise<NewSticker> => ({ emoji, picture: await base64url(file) });
  const made = await api.makeStickers(title, await Promise.all(pictures.map(read)));
  await loadStickers();
  return made;
}

async function base64url(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
