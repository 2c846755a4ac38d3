import { render } from 'preact';
import { onHash, start } from './model/store';
import { App } from './view/app';

const root = document.getElementById('app');
if (root) {
  window.addEventListener('hashchange', onHash);
  onHash();
  render(<App />, root);
  start();
}
