// The packs one has; a new one, of pictures or by a link.
import { useEffect, useRef, useState } from 'preact/hooks';
import { addPack, loadStickers, makePack, pictureOf, stickers } from '../../app/stickers';
import { notify, openDialog } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

/** What stands for a picture until somebody says otherwise. */
const PLAIN = '⭐';
/** As of the protocol. */
const MOST = 120;

export function StickersScreen() {
  useEffect(() => void loadStickers(), []);
  const all = stickers.value;
  return (
    <>
      <section class="card">
        <h2>{t('stickers-packs')}</h2>
        {!all && <p class="faint" role="status">{t('loading')}</p>}
        {all && all.packs.length === 0 && <p class="faint">{t('stickers-none')}</p>}
        <div class="links">
          {all?.packs.map((pack) => (
            <button key={pack.id} type="button" onClick={() => openDialog({ kind: 'stickers', link: pack.link })}>
              {pack.emoji.length > 0 && <img class="pack-face" src={pictureOf({ pack: pack.id, number: 0 })} alt="" draggable={false} />}
              <span><bdi>{plain(pack.title)}</bdi></span>
              <span class="faint">{count(pack.emoji.length)}</span>
            </button>
          ))}
        </div>
      </section>
      <ByLink />
      <NewPack />
    </>
  );
}

function ByLink() {
  const [link, setLink] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await addPack(link.trim())) setLink('');
  };
  return (
    <section class="card">
      <h2>{t('stickers-by-link')}</h2>
      <form onSubmit={(event) => void submit(event)}>
        <span class="copy-line">
          <input type="text" dir="ltr" aria-label={t('stickers-link')} placeholder="chappe:stickers/…" spellcheck={false} autocomplete="off" value={link} onInput={(event) => setLink(event.currentTarget.value)} />
          <button type="submit" class="primary" disabled={link.trim() === ''}>{t('add')}</button>
        </span>
      </form>
    </section>
  );
}

interface Chosen {
  readonly file: File;
  readonly url: string;
  readonly emoji: string;
}

function NewPack() {
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const { problem, busy, run } = useOrder();
  const field = useRef<HTMLInputElement>(null);
  const clear = () => {
    chosen.forEach(({ url }) => URL.revokeObjectURL(url));
    setChosen([]);
  };
  const take = (files: readonly File[]) => {
    const more = files.map((file) => ({ file, url: URL.createObjectURL(file), emoji: PLAIN }));
    setChosen([...chosen, ...more].slice(0, MOST));
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(await run(() => makePack(title.trim(), chosen)))) return;
    notify(t('stickers-made'));
    setTitle('');
    clear();
  };
  return (
    <section class="card">
      <h2>{t('stickers-new')}</h2>
      <p class="faint">{t('stickers-new-what')}</p>
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          {t('stickers-title')}
          <input type="text" maxLength={128} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <input
          ref={field}
          type="file"
          accept="image/png,image/webp,image/jpeg"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            take([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
        <ul class="new-stickers">
          {chosen.map((one, n) => (
            <li key={one.url}>
              <img src={one.url} alt={plain(one.file.name)} />
              <input
                type="text"
                aria-label={t('sticker-emoji', { name: plain(one.file.name) })}
                maxLength={16}
                value={one.emoji}
                onInput={({ currentTarget: { value } }) => setChosen(chosen.map((other, m) => (m === n ? { ...other, emoji: value } : other)))}
              />
              <button type="button" class="quiet" onClick={() => setChosen(chosen.filter((_, m) => m !== n))}>
                {t('discard')}<span class="hidden"> {plain(one.file.name)}</span>
              </button>
            </li>
          ))}
        </ul>
        <Problem text={problem} />
        <div class="buttons">
          <button type="button" class="quiet" disabled={busy} onClick={() => field.current?.click()}>{t('stickers-choose')}</button>
          <button type="submit" class="primary" disabled={busy || title.trim() === '' || chosen.length === 0}>{t('stickers-make')}</button>
        </div>
      </form>
    </section>
  );
}
