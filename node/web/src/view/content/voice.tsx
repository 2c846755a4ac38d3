// A voice message: its waveform, which is also the place where one is, and how fast it plays.
import { useComputed } from '@preact/signals';
import type { Message, Play } from '../../api/types';
import { nextRate, playing, rate, seek, togglePlay } from '../../app/player';
import { count, lengthOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { levels } from '../../model/wave';
import { IconButton } from '../parts/button';
import { PauseIcon, PlayIcon } from '../parts/icons';

/** Seconds that an arrow key goes. */
const STEP = 5;

export function Voice({ message, play }: { message: Message; play: Play }) {
  const now = useComputed(() => (playing.value?.message === message.id ? playing.value : undefined)).value;
  const speed = useComputed(() => rate.value).value;
  const length = play.duration_ms;
  const part = now?.part ?? 0;
  const place = lengthOf(part * length);
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seek(message, Math.min(1, Math.max(0, part + (by * 1000) / length)));
  };
  const bars = levels(play.peaks ?? '');
  return (
    <div class="voice">
      <IconButton label={now?.on ? t('player-pause') : t('player-play')} class="voice-play" onClick={() => togglePlay(message)}>
        {now?.on ? <PauseIcon /> : <PlayIcon />}
      </IconButton>
      <div>
        <button
          type="button"
          class="wave"
          role="slider"
          tabIndex={-1}
          dir="ltr"
          aria-label={t('player-place')}
          aria-valuemin={0}
          aria-valuemax={Math.round(length / 1000)}
          aria-valuenow={Math.round((part * length) / 1000)}
          aria-valuetext={place}
          onKeyDown={step}
          onClick={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            seek(message, Math.min(1, Math.max(0, (event.clientX - left) / Math.max(1, width))));
          }}
        >
          {bars.map((level, n) => <i key={n} class={n < part * bars.length ? 'played' : ''} style={{ height: `${Math.round(10 + level * 90)}%` }} />)}
        </button>
        <span class="voice-line">
          <span class="faint"><span class="hidden">{t('voice-is', { length: lengthOf(length) })} </span><span aria-hidden="true">{now ? place : lengthOf(length)}</span></span>
          <Unheard message={message} />
          {now && <button type="button" class="quiet rate" tabIndex={-1} aria-label={t('player-rate', { rate: count(speed) })} onClick={nextRate}>{count(speed)}×</button>}
          {now?.broken && <span class="faint" role="alert">{t('file-broken')}</span>}
        </span>
      </div>
    </div>
  );
}

/** A dot until whoever it is for has listened. */
export function Unheard({ message: { heard } }: { message: Message }) {
  if (heard !== false) return null;
  return <span class="unheard" title={t('heard-not-yet')}><span class="hidden">{t('heard-not-yet')}</span></span>;
}
