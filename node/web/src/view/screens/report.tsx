// Facts for a bug report: what helps, and nothing that anybody wrote, no name, no id, no address.
import { link, status } from '../../app/select';
import { chats } from '../../app/select';
import { prefs } from '../../app/prefs';
import { language, t } from '../../i18n/texts';
import { copy } from '../timeline/actions';

declare const VERSION: string;

function facts(): string {
  const now = status.value;
  const relays = now?.relays ?? [];
  return [
    `Chappe ${VERSION}`,
    `browser: ${navigator.userAgent}`,
    `window: ${innerWidth}x${innerHeight} at ${devicePixelRatio}, ${language().code}, ${prefs.value.appearance.replace(/:.*/, '')}`,
    `node: ${link.value.kind}, outbox ${now?.outbox ?? '?'}, unsent ${now?.unsent ?? '?'}, parked ${now?.parked ?? '?'}`,
    `relays: ${relays.filter((relay) => relay.connected).length} of ${relays.length} connected`,
    `chats: ${chats.value.size}`,
  ].join('\n');
}

export function Report() {
  const text = facts();
  return (
    <>
      <p class="lead">{t('report-how')}</p>
      <section class="card">
        <pre class="report" tabIndex={0} dir="ltr">{text}</pre>
        <div class="buttons end"><button type="button" class="primary" onClick={() => void copy(text)}>{t('copy')}</button></div>
      </section>
      <section class="card">
        <p>{t('report-trace')}</p>
        <div class="buttons"><a class="quiet" href="/api/bug-report" download="chappe-trace.json">{t('report-save')}</a></div>
      </section>
      <p class="faint">{t('report-private')}</p>
    </>
  );
}
