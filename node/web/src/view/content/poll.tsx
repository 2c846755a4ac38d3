// A poll or quiz: one votes by choosing, several options by choosing and sending.
import { useState } from 'preact/hooks';
import type { Message } from '../../api/types';
import { vote } from '../../app/polls';
import { openDialog } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';

type PollContent = Extract<Message['content'], { kind: 'poll' }>;

export function Poll({ message, poll }: { message: Message; poll: PollContent }) {
  const [picked, setPicked] = useState<readonly number[]>([]);
  const voted = poll.options.some((option) => option.chosen);
  const fixed = poll.closed || (poll.quiz && voted);
  const open = !fixed && !voted;
  const kind = poll.closed ? t('poll-closed') : poll.quiz ? t('quiz') : poll.anonymous ? t('poll-anonymous') : t('poll');
  const choose = (n: number) => {
    if (poll.multiple) setPicked(picked.includes(n) ? picked.filter((other) => other !== n) : [...picked, n]);
    else void vote(message.id, [n]);
  };
  return (
    <div class="poll" role="group" aria-label={`${kind}: ${message.text}`}>
      <strong dir="auto">{message.text}</strong>
      <span class="faint">{kind}</span>
      {poll.options.map((option, n) => {
        const share = poll.voters === 0 ? 0 : Math.round((100 * option.votes) / poll.voters);
        const marks = `${option.chosen ? ' chosen' : ''}${poll.right === n ? ' right' : ''}`;
        return (
          <button
            key={n}
            type="button"
            class={`option${marks}`}
            disabled={!open}
            aria-pressed={open ? picked.includes(n) : option.chosen}
            onClick={() => choose(n)}
          >
            <span class="bar-of" style={{ width: `${open ? 0 : share}%` }} />
            <span dir="auto">{option.text}</span>
            {!open && <span class="share">{share} %<span class="hidden"> {poll.right === n ? t('quiz-right') : ''}</span></span>}
          </button>
        );
      })}
      {poll.explanation !== '' && <span dir="auto" class="faint">{poll.explanation}</span>}
      <span class="poll-foot">
        <span class="faint">{t('poll-voters', { count: count(poll.voters) })}</span>
        {open && poll.multiple && (
          <button type="button" class="quiet" disabled={picked.length === 0} onClick={() => void vote(message.id, [...picked])}>
            {t('poll-vote')}
          </button>
        )}
        {!poll.anonymous && poll.voters > 0 && (
          <button type="button" class="quiet" onClick={() => openDialog({ kind: 'votes', message: message.id })}>{t('poll-voters-who')}</button>
        )}
        {!fixed && voted && <button type="button" class="quiet" onClick={() => void vote(message.id, [])}>{t('poll-retract')}</button>}
      </span>
    </div>
  );
}
