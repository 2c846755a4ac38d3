// What a group or channel is called and what it is for, what members may do.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Members, SetGroup } from '../../api/types';
import { changeGroup, members } from '../../app/groups';
import { me } from '../../app/select';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { PERMISSIONS, SLOW, rightsIn } from '../../model/groups';
import { Dialog } from '../parts/dialog';
import { PictureField } from '../parts/picture_field';
import { TITLE_MAX } from '../screens/new_group';
import { Checks, PERMISSION_NAMES } from './member';

/** Bytes of a description are 1,024; so many letters fit in every script. */
const ABOUT_MAX = 255;

export function GroupDialog({ chat }: { chat: string }) {
  const all = useComputed(() => members.value.get(chat)).value;
  return <Dialog title={t('group-settings')}>{all ? <Settings key={chat} all={all} /> : <p>{t('loading')}</p>}</Dialog>;
}

function Settings({ all }: { all: Members }) {
  const rights = rightsIn(all, me.value);
  const [title, setTitle] = useState(all.title);
  const [about, setAbout] = useState(all.about);
  const [can, setCan] = useState<readonly string[]>(all.permissions);
  const [slow, setSlow] = useState(all.slow_mode);
  const rules = all.kind === 'group' && rights.ban;
  const save = (event: Event) => {
    event.preventDefault();
    const change: SetGroup = {
      ...(title.trim() !== all.title && { title: title.trim() }),
      ...(about !== all.about && { about }),
      ...([...can].sort().join() !== [...all.permissions].sort().join() && { permissions: [...can] }),
      ...(slow !== all.slow_mode && { slow_mode: slow }),
    };
    openDialog(undefined);
    if (Object.keys(change).length > 0) void changeGroup(all.chat, api.setGroup(all.chat, change));
  };
  return (
    <form class="settings-form" onSubmit={save}>
      {rights.change_info && (
        <>
          <PictureField whose={{ chat: all.chat }} id={all.chat} name={all.title} />
          <label class="field">
            {t('group-title')}
            <input type="text" required dir="auto" maxLength={TITLE_MAX} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
          </label>
          <label class="field">
            {t('group-about')}
            <textarea rows={3} dir="auto" maxLength={ABOUT_MAX} value={about} onInput={(event) => setAbout(event.currentTarget.value)} />
          </label>
        </>
      )}
      {rules && <Checks legend={t('members-may')} names={PERMISSION_NAMES} all={PERMISSIONS} can={can} onChange={setCan} />}
      {rules && (
        <label class="field">
          {t('slow-mode')}
          <select value={String(slow)} onChange={(event) => setSlow(Number(event.currentTarget.value))}>
            {[...new Set([...SLOW, all.slow_mode])].map((seconds) => (
              <option key={seconds} value={String(seconds)}>{seconds === 0 ? t('slow-off') : t('slow-every', { seconds })}</option>
            ))}
          </select>
        </label>
      )}
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
        <button type="submit" class="primary" disabled={title.trim() === ''}>{t('save')}</button>
      </div>
    </form>
  );
}
