// A picture, as large as the window; arrows lead to the ones before and behind it in the chat.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { fileOf } from '../../api/client';
import type { FileInfo, Message } from '../../api/types';
import { hear } from '../../app/messages';
import { openDialog, state } from '../../app/store';
import { t } from '../../i18n/texts';
import { here } from '../../model/state';
import { plain } from '../../model/words';
import { isPicture, isVideo } from '../content/file';
import { IconButton } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { BackIcon } from '../parts/icons';

/** Pixels. */
const WIPE = 60;

interface Shown {
  readonly id: string;
  readonly message: Message;
  readonly file: FileInfo;
}

function pictures(messages: readonly Message[]): Shown[] {
  return messages.flatMap((message) => {
    const { id, content } = message;
    return content.kind === 'file' && (isPicture(content) || isVideo(content)) ? [{ id, message, file: content }] : [];
  });
}

export function PictureDialog({ id }: { id: string }) {
  const all = useComputed(() => pictures(state.value.timelines.get(here(state.value) ?? '')?.messages ?? [])).value;
  const from = useRef(0);
  const at = all.findIndex((one) => one.id === id);
  const shown = all[at];
  if (!shown) return <Dialog title={t('file-is-picture')}><p>{t('message-gone')}</p></Dialog>;
  const name = plain(shown.file.name);
  const step = (by: number) => {
    const next = all[at + by];
    if (next) openDialog({ kind: 'picture', message: next.id });
  };
  return (
    <Dialog title={name}>
      <div
        class="picture-large"
        onPointerDown={(event) => (from.current = event.clientX)}
        onPointerUp={(event) => {
          // A finger that wipes; a video's own controls keep theirs.
          const by = event.clientX - from.current;
          if (Math.abs(by) > WIPE && !(event.target as Element).closest('video, button')) step(by > 0 ? -1 : 1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') step(-1);
          if (event.key === 'ArrowRight') step(1);
        }}
      >
        {isVideo(shown.file)
          ? <video key={shown.id} controls autoplay src={fileOf(shown.id)} aria-label={name} onPlay={() => void hear(shown.message)} />
          : <img key={shown.id} src={fileOf(shown.id)} alt={t('file-picture', { name })} draggable={false} />}
        <div class="buttons">
          {at > 0 && <IconButton label={t('picture-before')} onClick={() => step(-1)}><BackIcon /></IconButton>}
          <a class="quiet" href={fileOf(shown.id)} download={shown.file.name} autofocus>{t('file-save')}</a>
          {at + 1 < all.length && <IconButton class="turned" label={t('picture-behind')} onClick={() => step(1)}><BackIcon /></IconButton>}
        </div>
      </div>
    </Dialog>
  );
}
