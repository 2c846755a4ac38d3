// Tells about a new message: a sound, and a notification if the person allowed it.
import type { NodeEvent } from '../api/types';
import { t } from '../i18n/texts';
import { soundOf } from '../model/prefs';
import { type State, isMuted } from '../model/state';
import { prefs } from './prefs';
import { play } from './sounds';

/** Older messages come from a node that catches up; nobody wants a hundred bells. */
const FRESH = 60_000;
const TEXT_MAX = 200;
const ANNOUNCED_MAX = 1000;
const announced = new Set<string>();

const looking = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

export function announce(event: NodeEvent, now: State): void {
  if (event.type !== 'message' || event.message.mine || Date.now() - event.message.at > FRESH) return;
  const { id, chat, text } = event.message;
  // The same comes again when it looks different: another wording, a reaction.
  if (announced.has(id) || text === '') return;
  if (announced.size >= ANNOUNCED_MAX) announced.clear();
  announced.add(id);
  if (looking() && now.route.chat === chat) return;
  const row = now.chats.get(chat);
  // Who is named wants to know it also of a chat that is quiet.
  const named = event.message.entities?.some((entity) => entity.user !== undefined && entity.user === now.status?.me.user);
  if (row && isMuted(row, Date.now()) && !named) return;
  play(soundOf(prefs.value, chat));
  if (!looking()) void display(row?.title ?? '', text, chat);
}

async function display(title: string, text: string, chat: string): Promise<void> {
  if (!prefs.value.notify || !('Notification' in window) || Notification.permission !== 'granted') return;
  const body = prefs.value.preview ? text.slice(0, TEXT_MAX) : t('notify-new-message');
  const options = { body, tag: chat, icon: '/icon.svg', data: { chat }, silent: true };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) await worker.showNotification(title || 'Chappe', options);
}

/** Asks the browser's permission; what it said. */
export async function allow(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
