// A poll that is being written. No DOM here.
import type { SendPoll } from '../api/types';

/** UTF-16 units, and how many options, as the node takes them. */
export const QUESTION_MAX = 300;
export const OPTION_MAX = 100;
export const OPTIONS_MAX = 12;
export const EXPLANATION_MAX = 200;

export interface PollDraft {
  readonly question: string;
  /** The last one is empty as long as there may be another. */
  readonly options: readonly string[];
  readonly anonymous: boolean;
  readonly multiple: boolean;
  readonly quiz: boolean;
  /** Of a quiz, the place of the right option. */
  readonly right: number | undefined;
  readonly explanation: string;
  /** Milliseconds after which it closes by itself; 0 for never. */
  readonly open: number;
}

export const NO_POLL: PollDraft = {
  question: '', options: ['', ''], anonymous: true, multiple: false, quiz: false, right: undefined, explanation: '', open: 0,
};

/** With another wording of an option: behind the last one there is always room for one more. */
export function worded(draft: PollDraft, at: number, text: string): PollDraft {
  const options = draft.options.map((option, n) => (n === at ? text : option));
  if (options.at(-1)?.trim() !== '' && options.length < OPTIONS_MAX) options.push('');
  return { ...draft, options };
}

/** Without an option; two fields stay. */
export function struck(draft: PollDraft, at: number): PollDraft {
  const options = draft.options.filter((_, n) => n !== at);
  while (options.length < 2) options.push('');
  if (options.at(-1)?.trim() !== '') options.push('');
  const { right } = draft;
  const moved = right === undefined || right === at ? undefined : right > at ? right - 1 : right;
  return { ...draft, options, right: moved };
}

/** What the node is asked for; undefined as long as something is missing. */
export function asked(draft: PollDraft, now: number): SendPoll | undefined {
  const question = draft.question.trim();
  const filled = draft.options.map((option, at) => ({ at, text: option.trim() })).filter(({ text }) => text !== '');
  const right = filled.findIndex(({ at }) => at === draft.right);
  const fits = question.length <= QUESTION_MAX && filled.every(({ text }) => text.length <= OPTION_MAX);
  if (question === '' || filled.length < 2 || !fits || (draft.quiz && right < 0)) return undefined;
  const explanation = draft.explanation.trim();
  return {
    question,
    options: filled.map(({ text }) => text),
    anonymous: draft.anonymous,
    ...(draft.quiz ? { right, ...(explanation !== '' && { explanation }) } : { multiple: draft.multiple }),
    ...(draft.open > 0 && { closes: now + draft.open }),
  };
}
