// Who is writing: heard for some seconds, and said every few seconds while it is so.
import { signal } from '@preact/signals';
import { api } from '../api/client';

const HOLDS = 6_000;
const SAY_EVERY = 4_000;

/** Chats in which somebody is writing. */
export const typing = signal<ReadonlySet<string>>(new Set());

const timers = new Map<string, number>();

export function heard(chat: string): void {
  clearTimeout(timers.get(chat));
  typing.value = new Set(typing.value).add(chat);
  timers.set(chat, window.setTimeout(() => over(chat), HOLDS));
}

/** A message of theirs came, or it was long ago. */
export function over(chat: string): void {
  clearTimeout(timers.get(chat));
  timers.delete(chat);
  if (!typing.value.has(chat)) return;
  const rest = new Set(typing.value);
  rest.delete(chat);
  typing.value = rest;
}

let said = 0;

/** What was being written is sent: the next is said at once. */
export function sent(): void {
  said = 0;
}

/** Nobody misses it if it fails. */
export function say(chat: string): void {
  const now = Date.now();
  if (now - said < SAY_EVERY) return;
  said = now;
  api.typing(chat).catch(() => undefined);
}
