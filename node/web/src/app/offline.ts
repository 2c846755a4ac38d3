// The service worker: it keeps the page, and what was seen, for when the node does not answer.
/** Caches whose names begin so hold what people wrote; worker/sw.ts fills them. */
const SEEN = 'chappe-seen';
/** Its presence tells the worker to keep nothing that was seen. */
const NOTHING = 'chappe-keep-nothing';

/** The one script address that may become a worker (the Content-Security-Policy names this policy). */
interface Policies {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): unknown };
}

function workerAddress(): string {
  const policies = (window as { trustedTypes?: Policies }).trustedTypes;
  const only = (text: string) => {
    if (text !== '/sw.js') throw new TypeError('only our own worker');
    return text;
  };
  const policy = policies?.createPolicy('worker', { createScriptURL: only });
  return (policy?.createScriptURL('/sw.js') ?? '/sw.js') as string;
}

/** Browsers have workers on secure origins (and this machine's) only; without one the page works online. */
export async function startWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(workerAddress());
  } catch (error) {
    console.warn('no service worker:', error);
  }
}

/** From now on what is seen is kept, or not. */
export async function keepSeen(keep: boolean): Promise<void> {
  if (!('caches' in window)) return;
  if (keep) {
    await caches.delete(NOTHING);
  } else {
    await caches.open(NOTHING);
    await forgetSeen();
  }
}

/** Removes what people wrote from this browser. */
export async function forgetSeen(): Promise<void> {
  if (!('caches' in window)) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(SEEN)).map((name) => caches.delete(name)));
}

/** Bytes that this page takes in the browser, if it says so. */
export async function used(): Promise<number | undefined> {
  return (await navigator.storage?.estimate?.())?.usage;
}
