// Where to: one chat out of the list.
import { useState } from 'preact/hooks';
import { forward } from '../../app/messages';
import { chatList } from '../../app/select';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { searched } from '../../model/state';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { Name } from '../parts/name';

const SHOWN = 100;

export function ForwardDialog({ message }: { message: string }) {
  const [query, setQuery] = useState('');
  const found = searched(chatList.value, query).slice(0, SHOWN);
  const choose = (chat: string) => {
    openDialog(undefined);
    void forward(message, chat);
  };
  return (
    <Dialog title={t('message-forward')}>
      <label>
        {t('forward-to')}
        <input type="text" value={query} onInput={(event) => setQuery(event.currentTarget.value)} />
      </label>
      <ul class="forward-to">
        {found.map((chat) => (
          <li key={chat.id}>
            <button type="button" class="chat-row" onClick={() => choose(chat.id)}>
              <Avatar id={chat.with ?? chat.id} name={chat.title} />
              <span class="title"><Name of={chat.title} /></span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
