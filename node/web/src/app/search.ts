// Messages that fit the words in the search field; the node finds them.
import { effect, signal } from '@preact/signals';
import { api } from '../api/client';
import type { SearchFound, SearchHit } from '../api/types';
import { query } from './select';
import { explain } from './store';

/** Hits of a page. */
const PAGE = 30;
/** Pause in typing after which the node is asked. */
const PAUSE = 180;

export interface Found {
  readonly hits: readonly SearchHit[];
  /** Only similar words were found. */
  readonly similar: boolean;
  /** The index is complete. */
  readonly complete: boolean;
  readonly next?: string;
}

export const found = signal<Found | undefined>(undefined);
export const searchProblem = signal<string | undefined>(undefined);
/** The one chat in which is searched, if it is one. */
export const searchIn = signal<string | undefined>(undefined);

let timer = 0;
let turn = 0;

effect(() => {
  const [words, chat] = [query.value.trim(), searchIn.value];
  clearTimeout(timer);
  turn += 1;
  if (words === '') {
    found.value = undefined;
    searchProblem.value = undefined;
    return;
  }
  const mine = turn;
  timer = window.setTimeout(() => void ask(words, chat, mine), PAUSE);
});

async function ask(words: string, chat: string | undefined, mine: number): Promise<void> {
  try {
    const page = await api.search(words, chat, undefined, PAGE);
    if (mine !== turn) return;
    found.value = foundOf([], page);
    searchProblem.value = undefined;
  } catch (error) {
    if (mine === turn) searchProblem.value = explain(error);
  }
}

const foundOf = (before: readonly SearchHit[], page: SearchFound): Found => ({
  hits: [...before, ...page.hits],
  similar: page.similar,
  complete: page.complete,
  ...(page.next !== undefined && { next: page.next }),
});

export async function moreHits(): Promise<void> {
  const before = found.value;
  if (before?.next === undefined) return;
  const mine = turn;
  const page = await api.search(query.value.trim(), searchIn.value, before.next, PAGE).catch(() => undefined);
  if (page && mine === turn) found.value = foundOf(before.hits, page);
}
