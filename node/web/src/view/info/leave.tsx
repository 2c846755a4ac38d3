// Whether one really leaves a group or channel.
import { useComputed } from '@preact/signals';
import { api } from '../../api/client';
import { changeGroup } from '../../app/groups';
import { chats } from '../../app/select';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';
import { nameOf } from '../parts/name';

export function LeaveDialog({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  const leave = () => {
    openDialog(undefined);
    void changeGroup(id, api.leave(id));
  };
  return (
    <Dialog title={t(chat?.kind === 'channel' ? 'channel-leave' : 'group-leave')}>
      <p>{t('leave-why', { name: nameOf(chat?.title) })}</p>
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
        <button type="button" class="primary" onClick={leave}>{t('leave')}</button>
      </div>
    </Dialog>
  );
}
