// The relays in use: how the node stands with them, another one by its link or code, one that is used no more.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Relay, Status } from '../../api/types';
import { offered, takeOffered } from '../../app/links';
import { status } from '../../app/select';
import { loadStatus, notify, openDialog } from '../../app/store';
import { count, momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { linkKind } from '../../model/link';
import { short } from '../../model/words';
import { Dialog } from '../parts/dialog';
import { Problem } from '../parts/problem';
import { Scanner } from '../parts/scanner';
import { copy } from '../timeline/actions';
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
      </section>
      <AddRelay />
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

function standing({ connected, since = 0 }: Relay): string {
  if (since === 0) return t(connected ? 'relay-connected' : 'relay-never');
  return t(connected ? 'relay-connected-since' : 'relay-gone-since', { moment: momentOf(since) });
}

function Fact({ relay }: { relay: Relay }) {
  const [shown, setShown] = useState(false);
  const { id, link = '' } = relay;
  return (
    <li class={relay.connected ? 'good' : 'waiting'}>
      <span><code>{short(id)}</code> {standing(relay)}</span>
      <span class="faint">{t('relay-chats', { chats: relay.chats })}{!relay.own && <> {t('relay-of-chat')}</>}</span>
      <span class="faint address" dir="ltr">{relay.addresses.join(' ')}</span>
      {shown && (
        <>
          <img class="qr" src={`/api/relays/${id}/qr`} alt={t('relay-qr')} width="200" height="200" />
          <span class="copy-line">
            <input readOnly dir="ltr" aria-label={t('relay-link')} value={link} onFocus={(event) => event.currentTarget.select()} />
            <button type="button" class="quiet" onClick={() => void copy(link)}>{t('copy')}</button>
          </span>
        </>
      )}
      <span class="buttons">
        {link !== '' && (
          <button type="button" class="quiet" aria-expanded={shown} onClick={() => setShown(!shown)}>
            {t('relay-share')}<span class="hidden"> {short(id)}</span>
          </button>
        )}
        {relay.own && (
          <button type="button" class="quiet danger" onClick={() => openDialog({ kind: 'drop-relay', relay: id })}>
            {t('relay-remove')}<span class="hidden"> {short(id)}</span>
          </button>
        )}
      </span>
    </li>
  );
}

/** Whether a relay is really used no more. */
export function DropRelayDialog({ relay: id }: { relay: string }) {
  const { problem, busy, run } = useOrder();
  const all = status.value?.relays ?? [];
  const relay = all.find((one) => one.id === id);
  const last = all.filter((one) => one.own).length === 1;
  const drop = async () => {
    if (await run(() => api.removeRelay(id).then(loadStatus))) openDialog(undefined);
  };
  return (
    <Dialog title={t('relay-remove')}>
      <p><code>{short(id)}</code></p>
      <p>{t('relay-remove-why', { chats: relay?.chats ?? 0 })}</p>
      {last && <p class="problem">{t('relay-remove-last')}</p>}
      <Problem text={problem} />
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
        <button type="button" class="primary" disabled={busy} onClick={() => void drop()}>{t('relay-remove')}</button>
      </div>
    </Dialog>
  );
}

function AddRelay() {
  const [text, setText] = useState('');
  const { problem, busy, run } = useOrder();
  useEffect(() => {
    const link = takeOffered('relay');
    if (link !== undefined) setText(link);
  }, [offered.value]);
  const scanned = (code: string) => {
    if (linkKind(code) !== 'relay') return t('relay-no-code');
    setText(code.trim());
    return undefined;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(await run(() => api.addRelay(text.trim()).then(loadStatus)))) return;
    setText('');
    notify(t('relay-added'));
  };
  return (
    <section class="card">
      <h2>{t('relay-add')}</h2>
      <p class="faint">{t('relay-add-how')}</p>
      <Scanner onCode={scanned} />
      <form onSubmit={(event) => void submit(event)}>
        <label class="field">
          {t('relay-link')}
          <span class="copy-line">
            <input
              type="text"
              dir="ltr"
              placeholder="chappe:relay/…"
              spellcheck={false}
              autocomplete="off"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <button type="submit" class="primary" disabled={busy || text.trim() === ''}>{t('relay-use')}</button>
          </span>
        </label>
        <Problem text={problem} />
      </form>
    </section>
  );
}
