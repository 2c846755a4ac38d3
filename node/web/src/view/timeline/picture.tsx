// A picture, as large as the window; arrows lead to the ones before and behind it in the chat.
import { useComputed } from '@preact/signals';
import { fileOf } from '../../api/client';
import type { FileInfo, Message } from '../../api/types';
import { openDialog, state } from '../../app/store';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { isPicture } from '../content/file';
import { IconButton } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { BackIcon } from '../parts/icons';

interface Shown {
  readonly id: string;
  readonly file: FileInfo;
}

function pictures(messages: readonly Message[]): Shown[] {
  return messages.flatMap(({ id, content }) => (content.kind === 'file' && isPicture(content) ? [{ id, file: content }] : []));
}

export function PictureDialog({ id }: { id: string }) {
  const all = useComputed(() => pictures(state.value.timelines.get(state.value.route.chat ?? '')?.messages ?? [])).value;
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
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') step(-1);
          if (event.key === 'ArrowRight') step(1);
        }}
      >
        <img key={shown.id} src={fileOf(shown.id)} alt={t('file-picture', { name })} />
        <div class="buttons">
          {at > 0 && <IconButton label={t('picture-before')} onClick={() => step(-1)}><BackIcon /></IconButton>}
          <a class="quiet" href={fileOf(shown.id)} download={shown.file.name} autofocus>{t('file-save')}</a>
          {at + 1 < all.length && <IconButton class="turned" label={t('picture-behind')} onClick={() => step(1)}><BackIcon /></IconButton>}
        </div>
      </div>
    </Dialog>
  );
}
