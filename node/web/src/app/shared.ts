// What a chat holds: its pictures, files, links and voice messages, a page at a time.
import { signal } from '@preact/signals';
import { type SharedSort, api } from '../api/client';
import type { Message } from '../api/types';
import { attempt } from './store';

const PAGE = 30;

export interface Shared {
  readonly chat: string;
  readonly sort: SharedSort;
  /** The newest first; undefined until the node has answered. */
  readonly messages?: readonly Message[];
  readonly next?: string;
  /** The index is being made: there may be more. */
  readonly complete: boolean;
}

export const shared = signal<Shared | undefined>(undefined);

/** Shows what the chat has of this sort now. */
export async function openShared(chat: string, sort: SharedSort): Promise<void> {
  shared.value = { chat, sort, complete: true };
  await page([]);
}

export async function moreShared(): Promise<void> {
  if (shared.value?.next !== undefined) await page(shared.value.messages ?? []);
}

async function page(before: readonly Message[]): Promise<void> {
  const asked = shared.value;
  if (!asked) return;
  const found = await attempt(api.shared(asked.chat, asked.sort, asked.next, PAGE));
  if (!found || shared.value !== asked) return;
  shared.value = {
    chat: asked.chat,
    sort: asked.sort,
    messages: [...before, ...found.hits.map(({ message }) => message)],
    complete: found.complete,
    ...(found.next !== undefined && { next: found.next }),
  };
}
