// Whether a whole chat really goes, and for whom.
import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Chat } from '../../api/types';
import { members, watchMembers } from '../../app/groups';
import { chats, me, route } from '../../app/select';
import { attempt, openDialog, show } from '../../app/store';
import { t } from '../../i18n/texts';
import { isGroup } from '../../model/groups';
import { Dialog } from '../parts/dialog';
import { Switch } from '../parts/fields';
import { nameOf } from '../parts/name';

export function DeleteChatDialog({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  const owns = useComputed(() => members.value.get(id)?.members.some(({ user, role }) => user === me.value && role === 'owner')).value;
  const [forAll, setForAll] = useState(false);
  const inside = chat !== undefined && isGroup(chat) && chat.standing === 'in';
  useEffect(() => {
    if (inside) watchMembers(id, 0);
  }, [id, inside]);
  if (!chat) return null;
  // Whoever owns a group and just goes would leave it without an owner.
  const down = inside && owns === true && chat.members > 1;
  const both = chat.kind === 'private' && chat.standing === 'in';
  const remove = async () => {
    openDialog(undefined);
    const done = await attempt(api.deleteChat(id, down || (both && forAll)).then(() => true));
    if (done && route.value.chat === id) show(undefined);
  };
  return (
    <Dialog title={t('chat-delete')}>
      <p>{why(chat, inside, down)}</p>
      {both && <Switch label={t('chat-delete-both', { name: nameOf(chat.title) })} on={forAll} onChange={setForAll} />}
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
        <button type="button" class="primary" disabled={inside && owns === undefined} onClick={() => void remove()}>{t('delete')}</button>
      </div>
    </Dialog>
  );
}

function why(chat: Chat, inside: boolean, down: boolean): string {
  const name = nameOf(chat.title);
  if (down) return t('chat-delete-down', { name });
  return t(inside ? 'chat-delete-leave' : 'chat-delete-why', { name });
}
