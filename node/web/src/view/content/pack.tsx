// What is in a pack, before one has it.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { StickerPack } from '../../api/types';
import { addPack, loadStickers, pictureOf, removePack, stickers } from '../../app/stickers';
import { explain, openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { Dialog } from '../parts/dialog';
import { Problem } from '../parts/problem';
import { copy } from '../timeline/actions';

export function PackDialog({ link }: { link: string }) {
  const [pack, setPack] = useState<StickerPack>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    void loadStickers();
    api.lookAtStickers(link).then(setPack, (error: unknown) => setProblem(explain(error)));
  }, [link]);
  const had = stickers.value?.packs.some(({ id }) => id === pack?.id) ?? false;
  const change = async (work: Promise<unknown>) => {
    setBusy(true);
    await work;
    setBusy(false);
    openDialog(undefined);
  };
  return (
    <Dialog title={pack ? plain(pack.title) : t('stickers-pack')}>
      <Problem text={problem} />
      {!pack && problem === undefined && <p class="faint" role="status">{t('loading')}</p>}
      {pack && (
        <div class="sticker-grid large">
          {pack.emoji.map((emoji, number) => (
            <img key={number} src={pictureOf({ pack: pack.id, number })} alt={t('sticker-is', { emoji })} loading="lazy" draggable={false} />
          ))}
        </div>
      )}
      {pack && (
        <div class="buttons">
          <button type="button" class="quiet" onClick={() => void copy(pack.link)}>{t('stickers-copy')}</button>
          {had
            ? <button type="button" class="quiet danger" disabled={busy} onClick={() => void change(removePack(pack.id))}>{t('stickers-remove')}</button>
            : <button type="button" class="primary" disabled={busy} onClick={() => void change(addPack(pack.link))}>{t('stickers-add')}</button>}
        </div>
      )}
    </Dialog>
  );
}
