// The sticker picker: recent ones, favourites, then each pack. A click sends.
import { useEffect, useRef } from 'preact/hooks';
import type { StickerPlace } from '../../api/types';
import { emojiOf, isSame, like, loadStickers, pictureOf, sendSticker, stickers } from '../../app/stickers';
import { openPane } from '../../app/store';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';

export function StickerPicker({ chat, onClose }: { chat: string; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const all = stickers.value;
  useEffect(() => {
    void loadStickers();
    box.current?.focus();
    const elsewhere = (event: Event) => {
      if (event.target instanceof Element && !box.current?.contains(event.target) && !event.target.closest('.sticker-button')) onClose();
    };
    document.addEventListener('pointerdown', elsewhere, true);
    return () => document.removeEventListener('pointerdown', elsewhere, true);
  }, []);
  const pick = (place: StickerPlace) => {
    onClose();
    void sendSticker(chat, place);
  };
  return (
    <div
      ref={box}
      class="emoji stickers"
      role="dialog"
      aria-label={t('stickers')}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="emoji-scroll" tabIndex={-1}>
        {!all && <p class="empty" role="status">{t('loading')}</p>}
        {all && all.packs.length === 0 && <p class="empty">{t('stickers-none')}</p>}
        {all && <Section title={t('stickers-recent')} places={all.recent.slice(0, 12)} onPick={pick} />}
        {all && <Section title={t('stickers-favourites')} places={all.favourites} onPick={pick} />}
        {all?.packs.map((pack) => (
          <Section key={pack.id} title={plain(pack.title)} places={pack.emoji.map((_, number) => ({ pack: pack.id, number }))} onPick={pick} />
        ))}
      </div>
      <button type="button" class="quiet" onClick={() => openPane('settings/stickers')}>{t('stickers-packs')}</button>
    </div>
  );
}

function Section({ title, places, onPick }: { title: string; places: readonly StickerPlace[]; onPick: (place: StickerPlace) => void }) {
  if (places.length === 0) return null;
  return (
    <section>
      <h2><bdi>{title}</bdi></h2>
      <div class="sticker-grid">{places.map((place) => <One key={`${place.pack}:${place.number}`} place={place} onPick={onPick} />)}</div>
    </section>
  );
}

function One({ place, onPick }: { place: StickerPlace; onPick: (place: StickerPlace) => void }) {
  const { packs = [], favourites = [] } = stickers.value ?? {};
  const liked = favourites.some((one) => isSame(one, place));
  const emoji = emojiOf(place, packs);
  return (
    <span class="sticker-one">
      <button type="button" aria-label={t('sticker-send', { emoji })} onClick={() => onPick(place)}>
        <img src={pictureOf(place)} alt="" loading="lazy" draggable={false} />
      </button>
      <button
        type="button"
        class={`sticker-like${liked ? ' liked' : ''}`}
        aria-pressed={liked}
        aria-label={t('sticker-like', { emoji })}
        title={t('stickers-favourites')}
        onClick={() => void like(place, !liked)}
      >
        {liked ? '★' : '☆'}
      </button>
    </span>
  );
}
