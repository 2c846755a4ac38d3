// A new person: a name and relays, then the 24 words, which one writes down and shows to have written down.
import { useState } from 'preact/hooks';
import { first } from '../../api/first';
import { t } from '../../i18n/texts';
import { asked, rightly } from '../../model/first';
import { linkKind } from '../../model/link';
import { Problem } from '../parts/problem';
import { Scanner } from '../parts/scanner';
import { useOrder } from '../screens/order';

interface StepProps {
  onBack: () => void;
  onDone: () => void;
}

interface NewPersonProps extends StepProps {
  /** Of a node that was made before this page was opened. */
  made: readonly string[];
}

const NAME_MAX = 64;

export function NewPerson({ made, onBack, onDone }: NewPersonProps) {
  const [words, setWords] = useState(made.length > 0 ? made : undefined);
  const [written, setWritten] = useState(false);
  if (!words) return <Who onBack={onBack} onMade={setWords} />;
  if (!written) return <Words words={words} onWritten={() => setWritten(true)} />;
  return <Confirm words={words} onBack={() => setWritten(false)} onDone={onDone} />;
}

function Who({ onBack, onMade }: { onBack: () => void; onMade: (words: readonly string[]) => void }) {
  const [name, setName] = useState('');
  const [relays, setRelays] = useState<readonly string[]>([]);
  const [link, setLink] = useState('');
  const { problem, busy, run } = useOrder();
  const add = (text: string): string | undefined => {
    if (linkKind(text) !== 'relay') return t('relay-no-code');
    if (!relays.includes(text.trim())) setRelays([...relays, text.trim()]);
    return undefined;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const all = link.trim() === '' ? relays : [...relays, link.trim()];
    await run(async () => onMade((await first.make(name, all)).words));
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t('profile-name')}
        <input type="text" required maxLength={NAME_MAX} value={name} onInput={({ currentTarget: { value } }) => setName(value)} />
      </label>
      <p class="faint">{t('profile-name-why')}</p>
      <h2>{t('relays')}</h2>
      <p class="faint">{t('first-relays')}</p>
      <ul class="facts">
        {relays.map((relay) => (
          <li key={relay} class="good">
            <span class="address" dir="ltr">{relay}</span>
            <button type="button" class="quiet danger" onClick={() => setRelays(relays.filter((one) => one !== relay))}>{t('discard')}</button>
          </li>
        ))}
      </ul>
      <Scanner onCode={add} />
      <label class="field">
        {t('relay-link')}
        <span class="copy-line">
          <input
            type="text"
            dir="ltr"
            placeholder="chappe:relay/…"
            spellcheck={false}
            autocomplete="off"
            value={link}
            onInput={({ currentTarget: { value } }) => setLink(value)}
          />
          <button
            type="button"
            class="quiet"
            disabled={linkKind(link) !== 'relay'}
            onClick={() => {
              add(link);
              setLink('');
            }}
          >
            {t('add')}
          </button>
        </span>
      </label>
      <Problem text={problem} />
      <div class="buttons end">
        <button type="button" class="quiet" onClick={onBack}>{t('back')}</button>
        <button type="submit" class="primary" disabled={busy || name.trim() === ''}>{t('first-make')}</button>
      </div>
    </form>
  );
}

function Words({ words, onWritten }: { words: readonly string[]; onWritten: () => void }) {
  return (
    <section class="card">
      <h2>{t('words-title')}</h2>
      <p>{t('first-words')}</p>
      <ol class="words" dir="ltr">{words.map((word, n) => <li key={n}>{word}</li>)}</ol>
      <div class="buttons end"><button type="button" class="primary" onClick={onWritten}>{t('first-written')}</button></div>
    </section>
  );
}

function Confirm({ words, onBack, onDone }: StepProps & { words: readonly string[] }) {
  const [places] = useState(() => asked(words.length, Math.random));
  const [typed, setTyped] = useState<readonly string[]>(places.map(() => ''));
  const [wrong, setWrong] = useState(false);
  const { problem, busy, run } = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    const right = rightly(words, places, typed);
    setWrong(!right);
    if (right && (await run(first.go))) onDone();
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h2>{t('first-confirm')}</h2>
      <p>{t('first-confirm-what')}</p>
      {places.map((place, n) => (
        <label key={place} class="field">
          {t('first-word', { number: place + 1 })}
          <input
            type="text"
            dir="ltr"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed[n] ?? ''}
            onInput={({ currentTarget: { value } }) => setTyped(typed.map((one, m) => (m === n ? value : one)))}
          />
        </label>
      ))}
      <Problem text={problem ?? (wrong ? t('first-wrong') : undefined)} />
      <div class="buttons end">
        <button type="button" class="quiet" onClick={onBack}>{t('first-again')}</button>
        <button type="submit" class="primary" disabled={busy || typed.some((word) => word.trim() === '')}>{t('first-go')}</button>
      </div>
    </form>
  );
}
