// What is pinned in chats: looked up when one is opened, and again when an event may have changed it.
import { signal } from '@preact/signals';
import { api } from '../api/client';
import type { Message, NodeEvent } from '../api/types';
import { touches } from '../model/pinned';

/** The latest pin first. */
export const pinned = signal<ReadonlyMap<string, readonly Message[]>>(new Map());

/** Events come in flocks: one look for all of them. */
const FLOCK = 150;
const timers = new Map<string, number>();

export function watchPins(chat: string, soon = 0): void {
  clearTimeout(timers.get(chat));
  timers.set(chat, window.setTimeout(() => void look(chat), soon));
}

let looks = 0;
/** The newest look at each chat: answers overtake each other, and an older one must not win. */
const newest = new Map<string, number>();

async function look(chat: string): Promise<void> {
  const number = ++looks;
  newest.set(chat, number);
  // Without a word if it fails: the next event looks again.
  const found = await api.pinned(chat).catch(() => undefined);
  if (found && newest.get(chat) === number) pinned.value = new Map(pinned.value).set(chat, found);
}

/** What is known of a chat that is not open is looked up again when it is. */
export function heardOfPins(event: NodeEvent, open: string | undefined): void {
  if (open !== undefined && touches(event, open, pinned.value.get(open) ?? [])) watchPins(open, FLOCK);
}
