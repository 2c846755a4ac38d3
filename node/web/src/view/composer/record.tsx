// The microphone's button, and what stands in the place of the field while one records.
//
// A click records until one says otherwise. Held, it sends when one lets go; moved up it goes on by itself, moved aside
// it is thrown away.
import { canRecord, discardVoice, lock, record, recording, review, sendVoice } from '../../app/voice';
import { lengthOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { MicIcon, PauseIcon, SendIcon, TrashIcon } from '../parts/icons';

/** Held for less than this it was a click. */
const CLICK = 350;
/** Pixels. */
const AWAY = 80;

export function RecordButton({ chat }: { chat: string }) {
  if (!canRecord()) return null;
  return (
    <button
      type="button"
      class="icon-button emoji-button"
      aria-label={t('voice-record')}
      title={t('voice-record')}
      onPointerDown={(event) => {
        if (event.button === 0) hold(chat, event);
      }}
      onClick={(event) => {
        // By a key; a pointer's click was answered when it went down.
        if (event.detail === 0) void record(chat, false);
      }}
    >
      <MicIcon />
    </button>
  );
}

function hold(chat: string, { timeStamp, clientX, clientY }: PointerEvent): void {
  void record(chat, true);
  const listening = new AbortController();
  const { signal } = listening;
  addEventListener('pointermove', (event) => {
    if (Math.abs(event.clientX - clientX) > AWAY) discardVoice();
    else if (clientY - event.clientY > AWAY) lock();
    else return;
    listening.abort();
  }, { signal });
  const up = (event: PointerEvent) => {
    listening.abort();
    if (event.timeStamp - timeStamp < CLICK || recording.value?.state !== 'on') lock();
    else void sendVoice();
  };
  addEventListener('pointerup', up, { signal });
  addEventListener('pointercancel', up, { signal });
}

export function RecordBar() {
  const now = recording.value;
  if (!now) return null;
  return (
    <div class="composer recording" role="group" aria-label={t('voice-record')}>
      <IconButton label={t('voice-discard')} class="emoji-button" onClick={discardVoice}><TrashIcon /></IconButton>
      {now.state === 'review'
        ? <audio controls src={now.url} aria-label={t('voice-is', { length: lengthOf(now.length) })} />
        : (
          <div class="recording-now">
            <span class="recording-dot" aria-hidden="true" />
            <span role="timer">{lengthOf(now.length)}</span>
            <span class="wave" aria-hidden="true">
              {now.levels.map((level, n) => <i key={n} style={{ height: `${Math.round(8 + 92 * Math.sqrt(level))}%` }} />)}
            </span>
            {now.held && <span class="faint">{t('voice-hold')}</span>}
          </div>
        )}
      {now.state !== 'review' && <IconButton label={t('voice-stop')} class="emoji-button" onClick={() => void review()}><PauseIcon /></IconButton>}
      <button type="button" class="send" aria-label={t('send')} title={t('send')} disabled={now.state === 'asking'} onClick={() => void sendVoice()}>
        <SendIcon />
      </button>
    </div>
  );
}
