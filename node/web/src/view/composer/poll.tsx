// A poll or quiz is made: what is asked, what can be answered, and how.
import { useState } from 'preact/hooks';
import { sendPoll } from '../../app/polls';
import { newNonce, openDialog } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { EXPLANATION_MAX, NO_POLL, OPTIONS_MAX, OPTION_MAX, type PollDraft, QUESTION_MAX, asked, struck, worded } from '../../model/poll';
import { IconButton } from '../parts/button';
import { Dialog } from '../parts/dialog';
import { Switch } from '../parts/fields';
import { CloseIcon } from '../parts/icons';
import { Problem } from '../parts/problem';
import { useOrder } from '../screens/order';

const HOUR = 3_600_000;
const OPEN: readonly { readonly open: number; readonly label: Plain }[] = [
  { open: 0, label: 'poll-open-ended' }, { open: HOUR, label: 'for-hour' }, { open: 24 * HOUR, label: 'for-day' }, { open: 7 * 24 * HOUR, label: 'for-week' },
];

/** An empty field runs as the page does, so that its placeholder does. */
const directionOf = (text: string) => (text === '' ? undefined : 'auto');

export function PollDialog({ chat }: { chat: string }) {
  const [draft, setDraft] = useState<PollDraft>(NO_POLL);
  // One number for all tries: what failed without an answer is not asked twice.
  const [nonce] = useState(newNonce);
  const { problem, busy, run } = useOrder();
  const set = (part: Partial<PollDraft>) => setDraft({ ...draft, ...part });
  const ready = asked(draft, Date.now()) !== undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    const poll = asked(draft, Date.now());
    if (poll) void run(() => sendPoll(chat, { ...poll, nonce })).then((sent) => sent && openDialog(undefined));
  };
  return (
    <Dialog title={t(draft.quiz ? 'quiz-new' : 'poll-new')}>
      <form class="new-poll" onSubmit={submit}>
        <label>
          {t('poll-question')}
          <input type="text" dir={directionOf(draft.question)} autoFocus maxLength={QUESTION_MAX} value={draft.question} onInput={(event) => set({ question: event.currentTarget.value })} />
        </label>
        <Options draft={draft} setDraft={setDraft} />
        <Switch label={t('poll-unsigned')} on={draft.anonymous} onChange={(anonymous) => set({ anonymous })} />
        {!draft.quiz && <Switch label={t('poll-several')} on={draft.multiple} onChange={(multiple) => set({ multiple })} />}
        <Switch label={t('poll-has-right')} on={draft.quiz} onChange={(quiz) => set({ quiz })} />
        {draft.quiz && (
          <label>
            {t('quiz-explanation')}
            <textarea rows={2} dir={directionOf(draft.explanation)} maxLength={EXPLANATION_MAX} value={draft.explanation} onInput={(event) => set({ explanation: event.currentTarget.value })} />
            <span class="faint">{t('quiz-explanation-why')}</span>
          </label>
        )}
        <label class="field">
          {t('poll-open')}
          <select value={String(draft.open)} onChange={(event) => set({ open: Number(event.currentTarget.value) })}>
            {OPEN.map(({ open, label }) => <option key={open} value={String(open)}>{t(label)}</option>)}
          </select>
        </label>
        <Problem text={problem} />
        <div class="buttons end">
          <button type="button" class="quiet" onClick={() => openDialog(undefined)}>{t('cancel')}</button>
          <button type="submit" class="primary" disabled={!ready || busy}>{t('send')}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** The options; of a quiz, which one is right is chosen beside them. */
function Options({ draft, setDraft }: { draft: PollDraft; setDraft: (draft: PollDraft) => void }) {
  return (
    <fieldset class="poll-options">
      <legend>{t('poll-options')}</legend>
      {draft.quiz && <p class="faint">{t('quiz-choose-right')}</p>}
      {draft.options.map((option, n) => (
        <div key={n} class="poll-option">
          {draft.quiz && (
            <input
              type="radio"
              name="right"
              aria-label={t('quiz-right-is', { n: n + 1 })}
              disabled={option.trim() === ''}
              checked={draft.right === n}
              onChange={() => setDraft({ ...draft, right: n })}
            />
          )}
          <input
            type="text"
            dir={directionOf(option)}
            maxLength={OPTION_MAX}
            aria-label={t('poll-option', { n: n + 1 })}
            placeholder={t('poll-option', { n: n + 1 })}
            value={option}
            onInput={(event) => setDraft(worded(draft, n, event.currentTarget.value))}
          />
          <IconButton label={t('poll-option-remove', { n: n + 1 })} class={option === '' ? 'unseen' : 'small'} onClick={() => setDraft(struck(draft, n))}>
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      {draft.options.length === OPTIONS_MAX && <p class="faint">{t('poll-options-most', { most: OPTIONS_MAX })}</p>}
    </fieldset>
  );
}
