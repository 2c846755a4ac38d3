// The one player of voice messages: it goes on when one scrolls away, and with the next one when one is over.
import { signal } from '@preact/signals';
import { fileOf } from '../api/client';
import type { Message } from '../api/types';
import { placeIn } from '../model/state';
import { hear } from './messages';
import { state } from './store';

export interface Playing {
  readonly chat: string;
  readonly message: string;
  /** Milliseconds. */
  readonly length: number;
  /** How much of it was played, 0 to 1. */
  readonly part: number;
  readonly on: boolean;
  readonly broken?: boolean;
}

export const RATES = [1, 1.5, 2] as const;

export const playing = signal<Playing | undefined>(undefined);
export const rate = signal<number>(RATES[0]);

let audio: HTMLAudioElement | undefined;

/** A voice message's length in milliseconds; undefined of everything else. */
export function voiceOf({ content }: Message): number | undefined {
  return content.kind === 'file' && content.play?.role === 'voice' ? content.play.duration_ms : undefined;
}

function change(part: Partial<Playing>): void {
  if (playing.value) playing.value = { ...playing.value, ...part };
}

function made(): HTMLAudioElement {
  if (audio) return audio;
  const made = new Audio();
  made.addEventListener('timeupdate', () => {
    if (playing.value) change({ part: Math.min(1, (made.currentTime * 1000) / playing.value.length) });
  });
  made.addEventListener('play', () => change({ on: true }));
  made.addEventListener('pause', () => change({ on: false }));
  made.addEventListener('error', () => change({ on: false, broken: true }));
  made.addEventListener('ended', () => {
    const next = behind();
    if (next) play(next, 0);
    else change({ on: false, part: 0 });
  });
  audio = made;
  return made;
}

/** The next voice message of the chat. */
function behind(): Message | undefined {
  const all = state.value.timelines.get(placeIn(state.value, playing.value?.chat ?? ''))?.messages ?? [];
  const at = all.findIndex(({ id }) => id === playing.value?.message);
  return at < 0 ? undefined : all.slice(at + 1).find((message) => voiceOf(message) !== undefined);
}

function play(message: Message, part: number): void {
  const player = made();
  void hear(message);
  const length = voiceOf(message) ?? 1;
  playing.value = { chat: message.chat, message: message.id, length, part, on: true };
  player.src = fileOf(message.id);
  player.defaultPlaybackRate = rate.value;
  player.playbackRate = rate.value;
  player.currentTime = (part * length) / 1000;
  // What stands in the way, the element's `error` says.
  player.play().catch(() => undefined);
}

export function togglePlay(message: Message): void {
  const now = playing.value;
  if (now?.message !== message.id || now.broken) play(message, 0);
  else if (now.on) audio?.pause();
  else void audio?.play().catch(() => undefined);
}

/** `part`: 0 to 1. Begins to play if it does not. */
export function seek(message: Message, part: number): void {
  if (playing.value?.message !== message.id || !audio) return play(message, part);
  audio.currentTime = (part * (voiceOf(message) ?? 0)) / 1000;
  change({ part });
}

export function nextRate(): void {
  const at = RATES.findIndex((one) => one === rate.value);
  rate.value = RATES[(at + 1) % RATES.length] ?? 1;
  if (audio) audio.playbackRate = rate.value;
}
