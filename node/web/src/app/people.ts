// What one decides about a person.
import { api } from '../api/client';
import { people } from '../model/state';
import { look } from './messages';
import { attempt, change, newNonce, topicNow } from './store';

async function loadPeople(): Promise<void> {
  const contacts = await attempt(api.contacts());
  if (contacts) change((now) => people(now, contacts));
}

export async function block(user: string, blocked: boolean): Promise<void> {
  await attempt(api.block(user, blocked));
  await loadPeople();
}

export async function verify(user: string, verified: boolean): Promise<void> {
  await attempt(api.verify(user, verified));
  await loadPeople();
}

/** Sends the card of a contact, or the own one. */
export async function sendCard(chat: string, user: string): Promise<void> {
  look(await attempt(api.sendCard(chat, user, topicNow(chat), newNonce())));
}
