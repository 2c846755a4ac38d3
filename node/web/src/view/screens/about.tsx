// What this is, and where more is written.
import { install } from '../../app/install';
import { t } from '../../i18n/texts';

/** Put in by build.mjs. */
declare const VERSION: string;

export function About() {
  return (
    <>
      <div class="portrait"><img src="/icon.svg" alt="" width="72" height="72" /><h2>Chappe {VERSION}</h2></div>
      <section class="card">
        <p>{t('about-what')}</p>
        <p>{t('about-keys')}</p>
        <p>{t('about-audit')}</p>
        {install.value && <button type="button" class="primary" onClick={install.value}>{t('about-install')}</button>}
        <p class="faint">{t('about-licence')}</p>
        <p><a href="/api/openapi.json" target="_blank" rel="noopener">{t('about-api')}</a></p>
        <p><a href="/lite">{t('about-lite')}</a></p>
      </section>
    </>
  );
}
