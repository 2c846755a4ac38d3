// Delivery truth of one message: who has it, by their own signed word.
import { useComputed } from '@preact/signals';
import { api } from '../../api/client';
import type { Device, Message, RelayCopy, Truth } from '../../api/types';
import { messageOf, nameOfUser } from '../../app/messages';
import { chats } from '../../app/select';
import { openDialog } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import type { Dialog as Shown } from '../../model/state';
import { short } from '../../model/words';
import { lineOf } from '../content/content';
import { Dialog } from '../parts/dialog';
import { useFetched } from '../parts/fetched';
import { Loading } from '../parts/loading';
import { TICKS } from './ticks';

export function TruthDialog({ id }: { id: string }) {
  // Fetched again whenever the message looks different, so that it is seen moving.
  const ticks = useComputed(() => messageOf(id)?.ticks).value;
  const { found, problem } = useFetched(() => api.truth(id), `${id} ${ticks}`);
  return (
    <Dialog title={t('truth-title')}>
      {!found && <Loading problem={problem} />}
      {found && <TruthView truth={found} />}
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
      <More message={message} />
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

/** What else is known about it: who looks at one sign of a message often means another. */
function More({ message }: { message: Message }) {
  const group = chats.value.get(message.chat)?.kind === 'group';
  return (
    <div class="buttons">
      {group && message.ticks !== undefined && <MoreButton label="readers" dialog={{ kind: 'readers', message: message.id }} />}
      {(message.reactions ?? []).length > 0 && <MoreButton label="reacted-who" dialog={{ kind: 'reacted', message: message.id }} />}
      {message.edited !== undefined && <MoreButton label="wordings" dialog={{ kind: 'wordings', message: message.id }} />}
    </div>
  );
}

const MoreButton = ({ label, dialog }: { label: Plain; dialog: Shown }) => (
  <button type="button" class="quiet" onClick={() => openDialog(dialog)}>{t(label)}</button>
);

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
