// Contacts who come into a group or channel.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { changeGroup, members } from '../../app/groups';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';
import { People } from '../parts/people';

export function AddMembersDialog({ chat }: { chat: string }) {
  const inside = useComputed(() => new Set(members.value.get(chat)?.members.map((member) => member.user))).value;
  const [chosen, setChosen] = useState<string[]>([]);
  const add = () => {
    openDialog(undefined);
    void changeGroup(chat, api.addMembers(chat, chosen));
  };
  return (
    <Dialog title={t('members-add')}>
      <People chosen={chosen} onChange={setChosen} without={inside} />
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
        <button type="button" class="primary" disabled={chosen.length === 0} onClick={add}>{t('add')}</button>
      </div>
    </Dialog>
  );
}
