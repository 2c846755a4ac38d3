// Delivery truth of one message: who has it, by their own signed word.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Device, RelayCopy, Truth } from '../../api/types';
import { messageOf, nameOfUser } from '../../app/messages';
import { explain } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { short } from '../../model/words';
import { lineOf } from '../content/content';
import { Dialog } from '../parts/dialog';
import { TICKS } from './ticks';

export function TruthDialog({ id }: { id: string }) {
  const [truth, setTruth] = useState<Truth>();
  const [problem, setProblem] = useState<string>();
  // Fetched again whenever the message looks different, so that it is seen moving.
  const ticks = messageOf(id)?.ticks;
  useEffect(() => {
    let current = true;
    api.truth(id).then(
      (found) => current && setTruth(found),
      (error: unknown) => current && setProblem(explain(error)),
    );
    return () => {
      current = false;
    };
  }, [id, ticks]);
  return (
    <Dialog title={t('truth-title')}>
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      {!truth && problem === undefined && <p class="faint" role="status">{t('loading')}</p>}
      {truth && <TruthView truth={truth} />}
    </Dialog>
  );
}

function TruthView({ truth }: { truth: Truth }) {
  const { message, relays, devices } = truth;
  return (
    <>
      <blockquote dir="auto">{lineOf(message)}</blockquote>
      <p class="faint">
        {t('truth-written', { moment: momentOf(message.at) })}
        {message.ticks && <> <strong>{t(TICKS[message.ticks])}</strong></>}
      </p>
      {devices.length > 0 && (
        <section>
          <h3>{t('devices')}</h3>
          <ul class="facts">{devices.map((copy) => <DeviceFact key={copy.device} chat={message.chat} copy={copy} />)}</ul>
        </section>
      )}
      {relays.length > 0 && (
        <section>
          <h3>{t('relays')}</h3>
          <ul class="facts">{relays.map((copy) => <RelayFact key={copy.relay} copy={copy} />)}</ul>
        </section>
      )}
      <p class="faint">{t('truth-signed')}</p>
    </>
  );
}

function DeviceFact({ chat, copy }: { chat: string; copy: Device }) {
  const name = nameOfUser(copy.user, chat);
  const has = copy.state === 'has';
  return (
    <li class={has ? 'good' : 'waiting'}>
      <span><bdi>{name}</bdi> <code>{short(copy.device)}</code></span>
      <span>{has ? t(copy.read ? 'truth-has-read' : 'truth-has') : t('truth-not-yet', { why: copy.why })}</span>
    </li>
  );
}

function RelayFact({ copy }: { copy: RelayCopy }) {
  return (
    <li class={copy.state === 'waiting' ? 'waiting' : 'good'}>
      <code>{short(copy.relay)}</code>
      <span>{relayWords(copy)}</span>
    </li>
  );
}

function relayWords(copy: RelayCopy): string {
  switch (copy.state) {
    case 'holds':
      return t('truth-holds', { moment: momentOf(copy.until) });
    case 'released':
      return t('truth-released');
    case 'waiting':
      return t('truth-not-yet', { why: copy.why });
  }
}
