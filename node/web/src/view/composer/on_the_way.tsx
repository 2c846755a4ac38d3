// Above the field: own files that are not said yet, how far they are, and what can be done with them.
import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { changeFile, handOvers, leaving, watchFiles } from '../../app/files';
import { sizeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { IconButton } from '../parts/button';
import { CloseIcon, PauseIcon, PlayIcon } from '../parts/icons';

export function OnTheWay({ chat }: { chat: string }) {
  const handed = useComputed(() => handOvers.value.filter((one) => one.chat === chat)).value;
  const sent = useComputed(() => leaving.value.filter((one) => one.chat === chat && one.state !== 'removing')).value;
  useEffect(() => void watchFiles(), [chat]);
  if (handed.length + sent.length === 0) return null;
  return (
    <ul class="on-the-way" aria-label={t('files-leaving')}>
      {sent.map(({ id, name, size, done, state, problem, left_s }) => (
        <Line key={id} name={name} size={size} done={done} told={told(state, problem, left_s)}>
          {state === 'active' && <IconButton label={t('file-pause')} onClick={() => void changeFile(id, 'pauseFile')}><PauseIcon /></IconButton>}
          {state !== 'active' && <IconButton label={t('file-resume')} onClick={() => void changeFile(id, 'resumeFile')}><PlayIcon /></IconButton>}
          <IconButton label={t('cancel')} onClick={() => void changeFile(id, 'cancelFile')}><CloseIcon /></IconButton>
        </Line>
      ))}
      {handed.map(({ key, name, size, sent: done, failure, again, stop }) => (
        <Line key={`to-node-${key}`} name={name} size={size} done={done} told={failure ?? t('file-to-node')}>
          {failure !== undefined && <IconButton label={t('try-again')} onClick={again}><PlayIcon /></IconButton>}
          <IconButton label={t('cancel')} onClick={stop}><CloseIcon /></IconButton>
        </Line>
      ))}
    </ul>
  );
}

function told(state: string, problem: string, left: number | undefined): string {
  if (state === 'paused') return t('file-paused');
  if (problem !== '') return problem;
  return left === undefined ? t('file-active') : t('file-left', { seconds: left });
}

interface LineProps {
  name: string;
  size: number;
  done: number;
  told: string;
  children: ComponentChildren;
}

function Line({ name, size, done, told, children }: LineProps) {
  return (
    <li>
      <span class="on-the-way-text">
        <span dir="auto">{plain(name)}</span>
        <progress value={done} max={Math.max(1, size)} aria-label={plain(name)} />
        <span class="faint">{t('file-part', { done: sizeOf(done), size: sizeOf(size) })} · {told}</span>
      </span>
      {children}
    </li>
  );
}
