// Folders of chats: make, name, fill, remove.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Folder } from '../../api/types';
import { everyChat, folders } from '../../app/select';
import { loadFolders, putFolder } from '../../app/store';
import { t } from '../../i18n/texts';
import { Name } from '../parts/name';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

/** Bytes of a name are 128; so many letters fit in every script. */
const NAME_MAX = 32;

export function Folders() {
  useEffect(() => void loadFolders(), []);
  return (
    <>
      <p class="lead">{t('folders-what')}</p>
      {folders.value.map((folder) => <One key={folder.id} folder={folder} />)}
      <NewFolder />
    </>
  );
}

function NewFolder() {
  const [name, setName] = useState('');
  const { problem, busy, run } = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(() => api.makeFolder(name.trim(), []).then(loadFolders))) setName('');
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t('folder-new')}
        <span class="copy-line">
          <input type="text" required maxLength={NAME_MAX} value={name} onInput={(event) => setName(event.currentTarget.value)} />
          <button type="submit" class="primary" disabled={busy || name.trim() === ''}>{t('add')}</button>
        </span>
      </label>
      <Problem text={problem} />
    </form>
  );
}

function One({ folder }: { folder: Folder }) {
  const { problem, run } = useOrder();
  const change = (part: Partial<Folder>) => void putFolder({ ...folder, ...part });
  const turn = (chat: string, on: boolean) =>
    change({ chats: on ? [...folder.chats, chat] : folder.chats.filter((one) => one !== chat) });
  return (
    <details class="card">
      <summary><bdi>{folder.name}</bdi></summary>
      <label class="field">
        {t('folder-name')}
        <input
          type="text"
          required
          maxLength={NAME_MAX}
          value={folder.name}
          onChange={(event) => {
            const name = event.currentTarget.value.trim();
            if (name !== '') change({ name });
          }}
        />
      </label>
      <fieldset class="folder-chats">
        <legend>{t('chats')}</legend>
        {everyChat.value.map((chat) => (
          <label key={chat.id} class="choice">
            <input
              type="checkbox"
              checked={folder.chats.includes(chat.id)}
              onChange={(event) => turn(chat.id, event.currentTarget.checked)}
            />
            <span><Name of={chat.title} /></span>
          </label>
        ))}
      </fieldset>
      <Problem text={problem} />
      <div class="buttons end">
        <button type="button" class="quiet danger" onClick={() => void run(() => api.removeFolder(folder.id).then(loadFolders))}>
          {t('folder-remove')}
        </button>
      </div>
    </details>
  );
}
