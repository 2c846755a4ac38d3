// What is put into a chat beside texts: a button with a menu; and how files come in by a drop or a paste. A new thing is
// an entry of THINGS.
import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { members } from '../../app/groups';
import { offerFiles } from '../../app/files';
import { chats, me } from '../../app/select';
import { openDialog } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { type Deed, may } from '../../model/may';
import { IconButton } from '../parts/button';
import { ClipIcon, ContactsIcon, FileIcon, PollIcon } from '../parts/icons';
import { Menu, type Point, above } from '../parts/menu';

interface Thing {
  readonly id: string;
  readonly label: Plain;
  readonly icon: ComponentChildren;
  /** What one must be allowed to do. */
  readonly deed: Deed;
  readonly run: (chat: string, chooseFiles: () => void) => void;
}

const THINGS: readonly Thing[] = [
  { id: 'files', label: 'attach-files', icon: <FileIcon />, deed: 'media', run: (_, chooseFiles) => chooseFiles() },
  { id: 'poll', label: 'poll', icon: <PollIcon />, deed: 'poll', run: (chat) => openDialog({ kind: 'poll', chat }) },
  { id: 'card', label: 'card', icon: <ContactsIcon />, deed: 'text', run: (chat) => openDialog({ kind: 'card', chat }) },
];

export function AttachButton({ chat }: { chat: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [menu, setMenu] = useState<Point>();
  const things = useComputed(() => {
    const known = chats.value.get(chat);
    return known ? THINGS.filter(({ deed }) => may(known, members.value.get(chat), me.value, deed, Date.now())) : [];
  }).value;
  const items = things.map(({ id, label, icon, run }) => ({ id, label: t(label), icon, run: () => run(chat, () => field.current?.click()) }));
  if (items.length === 0) return null;
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
      <IconButton
        label={t('attach')}
        class="emoji-button"
        expanded={menu !== undefined}
        onClick={(event) => setMenu(menu ? undefined : above(event.currentTarget as Element))}
      >
        <ClipIcon />
      </IconButton>
      {menu && <Menu label={t('attach')} items={items} at={menu} onClose={() => setMenu(undefined)} />}
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
