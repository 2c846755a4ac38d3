// What people do with messages. The node's events bring what follows from it; the answers only come sooner.
import { api } from '../api/client';
import type { Message } from '../api/types';
import * as model from '../model/state';
import { plain } from '../model/words';
import { members } from './groups';
import { attempt, change, openDialog, state } from './store';

/** Shows a message as the node says it is now. */
export function look(message: Message | undefined): void {
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

/** Of one chat. */
export async function remove(messages: readonly string[], forAll: boolean): Promise<void> {
  await attempt(api.remove([...messages], forAll));
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

/** True if they were sent. */
export async function forward(messages: readonly string[], to: string, attributed: boolean): Promise<boolean> {
  const sent = await attempt(api.forward([...messages], [to], attributed));
  sent?.forEach(look);
  return sent !== undefined;
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

/** Names of people by id, for what is said about them: as our contacts, or as members of the chat. */
export function nameOfUser(user: string | undefined, chat?: string): string {
  const { status, contacts } = state.value;
  if (user === undefined) return '';
  if (user === status?.me.user) return status.me.name;
  const member = chat === undefined ? undefined : members.value.get(chat)?.members.find((one) => one.user === user);
  return contacts.get(user)?.name ?? plain(member?.name ?? user.slice(0, 8));
}

/** A message that is loaded. */
export function messageOf(id: string): Message | undefined {
  for (const { messages } of state.value.timelines.values()) {
    const found = messages.find((message) => message.id === id);
    if (found) return found;
  }
  return undefined;
}
