// For whom messages are deleted.
import { messageOf, remove } from '../../app/messages';
import { chats } from '../../app/select';
import { chooseNone } from '../../app/selection';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';
import { rules } from './actions';

/** Whether all of them may be deleted for everybody. */
function forAllToo(messages: readonly string[]): boolean {
  return messages.every((id) => {
    const message = messageOf(id);
    const chat = chats.value.get(message?.chat ?? '');
    return message !== undefined && chat?.standing === 'in' && rules(message, chat);
  });
}

export function DeleteDialog({ messages }: { messages: readonly string[] }) {
  const both = forAllToo(messages);
  const choose = (forAll: boolean) => {
    openDialog(undefined);
    chooseNone();
    void remove(messages, forAll);
  };
  return (
    <Dialog title={t('message-delete', { count: messages.length })}>
      <p>{t(both ? 'message-delete-why' : 'message-delete-only-me')}</p>
      <div class="buttons end">
        <button type="button" class={both ? 'quiet' : 'primary'} onClick={() => choose(false)}>{t('delete-for-me')}</button>
        {both && <button type="button" class="primary" onClick={() => choose(true)}>{t('delete-for-all')}</button>}
      </div>
    </Dialog>
  );
}
