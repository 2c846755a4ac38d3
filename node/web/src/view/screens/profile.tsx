// One's own name, what one says of oneself and who gets it, and the id.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { OwnProfile, ProfileField } from '../../api/types';
import { status } from '../../app/select';
import { attempt, loadStatus, notify } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { Switch } from '../parts/fields';
import { PictureField } from '../parts/picture_field';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

const NAME_MAX = 64;

export function ProfileScreen() {
  const me = status.value?.me;
  if (!me) return <p class="faint" role="status">{t('loading')}</p>;
  return (
    <>
      <PictureField whose={{}} id={me.user} name={me.name} />
      <NameForm name={me.name} />
      <AboutMe />
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

/** What can be written here; a picture is chosen above. The most letters that fit in what the node takes. */
const FIELDS: readonly { readonly field: Exclude<ProfileField, 'picture'>; readonly label: Plain; readonly most: number }[] = [
  { field: 'emoji', label: 'profile-emoji', most: 16 },
  { field: 'username', label: 'profile-username', most: 32 },
  { field: 'bio', label: 'profile-bio', most: 120 },
];

function AboutMe() {
  const [own, setOwn] = useState<OwnProfile>();
  const load = () => attempt(api.profile()).then((found) => found && setOwn(found));
  useEffect(() => void load(), []);
  if (!own) return null;
  return (
    <section class="card">
      <h2>{t('profile-about')}</h2>
      {FIELDS.map(({ field, label, most }) => (
        <Field key={field} field={field} label={t(label)} most={most} own={own} onChanged={load} />
      ))}
      <Hidden field="picture" label={t('picture')} own={own} onChanged={load} />
    </section>
  );
}

interface FieldProps {
  field: Exclude<ProfileField, 'picture'>;
  label: string;
  most: number;
  own: OwnProfile;
  onChanged: () => Promise<unknown>;
}

function Field({ field, label, most, own, onChanged }: FieldProps) {
  const { problem, run } = useOrder();
  const change = (text: string) => void run(() => api.changeProfile(field, { text }).then(onChanged));
  return (
    <div>
      <label class="field">
        {label}
        <input
          type="text"
          dir="auto"
          maxLength={most}
          value={own.about[field] ?? ''}
          onChange={(event) => change(event.currentTarget.value.trim())}
        />
      </label>
      <Hidden field={field} label={label} own={own} onChanged={onChanged} />
      <Problem text={problem} />
    </div>
  );
}

/** Whether contacts get a field. */
function Hidden({ field, label, own, onChanged }: { field: ProfileField; label: string; own: OwnProfile; onChanged: () => Promise<unknown> }) {
  const { problem, run } = useOrder();
  const change = (hidden: boolean) => void run(() => api.changeProfile(field, { hidden }).then(onChanged));
  return (
    <>
      <Switch label={t('profile-hidden', { field: label })} on={own.hidden.includes(field)} onChange={change} />
      <Problem text={problem} />
    </>
  );
}
