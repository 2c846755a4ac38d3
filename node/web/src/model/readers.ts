// How far a message is with each person, from what is known of each device. No DOM here.
import type { Device } from '../api/types';

export interface Readers {
  /** Users, in the order of their devices. */
  readonly read: readonly string[];
  /** On a device at least, not known to be read. */
  readonly has: readonly string[];
  readonly waiting: readonly string[];
}

/** Of several devices the furthest counts: who reads with one has read. */
export function readersOf(devices: readonly Device[]): Readers {
  const far = new Map<string, number>();
  for (const copy of devices) {
    const stage = copy.state === 'waiting' ? 0 : copy.read ? 2 : 1;
    far.set(copy.user, Math.max(stage, far.get(copy.user) ?? 0));
  }
  const at = (stage: number) => [...far].filter(([, one]) => one === stage).map(([user]) => user);
  return { read: at(2), has: at(1), waiting: at(0) };
}
