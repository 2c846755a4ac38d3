// The node's relays and queues, the own name, and the way out.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Relay, Status } from '../api/types';
import { loadStatus, logOut, state } from '../model/store';
import { short } from '../model/words';
import { Dialog } from './dialogs';

export function StatusDialog() {
  useEffect(() => void loadStatus(), []);
  const { status } = state.value;
  return (
    <Dialog title="Your node">
      {status ? <StatusView status={status} /> : <p class="faint" role="status">Looking…</p>}
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => void logOut()}>Log this browser out</button>
      </div>
    </Dialog>
  );
}

function StatusView({ status }: { status: Status }) {
  return (
    <>
      <NameForm name={status.me.name} />
      <dl class="numbers">
        <div><dt>Waiting for a recipient</dt><dd>{status.outbox}</dd></div>
        <div><dt>Not on enough relays yet</dt><dd>{status.unsent}</dd></div>
        <div><dt>Received, a part missing</dt><dd>{status.parked}</dd></div>
      </dl>
      <section>
        <h3>Relays</h3>
        {status.relays.length === 0 && <p class="faint">None yet. Add one by its address.</p>}
        <ul class="facts">{status.relays.map((relay) => <RelayFact key={relay.id} relay={relay} />)}</ul>
        <AddRelay />
      </section>
      <p class="faint">Your id: <code class="whole">{status.me.user}</code></p>
    </>
  );
}

/** Runs an order; what went wrong, in words. */
function useOrder(): [string | undefined, (order: Promise<void>) => Promise<boolean>] {
  const [problem, setProblem] = useState<string>();
  const run = async (order: Promise<void>) => {
    try {
      await order;
      setProblem(undefined);
      await loadStatus();
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  return [problem, run];
}

function NameForm({ name }: { name: string }) {
  const [text, setText] = useState(name);
  const [problem, run] = useOrder();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(api.setName(text));
      }}
    >
      <label>
        Your name, as others see it
        <span class="copy-line">
          <input type="text" required maxLength={64} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          <button type="submit" class="primary" disabled={text === name || text.trim() === ''}>Save</button>
        </span>
      </label>
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
    </form>
  );
}

function RelayFact({ relay }: { relay: Relay }) {
  const [problem, run] = useOrder();
  return (
    <li class={relay.connected ? 'good' : 'waiting'}>
      <span><code>{short(relay.id)}</code> {relay.connected ? 'connected' : 'no link'}{!relay.own && ', of a chat'}</span>
      <span class="faint address">{relay.addresses.join(' ')}</span>
      {relay.own && (
        <button type="button" class="quiet" onClick={() => void run(api.removeRelay(relay.id))}>
          Stop using<span class="hidden"> {short(relay.id)}</span>
        </button>
      )}
      {problem !== undefined && <span class="problem" role="alert">{problem}</span>}
    </li>
  );
}

function AddRelay() {
  const [address, setAddress] = useState('');
  const [problem, run] = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(api.addRelay(address.trim()))) setAddress('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        Add a relay
        <span class="copy-line">
          <input
            type="text"
            placeholder="/ip4/…/tcp/…/p2p/…"
            spellcheck={false}
            autocomplete="off"
            value={address}
            onInput={(event) => setAddress(event.currentTarget.value)}
          />
          <button type="submit" class="primary" disabled={address.trim() === ''}>Add</button>
        </span>
      </label>
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
    </form>
  );
}
