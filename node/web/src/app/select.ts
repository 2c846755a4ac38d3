// Slices of the state. A view that reads one is drawn again only when that slice is another one.
import { type ReadonlySignal, computed } from '@preact/signals';
import { type State, draftOf, isMuted, isUnread, ordered, shelved } from '../model/state';
import { state } from './store';

/** A part of the state, compared by identity. */
export const slice = <T>(of: (state: State) => T): ReadonlySignal<T> => computed(() => of(state.value));

export const route = slice((now) => now.route);
export const chats = slice((now) => now.chats);
export const contacts = slice((now) => now.contacts);
export const drafts = slice((now) => now.drafts);
export const modes = slice((now) => now.modes);
export const status = slice((now) => now.status);
export const me = slice((now) => now.status?.me.user);
export const asked = slice((now) => now.asked);
export const link = slice((now) => now.link);
export const query = slice((now) => now.query);
export const session = slice((now) => now.session);

export const folders = slice((now) => now.folders);
export const shelf = slice((now) => now.shelf);

const allChats = computed(() => ordered(chats.value));
/** What the list shows. */
export const chatList = computed(() => shelved(allChats.value, shelf.value, folders.value));
export const archived = computed(() => allChats.value.some((chat) => chat.archived));
/** Chats that want to be seen: those that are quiet or put away do not. */
export const unreadChats = computed(
  () => allChats.value.filter((chat) => isUnread(chat) && !chat.archived && !isMuted(chat, Date.now())).length,
);
/** Every chat, for a search. */
export const everyChat = allChats;

export const draftIn = (chat: string): string => draftOf({ drafts: drafts.value, chats: chats.value }, chat);
