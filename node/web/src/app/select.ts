// Slices of the state. A view that reads one is drawn again only when that slice is another one.
import { type ReadonlySignal, computed } from '@preact/signals';
import { type State, ordered } from '../model/state';
import { state } from './store';

/** A part of the state, compared by identity. */
export const slice = <T>(of: (state: State) => T): ReadonlySignal<T> => computed(() => of(state.value));

export const route = slice((now) => now.route);
export const chats = slice((now) => now.chats);
export const contacts = slice((now) => now.contacts);
export const drafts = slice((now) => now.drafts);
export const status = slice((now) => now.status);
export const link = slice((now) => now.link);
export const query = slice((now) => now.query);
export const session = slice((now) => now.session);

export const chatList = computed(() => ordered(chats.value));
export const unreadChats = computed(() => chatList.value.filter((chat) => chat.unread > 0).length);
