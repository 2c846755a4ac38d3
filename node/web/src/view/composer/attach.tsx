// How files come into the page: a button, a drop, a paste.
import { useRef } from 'preact/hooks';
import { offerFiles } from '../../app/files';
import { t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { ClipIcon } from '../parts/icons';

export function AttachButton({ chat }: { chat: string }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          offerFiles(chat, [...(currentTarget.files ?? [])]);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <IconButton label={t('attach')} class="emoji-button" onClick={() => field.current?.click()}><ClipIcon /></IconButton>
    </>
  );
}

/** A text with a picture of it beside (as office programs give) stays a text. */
export function pasted(chat: string, event: ClipboardEvent): void {
  const data = event.clipboardData;
  const files = [...(data?.files ?? [])];
  if (files.length === 0 || data?.types.includes('text/plain')) return;
  event.preventDefault();
  offerFiles(chat, files);
}

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/** A chat takes files that are dropped on it. */
export function dropped(chat: string) {
  return {
    onDragOver: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    },
    onDrop: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      // A folder comes as a file that cannot be read.
      const items = [...(event.dataTransfer?.items ?? [])];
      const files = items.filter((item) => item.webkitGetAsEntry()?.isDirectory !== true).map((item) => item.getAsFile());
      offerFiles(chat, files.filter((file) => file !== null));
    },
  };
}
