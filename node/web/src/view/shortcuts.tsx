// What keys do everywhere, and the sheet that says so.
import { chatList, route } from '../app/select';
import { chooseNone, selection } from '../app/selection';
import { go, openDialog, openInfo, openPane, show } from '../app/store';
import { type Plain, t } from '../i18n/texts';
import { CHATS } from '../model/route';
import { focusComposer } from './composer/focus';
import { focusSearch } from './list/search';
import { Dialog } from './parts/dialog';

interface Shortcut {
  /** As shown. */
  readonly keys: readonly string[];
  readonly what: Plain;
  /** Those that work in their own place have none. */
  readonly on?: (event: KeyboardEvent) => boolean;
  readonly run?: () => void;
}

const command = (event: KeyboardEvent) => event.ctrlKey || event.metaKey;
const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
const bare = (event: KeyboardEvent, key: string) =>
  event.key === key && !command(event) && !event.altKey && !isTyping(event.target);

const SHORTCUTS: readonly Shortcut[] = [
  { keys: ['Ctrl', 'K'], what: 'keys-search', on: (event) => command(event) && event.key.toLowerCase() === 'k', run: focusSearch },
  { keys: ['/'], what: 'keys-search', on: (event) => bare(event, '/'), run: focusSearch },
  { keys: ['Alt', '↓'], what: 'keys-next-chat', on: (event) => event.altKey && event.key === 'ArrowDown', run: () => step(1) },
  { keys: ['Alt', '↑'], what: 'keys-previous-chat', on: (event) => event.altKey && event.key === 'ArrowUp', run: () => step(-1) },
  { keys: ['Ctrl', '.'], what: 'keys-info', on: (event) => command(event) && event.key === '.', run: toggleInfo },
  { keys: ['Ctrl', ','], what: 'keys-settings', on: (event) => command(event) && event.key === ',', run: () => openPane('settings') },
  { keys: ['Ctrl', 'Shift', 'D'], what: 'keys-date', on: (event) => command(event) && event.shiftKey && event.key.toLowerCase() === 'd', run: askDate },
  { keys: ['R'], what: 'keys-write', on: (event) => bare(event, 'r'), run: focusComposer },
  { keys: ['Esc'], what: 'keys-back', on: (event) => event.key === 'Escape' && !event.isComposing, run: back },
  { keys: ['↑', '↓'], what: 'keys-list' },
  { keys: ['Enter'], what: 'keys-menu' },
  { keys: ['Shift', 'Enter'], what: 'keys-line' },
  { keys: ['Ctrl', 'B'], what: 'keys-bold' },
  { keys: ['Ctrl', 'I'], what: 'keys-italic' },
  { keys: ['Ctrl', 'U'], what: 'keys-underline' },
  { keys: ['Ctrl', 'Shift', 'X'], what: 'keys-strike' },
  { keys: ['Ctrl', 'Shift', 'M'], what: 'keys-code' },
  { keys: ['Ctrl', 'Shift', 'P'], what: 'keys-spoiler' },
  { keys: ['?'], what: 'keys-sheet', on: (event) => bare(event, '?'), run: () => openDialog({ kind: 'shortcuts' }) },
];

function step(by: number): void {
  const all = chatList.value;
  const at = all.findIndex((chat) => chat.id === route.value.chat);
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) show(next.id);
}

function toggleInfo(): void {
  if (route.value.chat !== undefined) openInfo(!route.value.info);
}

function askDate(): void {
  if (route.value.chat !== undefined) openDialog({ kind: 'date', chat: route.value.chat });
}

/** One step back: from a screen to the one above it, from the info, from the chat. */
function back(): void {
  const now = route.value;
  if (selection.value && selection.value.chat === now.chat) {
    chooseNone();
  } else if (now.pane !== CHATS) {
    const above = now.pane.split('/').slice(0, -1).join('/') || CHATS;
    go({ ...now, pane: above });
  } else if (now.info) {
    openInfo(false);
  } else if (now.chat !== undefined) {
    show(undefined);
    focusSearch();
  }
}

export function onShortcut(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector('dialog[open], [role="menu"]')) return;
  const found = SHORTCUTS.find((shortcut) => shortcut.on?.(event));
  if (!found?.run) return;
  event.preventDefault();
  found.run();
}

export function ShortcutsDialog() {
  return (
    <Dialog title={t('keys-title')}>
      <dl class="keys">
        {SHORTCUTS.map(({ keys, what }) => (
          <div key={keys.join()}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
