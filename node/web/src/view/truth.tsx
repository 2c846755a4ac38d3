// Delivery truth of one message: who has it, by their own signed word.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Device, RelayCopy, Truth } from '../api/types';
import { state } from '../model/store';
import { TICKS, momentOf, short } from '../model/words';
import { Dialog } from './dialogs';

export function TruthDialog({ id }: { id: string }) {
  const [truth, setTruth] = useState<Truth>();
  const [problem, setProblem] = useState<string>();
  // Fetched again whenever the message looks different, so that it is seen moving.
  const ticks = findTicks(id);
  useEffect(() => {
    let current = true;
    api.truth(id).then(
      (found) => current && setTruth(found),
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [id, ticks]);
  return (
    <Dialog title="Where is this message?">
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      {!truth && problem === undefined && <p class="faint" role="status">Looking…</p>}
      {truth && <TruthView truth={truth} />}
    </Dialog>
  );
}

function findTicks(id: string): string | undefined {
  for (const timeline of state.value.timelines.values()) {
    const found = timeline.messages.find((message) => message.id === id);
    if (found) return found.ticks;
  }
  return undefined;
}

function TruthView({ truth }: { truth: Truth }) {
  const { message, relays, devices } = truth;
  return (
    <>
      <blockquote dir="auto">{message.text}</blockquote>
      <p class="faint">
        {message.mine ? 'Written' : 'Received; written'} {momentOf(message.at)}
        {message.ticks && <>. <strong>{TICKS[message.ticks]}</strong></>}
      </p>
      {devices.length > 0 && (
        <section>
          <h3>Devices</h3>
          <ul class="facts">{devices.map((copy) => <DeviceFact key={copy.device} copy={copy} />)}</ul>
        </section>
      )}
      {relays.length > 0 && (
        <section>
          <h3>Relays</h3>
          <ul class="facts">{relays.map((copy) => <RelayFact key={copy.relay} copy={copy} />)}</ul>
        </section>
      )}
      <p class="faint">Everything here was signed or acknowledged by them; nothing is guessed.</p>
    </>
  );
}

function DeviceFact({ copy }: { copy: Device }) {
  const name = state.value.contacts.get(copy.user)?.name ?? short(copy.user);
  const has = copy.state === 'has';
  return (
    <li class={has ? 'good' : 'waiting'}>
      <span><bdi>{name}</bdi> <code>{short(copy.device)}</code></span>
      <span>{has ? (copy.read ? 'has it, and it was read' : 'has it') : `not yet: ${copy.why}`}</span>
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
      return `holds it until ${momentOf(copy.until)}`;
    case 'released':
      return 'need not hold it any more: every device has it';
    case 'waiting':
      return `not yet: ${copy.why}`;
  }
}
