// For whom a message is deleted.
import { remove } from '../../app/messages';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';

export function DeleteDialog({ message }: { message: string }) {
  const choose = (forAll: boolean) => {
    openDialog(undefined);
    void remove(message, forAll);
  };
  return (
    <Dialog title={t('message-delete')}>
      <p>{t('message-delete-why')}</p>
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => choose(false)}>{t('delete-for-me')}</button>
        <button type="button" class="primary" onClick={() => choose(true)}>{t('delete-for-all')}</button>
      </div>
    </Dialog>
  );
}
