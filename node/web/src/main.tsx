import { render } from 'preact';
import { dress, followSystem } from './app/appearance';
import { awaitInstall } from './app/install';
import { startWorker } from './app/offline';
import { chooseWords, followOtherPages, prefs } from './app/prefs';
import { watchPresence } from './app/presence';
import { onHash, start } from './app/store';
import { App } from './view/app';

async function begin(root: HTMLElement): Promise<void> {
  dress(prefs.value);
  followSystem(() => prefs.value);
  followOtherPages();
  awaitInstall();
  window.addEventListener('hashchange', onHash);
  onHash();
  // Words and data are on their way at once.
  start();
  await chooseWords();
  render(<App />, root);
  watchPresence();
  navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<{ kind?: unknown; hash?: unknown }>) => {
    if (event.data.kind === 'go' && typeof event.data.hash === 'string') location.hash = event.data.hash;
  });
  await startWorker();
}

const root = document.getElementById('app');
if (root) void begin(root);
