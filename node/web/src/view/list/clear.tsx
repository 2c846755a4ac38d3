// What of a chat's history is deleted: all of it or some days, here or for everybody.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { chats } from '../../app/select';
import { attempt, notify, openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { beginOf, dayAfter, dayOf } from '../../model/days';
import { Dialog } from '../parts/dialog';
import { Switch } from '../parts/fields';
import { nameOf } from '../parts/name';

export function ClearDialog({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  const today = dayOf(Date.now());
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [forAll, setForAll] = useState(false);
  if (!chat) return null;
  const inside = chat.standing === 'in' && chat.kind !== 'saved';
  const clear = async (event: Event) => {
    event.preventDefault();
    openDialog(undefined);
    const [from, until] = [beginOf(first), beginOf(dayAfter(last) ?? '')];
    const range = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
    if (await attempt(api.clear(id, { ...range, for_all: inside && forAll }).then(() => true))) notify(t('history-cleared'));
  };
  const day = (label: string, value: string, least: string, change: (day: string) => void) => (
    <label class="field">
      {label}
      <input type="date" min={least} max={today} value={value} onInput={(event) => change(event.currentTarget.value)} />
    </label>
  );
  return (
    <Dialog title={t('history-clear')}>
      <form onSubmit={(event) => void clear(event)}>
        <p>{t('history-clear-why', { name: nameOf(chat.title) })}</p>
        {day(t('history-from'), first, '', setFirst)}
        {day(t('history-until'), last, first, setLast)}
        {inside && (
          <Switch
            label={chat.kind === 'private' ? t('chat-delete-both', { name: nameOf(chat.title) }) : t('history-for-all')}
            on={forAll}
            onChange={setForAll}
          />
        )}
        <div class="buttons end">
          <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
          <button type="submit" class="primary">{t('history-clear')}</button>
        </div>
      </form>
    </Dialog>
  );
}
