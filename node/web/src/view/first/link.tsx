// Another device of somebody: the code that the other device shows is scanned or typed.
import { useEffect, useState } from 'preact/hooks';
import { first } from '../../api/first';
import type { FirstStage } from '../../api/types';
import { t } from '../../i18n/texts';
import { codeKind } from '../../model/first';
import { Problem } from '../parts/problem';
import { Scanner } from '../parts/scanner';
import { useOrder } from '../screens/order';

/** Between two looks how far it is. */
const LOOK = 400;
/** Bytes of a name are 128; so many letters fit in every script. */
const NAME_MAX = 32;

export function LinkDevice({ onBack, onDone }: { onBack: () => void; onDone: () => void }) {
  const [stage, setStage] = useState<FirstStage>();
  const [begun, setBegun] = useState(false);
  const { problem, busy, run } = useOrder();
  const linking = stage?.stage === 'linking';
  useEffect(() => {
    // It may have begun in an earlier page.
    void first.stage().then((now) => now.stage !== 'nothing' && setBegun(true), () => undefined);
  }, []);
  useEffect(() => {
    if (!begun) return undefined;
    const timer = window.setInterval(() => void first.stage().then(setStage, () => undefined), LOOK);
    return () => clearInterval(timer);
  }, [begun]);
  useEffect(() => {
    if (stage?.stage === 'made') void run(first.go).then((gone) => gone && onDone());
    // Another try may be made.
    if (stage?.stage === 'nothing') setBegun(false);
  }, [stage?.stage]);
  const begin = async (code: string, name: string, relay: string) => {
    if (await run(() => first.link(code.trim(), name.trim(), relay.trim()))) {
      setStage(undefined);
      setBegun(true);
    }
  };
  const compared = (equal: boolean) => void run(() => first.compared(equal));
  return (
    <section class="card">
      <h2>{t('first-link')}</h2>
      <Problem text={problem ?? (stage?.problem || undefined)} />
      {!begun && <Code busy={busy} onBack={onBack} onCode={(code, name, relay) => void begin(code, name, relay)} />}
      {begun && <p role="status">{t(linking && stage.number !== '' ? 'first-paired' : 'first-pairing')}</p>}
      {linking && stage.number !== '' && <p class="safety" dir="ltr">{stage.number}</p>}
      {linking && stage.compare && (
        <>
          <p>{t('first-compare')}</p>
          <div class="buttons end">
            <button type="button" class="quiet" disabled={busy} onClick={() => compared(false)}>{t('first-unequal')}</button>
            <button type="button" class="primary" disabled={busy} onClick={() => compared(true)}>{t('first-equal')}</button>
          </div>
        </>
      )}
    </section>
  );
}

interface CodeProps {
  busy: boolean;
  onBack: () => void;
  onCode: (code: string, name: string, relay: string) => void;
}

function Code({ busy, onBack, onCode }: CodeProps) {
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [relay, setRelay] = useState('');
  const kind = codeKind(code);
  const scanned = (text: string) => {
    if (codeKind(text) !== 'scanned') return t('first-no-code');
    setCode(text.trim());
    return undefined;
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code, name, kind === 'typed' ? relay : '');
      }}
    >
      <p>{t('first-link-how')}</p>
      <Scanner onCode={scanned} />
      <label class="field">
        {t('first-code')}
        <input
          type="text"
          dir="ltr"
          placeholder="ABCDE-12345"
          autocomplete="off"
          spellcheck={false}
          value={code}
          onInput={({ currentTarget: { value } }) => setCode(value)}
        />
      </label>
      {kind === 'typed' && (
        <label class="field">
          {t('first-relay')}
          <input
            type="text"
            dir="ltr"
            required
            placeholder="chappe:relay/…"
            autocomplete="off"
            spellcheck={false}
            value={relay}
            onInput={({ currentTarget: { value } }) => setRelay(value)}
          />
        </label>
      )}
      <label class="field">
        {t('device-name')}
        <input type="text" maxLength={NAME_MAX} value={name} onInput={({ currentTarget: { value } }) => setName(value)} />
      </label>
      <div class="buttons end">
        <button type="button" class="quiet" onClick={onBack}>{t('back')}</button>
        <button type="submit" class="primary" disabled={busy || kind === undefined}>{t('first-link-begin')}</button>
      </div>
    </form>
  );
}
