// The page: three columns (one on a narrow screen), and what lies over them.
import { computed, effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { link, route, session, status, unreadChats } from '../app/select';
import { notify, reconnect, state } from '../app/store';
import { t } from '../i18n/texts';
import { column } from '../model/route';
import { DialogHost } from './dialogs';
import { First } from './first/first';
import { InfoColumn } from './info/info';
import { LeftColumn } from './left';
import { LockIcon } from './parts/icons';
import { onShortcut } from './shortcuts';
import { ChatPane } from './timeline/chat';

const NOTICE_TIME = 6000;

effect(() => {
  document.title = unreadChats.value > 0 ? `(${unreadChats.value}) Chappe` : 'Chappe';
});

export function App() {
  useEffect(() => {
    document.addEventListener('keydown', onShortcut);
    return () => document.removeEventListener('keydown', onShortcut);
  }, []);
  if (session.value === 'out') return <LoggedOut />;
  if (session.value === 'first') return <First />;
  const { info, chat } = route.value;
  return (
    <main class={`app shows-${column(route.value)}${info && chat ? ' with-info' : ''}`}>
      <Banner />
      <LeftColumn />
      <ChatPane />
      {info && chat && <InfoColumn chat={chat} />}
      <DialogHost />
      <Notice />
    </main>
  );
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

const noRelay = computed(() => {
  const relays = status.value?.relays ?? [];
  return relays.length > 0 && relays.every((relay) => !relay.connected);
});

function Banner() {
  const { value } = link;
  const seconds = useSeconds(value.kind === 'waiting' ? value.until : undefined);
  return (
    <div role="status" class="banner-place">
      {value.kind === 'waiting' && (
        <div class="banner">
          <span>
            {t('node-silent')}{' '}
            <span aria-hidden="true">{seconds > 0 ? t('node-next-try', { seconds }) : t('node-trying')}</span>
          </span>
          <button type="button" class="quiet" onClick={reconnect}>{t('node-try-now')}</button>
        </div>
      )}
      {value.kind === 'open' && noRelay.value && <div class="banner"><span>{t('relays-none-connected')}</span></div>}
    </div>
  );
}

const notice = computed(() => state.value.notice);

function Notice() {
  useEffect(() => {
    if (notice.value === undefined) return undefined;
    const timer = setTimeout(() => notify(undefined), NOTICE_TIME);
    return () => clearTimeout(timer);
  }, [notice.value]);
  return <div role="alert" class="notice-place">{notice.value !== undefined && <div class="notice">{notice.value}</div>}</div>;
}

function LoggedOut() {
  return (
    <main class="logged-out">
      <LockIcon />
      <h1>{t('login-title')}</h1>
      <p>{t('login-how')}</p>
      <pre tabIndex={0}>chappe --data DIR web</pre>
      <p class="faint">{t('login-link', { example: `${location.origin}/login?token=…` })}</p>
    </main>
  );
}
