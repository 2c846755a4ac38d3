// Asks somebody to talk, by their invite link.
import { useState } from 'preact/hooks';
import { addContact } from '../../app/store';
import { t } from '../../i18n/texts';
import { Problem } from '../parts/problem';

const GREETING_MAX = 500;

export function AddContact() {
  const [link, setLink] = useState('');
  const [greeting, setGreeting] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(await addContact(link, greeting));
    setBusy(false);
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t('contact-link')}
        <input
          type="text"
          required
          dir="ltr"
          placeholder="chappe:…"
          autocomplete="off"
          spellcheck={false}
          value={link}
          onInput={(event) => setLink(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        {t('contact-greeting')}
        <textarea
          rows={3}
          dir="auto"
          maxLength={GREETING_MAX}
          value={greeting}
          onInput={(event) => setGreeting(event.currentTarget.value)}
        />
      </label>
      <p class="faint">{t('contact-greeting-why')}</p>
      <Problem text={problem} />
      <div class="buttons end">
        <button type="submit" class="primary" disabled={busy || link.trim() === ''}>{t('contact-send')}</button>
      </div>
    </form>
  );
}
