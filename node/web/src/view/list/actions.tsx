// What can be done with a chat in the list. A new action is an entry of the array.
import type { Chat } from '../../api/types';
import { api } from '../../api/client';
import { folders } from '../../app/select';
import { attempt, changeList, openDialog, putFolder } from '../../app/store';
import { t } from '../../i18n/texts';
import { FOR_EVER, isMuted, isUnread } from '../../model/state';
import { ArchiveIcon, BellIcon, BellOffIcon, BroomIcon, CheckIcon, FolderIcon, PinIcon, TrashIcon } from '../parts/icons';
import type { MenuItem } from '../parts/menu';

const HOUR = 3600_000;

export function listActions(chat: Chat): MenuItem[] {
  const { id, archived } = chat;
  const pinned = (chat.pinned ?? 0) > 0;
  return [
    { id: 'pin', label: t(pinned ? 'list-unpin' : 'list-pin'), icon: <PinIcon />, run: () => void changeList(id, { pinned: !pinned }) },
    ...muting(chat),
    seeing(chat),
    {
      id: 'archive',
      label: t(archived ? 'list-unarchive' : 'list-archive'),
      icon: <ArchiveIcon />,
      run: () => void changeList(id, { archived: !archived }),
    },
    ...filing(id),
    { id: 'clear', label: t('history-clear'), icon: <BroomIcon />, run: () => openDialog({ kind: 'clear', chat: id }) },
    { id: 'delete', label: t('chat-delete'), icon: <TrashIcon />, danger: true, run: () => openDialog({ kind: 'delete-chat', chat: id }) },
  ];
}

function muting(chat: Chat): MenuItem[] {
  const until = (at: number) => void changeList(chat.id, { muted_until: at });
  if (isMuted(chat, Date.now())) return [{ id: 'unmute', label: t('list-unmute'), icon: <BellIcon />, run: () => until(0) }];
  return [
    { id: 'mute-hour', label: t('list-mute-hour'), icon: <BellOffIcon />, run: () => until(Date.now() + HOUR) },
    { id: 'mute-night', label: t('list-mute-night'), icon: <BellOffIcon />, run: () => until(Date.now() + 8 * HOUR) },
    { id: 'mute-week', label: t('list-mute-week'), icon: <BellOffIcon />, run: () => until(Date.now() + 7 * 24 * HOUR) },
    { id: 'mute', label: t('list-mute'), icon: <BellOffIcon />, run: () => until(FOR_EVER) },
  ];
}

function seeing(chat: Chat): MenuItem {
  const { id, last } = chat;
  if (!isUnread(chat)) {
    return { id: 'unseen', label: t('list-unread'), icon: <CheckIcon />, run: () => void changeList(id, { marked_unread: true }) };
  }
  const see = async () => {
    if (chat.marked_unread) await changeList(id, { marked_unread: false });
    if (chat.unread > 0 && last) await attempt(api.markRead(id, last.id));
  };
  return { id: 'seen', label: t('list-read'), icon: <CheckIcon />, run: () => void see() };
}

/** Into each folder, or out of it. */
function filing(chat: string): MenuItem[] {
  return folders.value.map((folder) => {
    const inside = folder.chats.includes(chat);
    const chats = inside ? folder.chats.filter((one) => one !== chat) : [...folder.chats, chat];
    const label = t(inside ? 'folder-out' : 'folder-in', { name: folder.name });
    return { id: `folder-${folder.id}`, label, icon: <FolderIcon />, run: () => void putFolder({ ...folder, chats }) };
  });
}
