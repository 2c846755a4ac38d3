// One's own name and id.
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { status } from '../../app/select';
import { loadStatus, notify } from '../../app/store';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

const NAME_MAX = 64;

export function ProfileScreen() {
  const me = status.value?.me;
  if (!me) return <p class="faint" role="status">{t('loading')}</p>;
  return (
    <>
      <div class="portrait"><Avatar id={me.user} name={me.name} large /></div>
      <NameForm name={me.name} />
      <section class="card"><h2>{t('profile-id')}</h2><code class="whole">{me.user}</code></section>
    </>
  );
}

function NameForm({ name }: { name: string }) {
  const [text, setText] = useState(name);
  const { problem, busy, run } = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    const saved = await run(() => api.setName(text).then(loadStatus));
    if (saved) notify(t('saved'));
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t('profile-name')}
        <input type="text" required maxLength={NAME_MAX} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <p class="faint">{t('profile-name-why')}</p>
      <Problem text={problem} />
      <div class="buttons end">
        <button type="submit" class="primary" disabled={busy || text === name || text.trim() === ''}>{t('save')}</button>
      </div>
    </form>
  );
}
