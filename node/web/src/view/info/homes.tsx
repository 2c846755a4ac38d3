// The relays that a chat lives at, and another one for one that is dead.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Chat, HomeRelay } from '../../api/types';
import { t } from '../../i18n/texts';
import { short } from '../../model/words';
import { Problem } from '../parts/problem';
import { useOrder } from '../screens/order';

/** Between two looks while it is decided, and how long it is looked. */
const LOOK = 1_500;
const LOOKS = 20;
/** A chat that lives at four goes on without any one of them. */
const MOST = 4;

export function Homes({ chat, may }: { chat: Chat; may: boolean }) {
  const [all, setAll] = useState<readonly HomeRelay[]>();
  const [looks, setLooks] = useState(0);
  const { problem, busy, run } = useOrder();
  const load = async () => {
    // Without a word if it fails: the chat may be gone.
    const found = await api.home(chat.id).catch(() => undefined);
    if (found) setAll(found);
  };
  useEffect(() => void load(), [chat]);
  useEffect(() => {
    if (looks === 0) return undefined;
    const timer = setTimeout(() => void load().then(() => setLooks(looks - 1)), LOOK);
    return () => clearTimeout(timer);
  }, [looks]);
  if (!all) return null;
  const order = (work: () => Promise<void>) => void run(work).then((done) => done && setLooks(LOOKS));
  return (
    <details class="card">
      <summary>{t('homes', { up: all.filter(({ connected }) => connected).length, all: all.length })}</summary>
      <p class="faint">{t('homes-what')}</p>
      <ul class="facts">
        {all.map((relay) => (
          <li key={relay.id} class={relay.connected ? 'good' : 'waiting'}>
            <span><code>{short(relay.id)}</code> {relay.connected ? t('relay-connected') : t('relay-no-link')}</span>
            <span class="faint address" dir="ltr">{relay.addresses.join(' ')}</span>
            {may && (
              <button type="button" class="quiet" disabled={busy || looks > 0} onClick={() => order(() => api.replaceHome(chat.id, relay.id))}>
                {t('home-replace')}<span class="hidden"> {short(relay.id)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {may && all.length < MOST && (
        <button type="button" class="quiet" disabled={busy || looks > 0} onClick={() => order(() => api.spreadHome(chat.id))}>{t('home-spread')}</button>
      )}
      {looks > 0 && <p class="faint" role="status">{t('home-deciding')}</p>}
      <Problem text={problem} />
    </details>
  );
}
