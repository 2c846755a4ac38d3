// What lies over the page: one dialog at a time, closed by Esc, its button, or a click beside it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Invite } from '../api/types';
import { addContact, openDialog, state } from '../model/store';
import { momentOf } from '../model/words';
import { CloseIcon } from './icons';
import { StatusDialog } from './status';
import { TruthDialog } from './truth';

export function DialogHost() {
  const { dialog } = state.value;
  switch (dialog?.kind) {
    case 'add':
      return <AddDialog />;
    case 'invite':
      return <InviteDialog />;
    case 'status':
      return <StatusDialog />;
    case 'truth':
      return <TruthDialog key={dialog.message} id={dialog.message} />;
    case undefined:
      return null;
  }
}

export function Dialog({ title, children }: { title: string; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const close = () => openDialog(undefined);
  return (
    <dialog
      ref={box}
      aria-labelledby="dialog-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}><CloseIcon /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

function AddDialog() {
  const [link, setLink] = useState('');
  const [greeting, setGreeting] = useState('');
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(await addContact(link, greeting));
    setBusy(false);
  };
  return (
    <Dialog title="Add a contact">
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Their invite link
          <input
            type="text"
            required
            placeholder="chappe:…"
            autocomplete="off"
            spellcheck={false}
            value={link}
            onInput={(event) => setLink(event.currentTarget.value)}
          />
        </label>
        <label>
          Say who you are <span class="faint">(they see it with your request)</span>
          <textarea rows={2} maxLength={500} value={greeting} onInput={(event) => setGreeting(event.currentTarget.value)} />
        </label>
        {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
        <div class="buttons end">
          <button type="button" class="quiet" onClick={() => openDialog(undefined)}>Cancel</button>
          <button type="submit" class="primary" disabled={busy || link.trim() === ''}>Send request</button>
        </div>
      </form>
    </Dialog>
  );
}

function InviteDialog() {
  const [invite, setInvite] = useState<Invite>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    api.invite().then(setInvite, (error: Error) => setProblem(error.message));
  }, []);
  return (
    <Dialog title="Invite somebody">
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      {!invite && problem === undefined && <p class="faint" role="status">Making a link…</p>}
      {invite && <InviteView invite={invite} />}
    </Dialog>
  );
}

function InviteView({ invite }: { invite: Invite }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    field.current?.select();
    await navigator.clipboard.writeText(invite.link).then(() => setCopied(true), () => setCopied(false));
  };
  return (
    <>
      <p>Send this link to one person, or let them scan the code. They can then ask to talk to you.</p>
      <img class="qr" src={`/api/invites/${invite.id}/qr`} alt="The link as a QR code" width="240" height="240" />
      <div class="copy-line">
        <input ref={field} readOnly aria-label="Invite link" value={invite.link} onFocus={() => field.current?.select()} />
        <button type="button" class="primary" onClick={() => void copy()}>{copied ? 'Copied' : 'Copy'}</button>
      </div>
      <p class="faint">
        For {invite.uses === 1 ? 'one person' : `${invite.uses} people`}
        {invite.expires !== undefined && `, until ${momentOf(invite.expires)}`}.
        {invite.relays === 0 && ' No relay knows of it yet: it works once the node reaches one.'}
      </p>
    </>
  );
}
