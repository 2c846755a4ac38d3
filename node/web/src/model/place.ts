// Where messages stand: in a whole chat, or in one topic of a group. A place is a text, so that it can be a key.
import type { Message } from '../api/types';

export type Place = string;

/** Messages of a group with topics that stand in none. */
export const GENERAL = 0;

export const placeOf = (chat: string, topic: number | undefined): Place => (topic === undefined ? chat : `${chat}/${topic}`);

/** Where a message is shown. */
export const placesOf = ({ chat, topic }: Message): readonly Place[] => [chat, placeOf(chat, topic ?? GENERAL)];

/** The chat of a place, and the topic if it is one. */
export function parts(place: Place): { readonly chat: string; readonly topic?: number } {
  const [chat = '', topic] = place.split('/');
  return topic === undefined ? { chat } : { chat, topic: Number(topic) };
}

export const isIn = (place: Place, chat: string): boolean => place === chat || place.startsWith(`${chat}/`);
