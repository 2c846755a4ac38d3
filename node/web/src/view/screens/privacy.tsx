// What others are told of what one reads and when one is there.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { attempt } from '../../app/store';
import { t } from '../../i18n/texts';
import { Switch } from '../parts/fields';

export function Privacy() {
  const [told, setTold] = useState<boolean>();
  const [roughly, setRoughly] = useState<boolean>();
  useEffect(() => {
    void attempt(api.readReceipts()).then((found) => setTold(found?.told));
    void attempt(api.lastSeen()).then((found) => setRoughly(found?.roughly));
  }, []);
  if (told === undefined || roughly === undefined) return <p class="faint" role="status">{t('loading')}</p>;
  const tell = async (on: boolean) => {
    if (await attempt(api.setReadReceipts(on).then(() => true))) setTold(on);
  };
  const show = async (exactly: boolean) => {
    if (await attempt(api.setLastSeen(!exactly).then(() => true))) setRoughly(!exactly);
  };
  return (
    <>
      <section class="card">
        <Switch label={t('privacy-read')} on={told} onChange={(on) => void tell(on)} />
        <p class="faint">{t('privacy-read-why')}</p>
      </section>
      <section class="card">
        <Switch label={t('privacy-seen')} on={!roughly} onChange={(on) => void show(on)} />
        <p class="faint">{t('privacy-seen-why')}</p>
      </section>
    </>
  );
}
