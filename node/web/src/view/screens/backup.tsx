// The backup of the chats' history at one's relays: how it stands, on and off, a run and a check.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Backup } from '../../api/types';
import { count, momentOf, sizeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Switch } from '../parts/fields';
import { Problem } from '../parts/problem';
import { useOrder } from './order';
import { Words } from './words';

/** Between two looks while something goes on, and while nothing does. */
const SOON_MS = 700;
const LATER_MS = 5_000;

export function BackupScreen() {
  const [backup, setBackup] = useState<Backup>();
  const { problem, busy, run } = useOrder();
  const look = () => api.backup().then(setBackup);
  const order = (work: () => Promise<unknown>) => run(() => work().then(look));
  const quiet = backup?.stage === 'idle' && (!backup.on || backup.at > 0);
  useEffect(() => {
    void run(look);
    const timer = window.setInterval(() => void look().catch(() => undefined), quiet ? LATER_MS : SOON_MS);
    return () => window.clearInterval(timer);
  }, [quiet]);
  if (!backup) return <><p class="faint" role="status">{t('loading')}</p><Problem text={problem} /></>;
  return (
    <>
      <section class="card">
        <h2>{t('backup')}</h2>
        <p>{t('backup-what')}</p>
        {typeof backup.restored === 'number' && <p role="status">{t('backup-restored', { count: count(backup.restored) })}</p>}
        <Going backup={backup} />
        <Problem text={backup.problem || problem} />
        {backup.on && <Kept backup={backup} />}
        {backup.on && (
          <div class="buttons">
            <button type="button" class="primary" disabled={busy || !quiet} onClick={() => void order(api.runBackup)}>{t('backup-now')}</button>
            <button type="button" class="quiet" disabled={busy || !quiet} onClick={() => void order(api.checkBackup)}>{t('backup-check')}</button>
          </div>
        )}
        {!backup.on && <Words why={t('backup-words')} action={t('backup-on')} send={(words) => api.turnBackupOn(words).then(look)} />}
      </section>
      <InFile backup={backup} />
      {backup.on && <TurnOff turnOff={() => order(api.turnBackupOff)} busy={busy} />}
    </>
  );
}

/** A file to keep elsewhere. The browser fetches it by itself, as long as it may be. */
function InFile({ backup: { on, schedule } }: { backup: Backup }) {
  const [files, setFiles] = useState(false);
  return (
    <section class="card">
      <h2>{t('backup-file')}</h2>
      <p>{t('backup-file-what')}</p>
      {schedule && (
        <p class="faint">{schedule.last === 0 ? t('backup-schedule-none') : t('backup-schedule', { moment: momentOf(schedule.last) })}</p>
      )}
      {schedule && <Problem text={schedule.problem} />}
      {on ? (
        <>
          <Switch label={t('backup-file-with')} on={files} onChange={setFiles} />
          <div class="buttons"><a class="quiet" href={`/api/backup/file?files=${files}`} download>{t('backup-file-save')}</a></div>
        </>
      ) : <p class="faint">{t('backup-file-off')}</p>}
    </section>
  );
}

function Going({ backup: { stage, done, of } }: { backup: Backup }) {
  if (stage === 'idle') return null;
  const told = { writing: t('backup-writing'), checking: t('backup-checking'), restoring: t('backup-restoring'), handing: t('backup-handing') }[stage];
  return (
    <p role="status">
      {told} <progress max={Math.max(of, 1)} value={of === 0 ? undefined : done} aria-label={told} />
    </p>
  );
}

function Kept({ backup }: { backup: Backup }) {
  if (backup.at === 0) return <p>{t('backup-none')}</p>;
  const { messages, bytes, at, relays, checked } = backup;
  return (
    <>
      <p>{t('backup-state', { messages, size: sizeOf(bytes), moment: momentOf(at) })}</p>
      <p class={relays.length === 0 ? 'problem' : 'faint'}>{t('backup-relays', { relays: relays.length })}</p>
      {checked && <p role="status">{t('backup-checked', { good: count(checked.good), bad: count(checked.bad), unknown: count(checked.unknown) })}</p>}
    </>
  );
}

function TurnOff({ turnOff, busy }: { turnOff: () => Promise<unknown>; busy: boolean }) {
  const [asking, setAsking] = useState(false);
  return (
    <section class="card">
      <h2>{t('backup-off')}</h2>
      {asking && <p>{t('backup-off-sure')}</p>}
      <div class="buttons">
        {asking && <button type="button" class="quiet" onClick={() => setAsking(false)}>{t('cancel')}</button>}
        <button type="button" class="quiet danger" disabled={busy} onClick={() => (asking ? void turnOff() : setAsking(true))}>{t('backup-off')}</button>
      </div>
    </section>
  );
}
