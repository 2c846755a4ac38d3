// Who is in groups and channels, and what is changed about them. A change is decided by the chat's relays: it is asked
// for at once, and seen when it was decided.
import { signal } from '@preact/signals';
import { api } from '../api/client';
import type { Members } from '../api/types';
import { attempt, show, state } from './store';

export const members = signal<ReadonlyMap<string, Members>>(new Map());

/** Events come in flocks: one look for all of them. */
const FLOCK = 200;
/** Between two looks while something is being decided. */
const LOOK = 700;
const timers = new Map<string, number>();

/** Looks who is in a chat, now and as long as changes wait. */
export function watchMembers(chat: string, soon = FLOCK): void {
  clearTimeout(timers.get(chat));
  timers.set(chat, window.setTimeout(() => void look(chat), soon));
}

async function look(chat: string): Promise<void> {
  // Without a word if it fails: the chat may be gone, and the next event looks again.
  const found = await api.members(chat).catch(() => undefined);
  if (!found) return;
  members.value = new Map(members.value).set(chat, found);
  if (found.waiting > 0 && state.value.route.chat === chat) watchMembers(chat, LOOK);
}

/** Asks for a change; true if the node took it. */
export async function changeGroup(chat: string, work: Promise<void>): Promise<boolean> {
  const done = await attempt(work.then(() => true));
  watchMembers(chat, 0);
  return done === true;
}

/** Makes a group or channel and opens it; rejects with what went wrong. */
export async function makeChat(kind: 'group' | 'channel', title: string, people: string[]): Promise<void> {
  const chat = await api.createChat(kind, title, people);
  show(chat.id);
}
