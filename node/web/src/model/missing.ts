// What of others' messages is not here. No DOM here.
import type { Chat, Missing } from '../api/types';

export interface Gap {
  readonly user: string;
  /** What is waited for, of all their devices. */
  readonly waiting: number;
  /** Until when at the latest; 0 if nothing is waited for. */
  readonly until: number;
  /** What never came. */
  readonly lost: number;
}

/** By person: whoever reads cares for who said it, not with which device. */
export function gapsOf(chat: Chat): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const { user, waiting, until, lost } of chat.missing ?? ([] as Missing[])) {
    const known = gaps.get(user) ?? { user, waiting: 0, until: 0, lost: 0 };
    gaps.set(user, { user, waiting: known.waiting + waiting, until: Math.max(known.until, until), lost: known.lost + lost });
  }
  return [...gaps.values()].filter(({ waiting, lost }) => waiting > 0 || lost > 0);
}

/** Those of whom something is waited for. */
export const waitedFor = (chat: Chat): readonly Gap[] => gapsOf(chat).filter(({ waiting }) => waiting > 0);
