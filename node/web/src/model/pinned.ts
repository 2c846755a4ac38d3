// Which pins are shown, and what changes them. No DOM here.
import type { Message, NodeEvent } from '../api/types';

/** Whether an event may change what is pinned in a chat, or how it looks. */
export function touches(event: NodeEvent, chat: string, known: readonly Message[]): boolean {
  const isKnown = (id: string) => known.some((message) => message.id === id);
  switch (event.type) {
    case 'lagged':
      return true;
    case 'message':
      return event.message.chat === chat && (event.message.pinned === true || isKnown(event.message.id));
    case 'gone':
      return event.chat === chat && isKnown(event.message);
    default:
      return false;
  }
}

/** Those of the topic that is shown, or all. */
export const pinsIn = (all: readonly Message[], topic: number | undefined): readonly Message[] =>
  topic === undefined ? all : all.filter((message) => (message.topic ?? 0) === topic);

/** Marks of the bar: never more than so many, and which of them is the shown one's. The oldest pin stands highest. */
export const MARKS = 4;

export function marksOf(count: number, shown: number): { readonly marks: number; readonly at: number } {
  const marks = Math.min(count, MARKS);
  // Of many the window moves with the shown one.
  const first = Math.max(0, Math.min(shown - 1, count - marks));
  return { marks, at: marks - 1 - (shown - first) };
}
