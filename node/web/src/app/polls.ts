// Polls and quizzes: made, voted in, ended.
import { api } from '../api/client';
import type { SendPoll } from '../api/types';
import { look } from './messages';
import { attempt, topicNow } from './store';

/** Rejects with what went wrong. */
export async function sendPoll(chat: string, poll: SendPoll): Promise<void> {
  look(await api.poll(chat, { ...poll, topic: topicNow(chat) }));
}

export async function vote(message: string, options: number[]): Promise<void> {
  look(await attempt(api.vote(message, options)));
}

export async function closePoll(message: string): Promise<void> {
  look(await attempt(api.close(message)));
}
