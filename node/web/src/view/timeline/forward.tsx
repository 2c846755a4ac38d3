// Where to: one chat out of the list; and whether it is said who said it first.
import { useState } from 'preact/hooks';
import { forward } from '../../app/messages';
import { chatList } from '../../app/select';
import { chooseNone } from '../../app/selection';
import { notify, openDialog } from '../../app/store';
import type { Chat } from '../../api/types';
import { t } from '../../i18n/texts';
import { searched } from '../../model/state';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { Switch } from '../parts/fields';
import { Name, nameOf } from '../parts/name';

const SHOWN = 100;

export function ForwardDialog({ messages }: { messages: readonly string[] }) {
  const [query, setQuery] = useState('');
  const [attributed, setAttributed] = useState(true);
  const found = searched(chatList.value.filter(({ standing }) => standing === 'in'), query).slice(0, SHOWN);
  const choose = async (chat: Chat) => {
    openDialog(undefined);
    chooseNone();
    if (await forward(messages, chat.id, attributed)) notify(t('forwarded-to', { name: nameOf(chat.title) }));
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
            <button type="button" class="chat-row" onClick={() => void choose(chat)}>
              <Avatar id={chat.with ?? chat.id} name={chat.title} />
              <span class="title"><Name of={chat.title} /></span>
            </button>
          </li>
        ))}
      </ul>
      <Switch label={t('forward-attributed')} on={attributed} onChange={setAttributed} />
    </Dialog>
  );
}
