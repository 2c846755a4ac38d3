// The messages that are chosen, as a signal.
import { signal } from '@preact/signals';
import type { Message } from '../api/types';
import { type Selection, chosen, through, toggled } from '../model/selection';
import { placeIn } from '../model/state';
import { state } from './store';

export const selection = signal<Selection | undefined>(undefined);

export function toggle(message: Message): void {
  selection.value = toggled(selection.value, message);
}

/** Everything from the last one to this. */
export function chooseThrough(message: Message): void {
  if (selection.value) selection.value = through(selection.value, message, loaded(message.chat));
}

const loaded = (chat: string): readonly Message[] => state.value.timelines.get(placeIn(state.value, chat))?.messages ?? [];

export function chooseNone(): void {
  selection.value = undefined;
}

/** What is chosen in a chat, in its order. */
export function chosenOf(chat: string): Message[] {
  const now = selection.value;
  return now?.chat === chat ? chosen(now, loaded(chat)) : [];
}
