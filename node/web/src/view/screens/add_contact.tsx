// Asks somebody to talk, by their invite link.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { offered, takeOffered } from '../../app/links';
import { addContact, explain, notify } from '../../app/store';
import { t } from '../../i18n/texts';
import { linkKind } from '../../model/link';
import { Problem } from '../parts/problem';
import { Scanner } from '../parts/scanner';
import { Joins } from './joins';

/** What links of groups and channels begin with. */
const JOIN = 'chappe:join/';
const GREETING_MAX = 500;

export function AddContact() {
  const [link, setLink] = useState('');
  const [greeting, setGreeting] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const found = takeOffered('chat', 'person');
    if (found !== undefined) setLink(found);
  }, [offered.value]);
  const scanned = (code: string) => {
    const kind = linkKind(code);
    if (kind !== 'chat' && kind !== 'person') return t('contact-no-code');
    setLink(code.trim());
    return undefined;
  };
  /** The chat comes by itself once somebody lets one in. */
  const ask = async (): Promise<string | undefined> => {
    try {
      await api.join(link.trim(), greeting);
    } catch (error) {
      return explain(error);
    }
    setLink('');
    setTurn(turn + 1);
    notify(t('join-asked'));
    return undefined;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(await (link.trim().startsWith(JOIN) ? ask() : addContact(link, greeting)));
    setBusy(false);
  };
  return (
    <>
      <section class="card"><Scanner onCode={scanned} /></section>
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
      <Joins turn={turn} />
    </>
  );
}
