// The service worker. It keeps the page's own files, and (unless the person said no) the answers of the node that
// were seen, and gives them when the node does not answer. It never answers in the node's place while that does.
export {};

/** Put in by build.mjs: the page's files, and a name that changes with them. */
declare const KEPT: readonly string[];
declare const RELEASE: string;
declare const self: ServiceWorkerGlobalScope;

const PAGE = `chappe-page-${RELEASE}`;
const SEEN = 'chappe-seen-1';
/** An empty cache of this name says that nothing seen is to be kept (app/offline.ts makes and removes it). */
const NOTHING = 'chappe-keep-nothing';
/** Answers kept; the oldest go. A page of history is about 100 kB. */
const SEEN_MAX = 300;
/** What is kept of the node's answers: what the page shows first. Nothing that was asked with a secret. */
const SEEN_PATHS = /^\/api\/(status|chats|contacts|chats\/[0-9a-f]{64}\/messages)$/;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll([...KEPT])).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => event.waitUntil(dropOld().then(() => self.clients.claim())));

async function dropOld(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('chappe-') && name !== PAGE && name !== SEEN && name !== NOTHING);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === '/') event.respondWith(fresh(event.request, PAGE, '/'));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(kept(event.request));
  else if (SEEN_PATHS.test(url.pathname)) event.respondWith(seen(event.request, url));
});

/** Named by a hash of the content: what is there is right. */
async function kept(request: Request): Promise<Response> {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(PAGE)).put(request, answer.clone());
  return answer;
}

async function fresh(request: Request, cache: string, key: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const known = await (await caches.open(cache)).match(key);
    if (known) return known;
    throw error;
  }
}

async function seen(request: Request, url: URL): Promise<Response> {
  const key = url.pathname + url.search;
  try {
    const answer = await fetch(request);
    if (answer.ok && !(await caches.has(NOTHING))) await remember(key, answer.clone());
    return answer;
  } catch (error) {
    const known = await (await caches.open(SEEN)).match(key);
    if (known) return known;
    throw error;
  }
}

async function remember(key: string, answer: Response): Promise<void> {
  const cache = await caches.open(SEEN);
  await cache.put(key, answer);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - SEEN_MAX)).map((old) => cache.delete(old)));
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { chat } = event.notification.data as { chat?: unknown };
  const path = typeof chat === 'string' && /^[0-9a-f]{64}$/.test(chat) ? `/#/chat/${chat}` : '/';
  event.waitUntil(raise(path));
});

async function raise(path: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages[0];
  if (!page) {
    await self.clients.openWindow(path);
    return;
  }
  await page.focus();
  page.postMessage({ kind: 'go', hash: path.slice(1) });
}
