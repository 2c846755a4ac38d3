// Own devices: names, a new one beside this one, taking one off, and whether one still has one's 24 words.
import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Devices, Link } from '../../api/types';
import { loadDevices, loadLinking, notify, showLinking, state } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { short } from '../../model/words';
import { Problem } from '../parts/problem';
import { useOrder } from './order';
import { Words } from './words';

type OwnDevice = Devices['devices'][number];

/** Bytes of a name are 128; so many letters fit in every script. */
const NAME_MAX = 32;

export function DevicesScreen() {
  useEffect(() => {
    void loadDevices();
    void loadLinking();
  }, []);
  const devices = useComputed(() => state.value.devices).value;
  const linking = useComputed(() => state.value.linking).value;
  if (!devices) return <p class="faint" role="status">{t('loading')}</p>;
  return (
    <>
      {devices.removed && <p class="problem" role="alert">{t('device-removed')}</p>}
      {devices.forked && <p class="problem" role="alert">{t('device-forked')}</p>}
      <section class="card">
        <h2>{t('devices')}</h2>
        <ul class="facts">{devices.devices.map((device) => <One key={device.device} device={device} />)}</ul>
      </section>
      <section class="card">
        <h2>{t('link-title')}</h2>
        {linking && linking.stage !== 'done' ? <Linking link={linking} /> : <Begin done={linking?.stage === 'done'} />}
      </section>
      <CheckWords />
    </>
  );
}

function One({ device }: { device: OwnDevice }) {
  const { problem, run } = useOrder();
  const [removing, setRemoving] = useState(false);
  const rename = (name: string) => void run(() => api.nameDevice(device.device, name).then(loadDevices));
  return (
    <li class={device.this ? 'good' : 'waiting'}>
      <label class="field">
        <span><code>{short(device.device)}</code>{device.this && <> {t('device-this')}</>}</span>
        <input
          type="text"
          maxLength={NAME_MAX}
          placeholder={t('device-name')}
          value={device.name}
          onChange={(event) => rename(event.currentTarget.value.trim())}
        />
      </label>
      <span class="faint">{t('device-since', { moment: momentOf(device.added) })}</span>
      {!device.this && !removing && (
        <button type="button" class="quiet danger" onClick={() => setRemoving(true)}>
          {t('device-remove')}<span class="hidden"> {device.name || short(device.device)}</span>
        </button>
      )}
      {removing && (
        <Words
          why={t('device-remove-why')}
          action={t('device-remove')}
          send={(words) => api.removeDevice(device.device, words).then(loadDevices)}
        />
      )}
      <Problem text={problem} />
    </li>
  );
}

function Begin({ done }: { done: boolean }) {
  const { problem, busy, run } = useOrder();
  return (
    <>
      {done && <p role="status">{t('link-done')}</p>}
      <p>{t('link-what')}</p>
      <Problem text={problem} />
      <button type="button" class="primary" disabled={busy} onClick={() => void run(() => api.startLink().then(showLinking))}>
        {t('link-begin')}
      </button>
    </>
  );
}

const STAGES: Readonly<Record<Link['stage'], Plain>> = {
  waiting: 'link-waiting',
  offered: 'link-offered',
  handing_over: 'link-handing-over',
  done: 'link-done',
  failed: 'link-failed',
};

function Linking({ link }: { link: Link }) {
  return (
    <>
      <p role="status">{t(STAGES[link.stage])} {link.problem}</p>
      {link.stage === 'waiting' && (
        <>
          <img class="qr" src={`/api/devices/link/qr?until=${link.expires}`} alt={t('link-qr')} width="240" height="240" />
          <p>{t('link-code')} <code dir="ltr" class="safety">{link.code}</code></p>
          <p class="faint">{t('link-until', { moment: momentOf(link.expires) })}</p>
        </>
      )}
      {link.stage === 'offered' && (
        <>
          <p><bdi>{link.name}</bdi> {link.device && <code>{short(link.device)}</code>}</p>
          {link.number !== '' && <p class="safety" dir="ltr">{link.number}</p>}
          <p>{t(link.compare ? 'link-compare' : 'link-look')}</p>
          <Words why={t('link-words')} action={t('link-confirm')} send={(words) => api.confirmLink(words).then(showLinking)} />
        </>
      )}
      <div class="buttons end">
        <button type="button" class="quiet" onClick={() => void api.cancelLink().then(() => showLinking(undefined), () => showLinking(undefined))}>
          {t('link-cancel')}
        </button>
      </div>
    </>
  );
}

function CheckWords() {
  return (
    <section class="card">
      <h2>{t('words-title')}</h2>
      <Words why={t('words-why')} action={t('words-check')} send={(words) => api.checkWords(words).then(() => notify(t('words-right')))} />
    </section>
  );
}
