// Asks for a day and goes there.
import { useState } from 'preact/hooks';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { beginOf, dayOf } from '../../model/days';
import { Dialog } from '../parts/dialog';
import { jump } from './jump';

export function DateDialog({ chat }: { chat: string }) {
  const today = dayOf(Date.now());
  const [day, setDay] = useState(today);
  const submit = (event: Event) => {
    event.preventDefault();
    const time = beginOf(day);
    openDialog(undefined);
    if (time !== undefined) jump({ time });
  };
  return (
    <Dialog title={t('date-jump')}>
      <form onSubmit={submit} data-chat={chat}>
        <label>
          {t('date-day')}
          <input type="date" required max={today} value={day} onInput={(event) => setDay(event.currentTarget.value)} />
        </label>
        <div class="buttons end"><button type="submit" class="primary">{t('date-go')}</button></div>
      </form>
    </Dialog>
  );
}
