// What is asked of a machine that has no node yet.
import { call } from './client';
import type { FirstStage } from './types';

export const first = {
  stage: () => call<FirstStage>('GET', '/api/first'),
  make: (name: string, relays: readonly string[]) => call<FirstStage>('POST', '/api/first/make', { name, relays }),
  link: (code: string, name: string, relay: string) => call<void>('POST', '/api/first/link', { code, name, ...(relay !== '' && { relay }) }),
  compared: (equal: boolean) => call<void>('POST', '/api/first/compared', { equal }),
  go: () => call<void>('POST', '/api/first/go'),
};
