// What this browser keeps, and what the node holds.
import { useEffect, useState } from 'preact/hooks';
import { forgetSeen, keepSeen, used } from '../../app/offline';
import { choose, prefs } from '../../app/prefs';
import { notify } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Switch } from '../parts/fields';
import { NodeStorage } from './node_storage';

const KIB = 1024;

export function Storage() {
  const { offline, enterSends } = prefs.value;
  const [bytes, setBytes] = useState<number>();
  const look = () => used().then(setBytes, () => setBytes(undefined));
  useEffect(() => void look(), [offline]);
  const turn = (keep: boolean) => {
    choose({ offline: keep });
    void keepSeen(keep).then(look);
  };
  return (
    <>
      <section class="card">
        <h2>{t('storage-browser')}</h2>
        <Switch label={t('storage-offline')} on={offline} onChange={turn} />
        <p class="faint">{t('storage-offline-why')}</p>
        {bytes !== undefined && <p>{t('storage-used', { size: count(Math.round(bytes / KIB)) })}</p>}
        <div class="buttons">
          <button type="button" class="quiet" onClick={() => void forgetSeen().then(look).then(() => notify(t('storage-forgotten')))}>
            {t('storage-forget')}
          </button>
        </div>
      </section>
      <section class="card">
        <h2>{t('storage-writing')}</h2>
        <Switch label={t('enter-sends')} on={enterSends} onChange={(value) => choose({ enterSends: value })} />
      </section>
      <NodeStorage />
    </>
  );
}
