// Messages that are chosen for doing something with all of them. No DOM here.
import type { Message } from '../api/types';

export interface Selection {
  readonly chat: string;
  readonly ids: ReadonlySet<string>;
  /** The last one that was chosen or left out. */
  readonly last: string;
}

/** Chosen at once; what is done with them is a request each. */
export const SELECTED_MAX = 100;

/** With this message in or out; undefined once nothing is chosen. Another chat begins afresh. */
export function toggled(selection: Selection | undefined, { id, chat }: Message): Selection | undefined {
  const ids = new Set(selection?.chat === chat ? selection.ids : []);
  if (!ids.delete(id) && ids.size < SELECTED_MAX) ids.add(id);
  return ids.size === 0 ? undefined : { chat, ids, last: id };
}

/** With all from the last one to this, in the order of the chat. */
export function through(selection: Selection, { id }: Message, messages: readonly Message[]): Selection {
  const [a, b] = [selection.last, id].map((one) => messages.findIndex((message) => message.id === one)) as [number, number];
  if (a < 0 || b < 0) return selection;
  const ids = new Set(selection.ids);
  for (const message of messages.slice(Math.min(a, b), Math.max(a, b) + 1)) if (ids.size < SELECTED_MAX) ids.add(message.id);
  return { ...selection, ids, last: id };
}

/** The chosen ones in their order; those that are gone are left out. */
export function chosen(selection: Selection, messages: readonly Message[]): Message[] {
  return messages.filter((message) => selection.ids.has(message.id));
}
