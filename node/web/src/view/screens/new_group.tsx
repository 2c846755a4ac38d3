// A new group or channel: its name, and who is in it from the beginning.
import { useState } from 'preact/hooks';
import { makeChat } from '../../app/groups';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { People } from '../parts/people';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

/** The node takes 512 bytes; so many letters fit in every script. */
export const TITLE_MAX = 128;

export const NewGroup = () => <New kind="group" />;
export const NewChannel = () => <New kind="channel" />;

function New({ kind }: { kind: 'group' | 'channel' }) {
  const [title, setTitle] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const { problem, busy, run } = useOrder();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(() => makeChat(kind, title.trim(), chosen));
  };
  return (
    <form class="card" onSubmit={submit}>
      <p class="faint">{t(kind === 'group' ? 'group-what' : 'channel-what')}</p>
      <label class="field">
        {t('group-title')}
        <input type="text" required dir="auto" maxLength={TITLE_MAX} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <People chosen={chosen} onChange={setChosen} />
      <Problem text={problem} />
      <div class="buttons end">
        <span class="faint" role="status">{t('people-chosen', { count: count(chosen.length) })}</span>
        <button type="submit" class="primary" disabled={busy || title.trim() === ''}>{t('group-make')}</button>
      </div>
    </form>
  );
}
