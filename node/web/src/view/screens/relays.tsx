// The relays in use and how the node stands with them.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Relay, Status } from '../../api/types';
import { status } from '../../app/select';
import { loadStatus } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { short } from '../../model/words';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

export function Relays() {
  useEffect(() => void loadStatus(), []);
  const now = status.value;
  if (!now) return <p class="faint" role="status">{t('loading')}</p>;
  return (
    <>
      <p class="lead">{t('relays-what')}</p>
      <section class="card">
        <h2>{t('relays')}</h2>
        {now.relays.length === 0 && <p class="faint">{t('relays-none')}</p>}
        <ul class="facts">{now.relays.map((relay) => <Fact key={relay.id} relay={relay} />)}</ul>
        <AddRelay />
      </section>
      <Queues status={now} />
    </>
  );
}

function Queues({ status: now }: { status: Status }) {
  return (
    <section class="card">
      <h2>{t('queues')}</h2>
      <dl class="numbers">
        <div><dt>{t('queue-outbox')}</dt><dd>{count(now.outbox)}</dd></div>
        <div><dt>{t('queue-unsent')}</dt><dd>{count(now.unsent)}</dd></div>
        <div><dt>{t('queue-parked')}</dt><dd>{count(now.parked)}</dd></div>
      </dl>
    </section>
  );
}

function Fact({ relay }: { relay: Relay }) {
  const { problem, run } = useOrder();
  return (
    <li class={relay.connected ? 'good' : 'waiting'}>
      <span><code>{short(relay.id)}</code> {relay.connected ? t('relay-connected') : t('relay-no-link')}</span>
      <span class="faint">{t('relay-chats', { chats: relay.chats })}{!relay.own && <> {t('relay-of-chat')}</>}</span>
      <span class="faint address" dir="ltr">{relay.addresses.join(' ')}</span>
      {relay.own && (
        <button type="button" class="quiet" onClick={() => void run(() => api.removeRelay(relay.id).then(loadStatus))}>
          {t('relay-remove')}<span class="hidden"> {short(relay.id)}</span>
        </button>
      )}
      <Problem text={problem} />
    </li>
  );
}

function AddRelay() {
  const [address, setAddress] = useState('');
  const { problem, busy, run } = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(() => api.addRelay(address.trim()).then(loadStatus))) setAddress('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field">
        {t('relay-add')}
        <span class="copy-line">
          <input
            type="text"
            dir="ltr"
            placeholder="/ip4/…/tcp/…/p2p/…"
            spellcheck={false}
            autocomplete="off"
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={busy || address.trim() === ''}>{t('add')}</button>
        </span>
      </label>
      <Problem text={problem} />
    </form>
  );
}
