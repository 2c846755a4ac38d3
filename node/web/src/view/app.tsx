// The page: the list, the open chat, and what lies over them.
import { computed, effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { notify, reconnect, show, state } from '../model/store';
import { ChatPane } from './chat';
import { DialogHost } from './dialogs';
import { LockIcon } from './icons';
import { Sidebar, focusSearch } from './sidebar';

const NOTICE_TIME = 6000;

const unread = computed(() => [...state.value.chats.values()].reduce((sum, chat) => sum + chat.unread, 0));
effect(() => {
  document.title = unread.value > 0 ? `(${unread.value}) Chappe` : 'Chappe';
});

export function App() {
  useEffect(() => {
    document.addEventListener('keydown', shortcuts);
    return () => document.removeEventListener('keydown', shortcuts);
  }, []);
  const { session, open } = state.value;
  if (session === 'out') return <LoggedOut />;
  return (
    <main class={`app${open === undefined ? '' : ' in-chat'}`}>
      <Banner />
      <Sidebar />
      <ChatPane />
      <DialogHost />
      <Notice />
    </main>
  );
}

function shortcuts(event: KeyboardEvent) {
  if (document.querySelector('dialog[open]')) return;
  const typing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  const searchKey = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  if (searchKey || (event.key === '/' && !typing)) {
    event.preventDefault();
    focusSearch();
  } else if (event.key === 'Escape' && !event.isComposing && state.value.open !== undefined) {
    show(undefined);
    focusSearch();
  }
}

/** Seconds until `until`, counting down. */
function useSeconds(until: number | undefined): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === undefined) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

function Banner() {
  const { link } = state.value;
  const seconds = useSeconds(link.kind === 'waiting' ? link.until : undefined);
  return (
    <div role="status" class="banner-place">
      {link.kind === 'waiting' && (
        <div class="banner">
          <span>The node does not answer. {seconds > 0 ? <span aria-hidden="true">Next try in {seconds} s.</span> : 'Trying…'}</span>
          <button type="button" class="quiet" onClick={reconnect}>Try now</button>
        </div>
      )}
    </div>
  );
}

function Notice() {
  const { notice } = state.value;
  useEffect(() => {
    if (notice === undefined) return undefined;
    const timer = setTimeout(() => notify(undefined), NOTICE_TIME);
    return () => clearTimeout(timer);
  }, [notice]);
  return <div role="alert" class="notice-place">{notice !== undefined && <div class="notice">{notice}</div>}</div>;
}

function LoggedOut() {
  return (
    <main class="logged-out">
      <LockIcon />
      <h1>Log in to your node</h1>
      <p>This browser is not logged in. In a terminal on the machine that runs the node, get a link and open it here:</p>
      <pre tabIndex={0}>chappe --data DIR web</pre>
      <p class="faint">Each link works once. It looks like {location.origin}/login?token=…</p>
    </main>
  );
}
