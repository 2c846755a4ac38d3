// What people do with messages. The node's events bring what follows from it; the answers only come sooner.
import { api } from '../api/client';
import type { Message } from '../api/types';
import * as model from '../model/state';
import { plain } from '../model/words';
import { attempt, change, openDialog, state } from './store';

function look(message: Message | undefined): void {
  if (message) change((now) => model.happened(now, { type: 'message', message }));
}

/** The text field answers a message, or gives an own one another wording; or neither. */
export function compose(chat: string, mode: model.Mode | undefined): void {
  change((now) => model.composing(now, chat, mode));
}

export async function edit(message: string, text: string): Promise<boolean> {
  const answer = await attempt(api.edit(message, text));
  look(answer);
  return answer !== undefined;
}

export async function remove(message: string, forAll: boolean): Promise<void> {
  await attempt(api.remove([message], forAll));
}

/** Adds the emoji to our reactions, or takes it back. */
export async function react(message: Message, emoji: string): Promise<void> {
  const mine = (message.reactions ?? []).filter((reaction) => reaction.mine).map((reaction) => reaction.emoji);
  const others = mine.filter((other) => other !== emoji);
  // One may have three; a fourth takes the place of the first.
  const next = others.length < mine.length ? others : [...mine.slice(-2), emoji];
  look(await attempt(api.react(message.id, next)));
}

export async function pin(message: Message): Promise<void> {
  look(await attempt(api.pin(message.id, !message.pinned)));
}

export async function forward(message: string, to: string): Promise<void> {
  const sent = await attempt(api.forward([message], [to]));
  sent?.forEach(look);
}

export async function vote(message: string, options: number[]): Promise<void> {
  look(await attempt(api.vote(message, options)));
}

export async function closePoll(message: string): Promise<void> {
  look(await attempt(api.close(message)));
}

/** Shows what can be seen once, and is gone afterwards. */
export async function viewOnce(message: string): Promise<void> {
  const seen = await attempt(api.view(message));
  if (seen) openDialog({ kind: 'once', message: seen });
}

/** What plays in it begins to play: it is no news any more, here and on our other devices. */
export async function hear({ id, mine, heard }: Message): Promise<void> {
  if (!mine && heard === false) look(await attempt(api.heard(id)));
}

/** What whoever wrote a message is called: as the node says, or as far as it is known. */
export function authorOf(message: Message): string {
  return plain(message.author ?? nameOfUser(message.from));
}

/** Names of people by id, for what is said about them. */
export function nameOfUser(user: string | undefined): string {
  const { status, contacts } = state.value;
  if (user === undefined) return '';
  if (user === status?.me.user) return status.me.name;
  return contacts.get(user)?.name ?? user.slice(0, 8);
}
