// How anything tells the open timeline to go to a message or a time.

import { route } from '../../app/select';
import { show } from '../../app/store';

export type Target =
  /** `at`: when it was written, if it may not be loaded. */
  | { readonly message: string; readonly at?: number; readonly time?: undefined }
  | { readonly time: number };

type Listener = (target: Target) => void;

const listeners = new Set<Listener>();

/** Goes to a message that is loaded, or to the first message at or after a time, which is fetched if need be. */
export function jump(target: Target): void {
  for (const listener of listeners) listener(target);
}

let waiting: { readonly chat: string; readonly target: Target } | undefined;

/** Opens a chat if it is not open, and goes there. */
export function jumpIn(chat: string, target: Target): void {
  if (route.value.chat === chat && listeners.size > 0) return jump(target);
  later(chat, target);
  show(chat);
}

/** Where to go in a chat once it is shown. */
export function later(chat: string, target: Target): void {
  waiting = { chat, target };
}

/** Where a chat that was just opened was to go. */
export function wanted(chat: string): Target | undefined {
  const target = waiting?.chat === chat ? waiting.target : undefined;
  if (target) waiting = undefined;
  return target;
}

/** Gives what ends listening. */
export function onJump(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
