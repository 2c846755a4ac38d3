// The page of a machine that has no node yet: a new person, or another device of somebody.
import { useEffect, useState } from 'preact/hooks';
import { ApiFailure, api } from '../../api/client';
import { first } from '../../api/first';
import { t } from '../../i18n/texts';
import { LinkDevice } from './link';
import { NewPerson } from './new_person';

/** Between two looks whether the node runs. */
const LOOK = 400;

type Way = 'choose' | 'new' | 'link' | 'starting';

export function First() {
  const [way, setWay] = useState<Way>('choose');
  const [made, setMade] = useState<readonly string[]>([]);
  useEffect(() => {
    // Where an earlier page of this browser was.
    void first.stage().then(({ stage, words }) => {
      if (stage === 'nothing') return;
      setMade(words);
      setWay(words.length > 0 ? 'new' : 'link');
    }, () => undefined);
  }, []);
  const back = () => setWay('choose');
  const started = () => setWay('starting');
  return (
    <main class="first-steps">
      <img src="/icon.svg" alt="" width="72" height="72" />
      <h1>{t('first-title')}</h1>
      {way === 'choose' && <Choose onChoose={setWay} />}
      {way === 'new' && <NewPerson made={made} onBack={back} onDone={started} />}
      {way === 'link' && <LinkDevice onBack={back} onDone={started} />}
      {way === 'starting' && <Starting />}
    </main>
  );
}

function Choose({ onChoose }: { onChoose: (way: Way) => void }) {
  return (
    <>
      <p class="lead">{t('first-what')}</p>
      <section class="card">
        <h2>{t('first-new')}</h2>
        <p>{t('first-new-what')}</p>
        <button type="button" class="primary" onClick={() => onChoose('new')}>{t('first-new-begin')}</button>
      </section>
      <section class="card">
        <h2>{t('first-link')}</h2>
        <p>{t('first-link-what')}</p>
        <button type="button" class="primary" onClick={() => onChoose('link')}>{t('first-link-begin')}</button>
      </section>
      <p class="faint">{t('first-restore')} <code dir="ltr">chappe restore</code></p>
    </>
  );
}

/** The node takes the place of what answered until now; the session is the same. */
function Starting() {
  useEffect(() => {
    const timer = window.setInterval(() => {
      api.status().then(
        () => location.replace('/'),
        (error: unknown) => {
          // A node that does not know this browser is there too.
          if (error instanceof ApiFailure && error.status === 401) location.replace('/');
        },
      );
    }, LOOK);
    return () => clearInterval(timer);
  }, []);
  return <p role="status">{t('first-starting')}</p>;
}
