// What happened to groups and channels, as far as it was looked at.
import { signal } from '@preact/signals';
import { api } from '../api/client';
import type { ChatEvent } from '../api/types';

export const events = signal<ReadonlyMap<string, readonly ChatEvent[]>>(new Map());

/** Looks what happened to a chat. Without a word if that fails: the next event looks again. */
export async function lookAtEvents(chat: string): Promise<void> {
  const found = await api.events(chat).catch(() => undefined);
  if (found) events.value = new Map(events.value).set(chat, found);
}
