// What is said with files before they go, and whether pictures go as photos.
import { useComputed } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { isPhoto, sendFiles } from '../../app/files';
import { compose } from '../../app/messages';
import { modes } from '../../app/select';
import { openDialog } from '../../app/store';
import { sizeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { TEXT_MAX } from '../../model/state';
import { plain } from '../../model/words';
import { Dialog } from '../parts/dialog';
import { FileIcon } from '../parts/icons';
import { Switch } from '../parts/fields';

/** Files of which a picture is shown; the others are named. */
const SHOWN = 6;

export function SendFilesDialog({ chat, files }: { chat: string; files: readonly File[] }) {
  const [caption, setCaption] = useState('');
  const [photos, setPhotos] = useState(true);
  const mode = useComputed(() => modes.value.get(chat)).value;
  const some = files.some(isPhoto);
  const send = () => {
    if (caption.length > TEXT_MAX) return;
    const answer = mode?.kind === 'reply' ? { reply_to: mode.message.id } : {};
    void sendFiles(chat, files, { caption, ...answer }, photos && some);
    if (mode?.kind === 'reply') compose(chat, undefined);
    openDialog(undefined);
  };
  return (
    <Dialog title={t('files-send', { count: files.length })}>
      <form
        class="send-files"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <ul class="chosen-files">
          {files.map((file, n) => <Chosen key={n} file={file} shown={n < SHOWN} />)}
        </ul>
        {some && <Switch label={t('files-photos')} on={photos} onChange={setPhotos} />}
        {some && !photos && <p class="faint">{t('files-original')}</p>}
        <label class="field">
          {t('files-caption')}
          <textarea
            rows={2}
            dir="auto"
            autofocus
            value={caption}
            onInput={(event) => setCaption(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              send();
            }}
          />
        </label>
        {caption.length > TEXT_MAX && <p class="problem" role="alert">{t('text-too-long', { most: TEXT_MAX })}</p>}
        <div class="buttons">
          <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
          <button type="submit" class="primary">{t('send')}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Chosen({ file, shown }: { file: File; shown: boolean }) {
  const address = useMemo(() => (shown && isPhoto(file) ? URL.createObjectURL(file) : undefined), [file]);
  useEffect(() => () => {
    if (address !== undefined) URL.revokeObjectURL(address);
  }, [address]);
  return (
    <li>
      {address === undefined ? <FileIcon /> : <img src={address} alt="" />}
      <span dir="auto">{plain(file.name)}</span>
      <span class="faint">{sizeOf(file.size)}</span>
    </li>
  );
}
