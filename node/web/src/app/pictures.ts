// Pictures of people and groups: where each is read, and how one's own is set.
import { signal } from '@preact/signals';
import { api } from '../api/client';
import { chats, contacts, me } from './select';

/** The reference of our own; empty for none. */
const own = signal('');

export async function loadOwnPicture(): Promise<void> {
  const profile = await api.profile().catch(() => undefined);
  if (profile) own.value = profile.about.picture ?? '';
}

/** Where the picture of a user or chat is read; none if there is none. Signals are read: whoever draws hears of changes. */
export function pictureOf(id: string): string | undefined {
  const reference = id === me.value ? own.value : (contacts.value.get(id)?.about?.picture ?? chats.value.get(id)?.picture ?? '');
  return reference === '' ? undefined : `/api/pictures/${reference}`;
}

/** Of us, or of a group or channel. */
export type Whose = { readonly chat?: string };

export async function setPicture({ chat }: Whose, file: Blob): Promise<void> {
  await api.setPicture(chat, file);
  if (chat === undefined) await loadOwnPicture();
}

export async function removePicture({ chat }: Whose): Promise<void> {
  await api.removePicture(chat);
  if (chat === undefined) await loadOwnPicture();
}
