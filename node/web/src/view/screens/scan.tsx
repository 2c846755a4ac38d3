// Scans any code of ours, or takes a link that one was given, and leads to where it is used.
import { useState } from 'preact/hooks';
import { follow } from '../../app/links';
import { t } from '../../i18n/texts';
import { Problem } from '../parts/problem';
import { Scanner } from '../parts/scanner';

export function Scan() {
  const [link, setLink] = useState('');
  const [problem, setProblem] = useState<string>();
  const take = (text: string) => (follow(text) ? undefined : t('scan-foreign'));
  return (
    <>
      <p class="lead">{t('scan-what')}</p>
      <section class="card"><Scanner onCode={take} /></section>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          setProblem(take(link));
        }}
      >
        <label class="field">
          {t('scan-link')}
          <span class="copy-line">
            <input type="text" dir="ltr" placeholder="chappe:…" spellcheck={false} autocomplete="off" value={link} onInput={(event) => setLink(event.currentTarget.value)} />
            <button type="submit" class="primary" disabled={link.trim() === ''}>{t('scan-open')}</button>
          </span>
        </label>
        <Problem text={problem} />
      </form>
    </>
  );
}
