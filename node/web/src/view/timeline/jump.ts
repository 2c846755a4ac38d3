// How anything tells the open timeline to go to a message or a time.

export type Target =
  | { readonly message: string; readonly time?: undefined }
  | { readonly time: number };

type Listener = (target: Target) => void;

const listeners = new Set<Listener>();

/** Goes to a message that is loaded, or to the first message at or after a time, which is fetched if need be. */
export function jump(target: Target): void {
  for (const listener of listeners) listener(target);
}

/** Gives what ends listening. */
export function onJump(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
