// A sticker stands without a bubble; a link to a pack is a card. A click shows the pack.
import type { FileInfo, Message } from '../../api/types';
import { fileOf } from '../../api/client';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { StickerIcon } from '../parts/icons';

/** Pixels of the longer side in a chat. */
const SIDE = 190;

export const isSticker = ({ content }: Message): boolean => content.kind === 'file' && content.sticker !== undefined;

/** The link if the whole text is one to a pack. */
export function packLink(text: string): string | undefined {
  return /^\s*(chappe:stickers\/[A-Za-z0-9_-]+)\s*$/.exec(text)?.[1];
}

export function StickerShown({ message, file }: { message: Message; file: FileInfo }) {
  const { width = SIDE, height = SIDE, sticker } = file;
  const scale = Math.min(1, SIDE / Math.max(width, height, 1));
  const size = { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) };
  const picture = <img src={fileOf(message.id)} alt={t('sticker-is', { emoji: sticker?.emoji ?? '' })} loading="lazy" draggable={false} {...size} />;
  const link = sticker?.pack;
  if (link === undefined) return <span class="sticker">{picture}</span>;
  return (
    <button type="button" class="sticker" tabIndex={-1} title={t('stickers-see')} onClick={() => openDialog({ kind: 'stickers', link })}>
      {picture}
    </button>
  );
}

export function PackCard({ link }: { link: string }) {
  return (
    <button type="button" class="saved pack-card" tabIndex={-1} onClick={() => openDialog({ kind: 'stickers', link })}>
      <StickerIcon />
      <span>
        <span>{t('stickers-pack')}</span>
        <span class="faint">{t('stickers-see')}</span>
      </span>
    </button>
  );
}
