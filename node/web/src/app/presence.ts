// Whether somebody is in front of this page: said to the node, which tells contacts as it was told to.
import { computed, effect, signal } from '@preact/signals';
import { api } from '../api/client';
import { state } from './store';

const SAY_EVERY = 30_000;
const TICK = 15_000;

/** The time, for what is shown of others and changes by itself. */
export const clock = signal(Date.now());

let here = false;
let said = 0;

/** Nobody misses it if it fails: the next comes soon, and the node notices silence by itself. */
function say(): void {
  if (state.value.session !== 'in') return;
  const now = document.visibilityState === 'visible' && document.hasFocus();
  const due = now ? !here || Date.now() - said >= SAY_EVERY : here;
  if (!due) return;
  here = now;
  said = Date.now();
  api.here(now).catch(() => undefined);
}

export function watchPresence(): void {
  document.addEventListener('visibilitychange', say);
  for (const event of ['focus', 'blur', 'pagehide', 'pointerdown', 'keydown']) window.addEventListener(event, say);
  setInterval(() => {
    clock.value = Date.now();
    say();
  }, TICK);
  const inside = computed(() => state.value.session === 'in');
  effect(() => {
    if (inside.value) say();
  });
}
