// Where a person is in the page, and how the address says it: `#/PANE[/chat/ID[/info]]`. No DOM here.
//
// The left column shows a pane (the chats, or a screen such as settings/themes), the middle a chat, the right column
// what is known about it. A narrow page shows one of them: the info, else a screen, else the chat, else the chats.

export const CHATS = 'chats';

export interface Route {
  /** `chats` or a screen's name, as in view/screens/registry.ts. */
  readonly pane: string;
  readonly chat?: string;
  /** The right column is open. */
  readonly info: boolean;
}

export const HOME: Route = { pane: CHATS, info: false };

const ID = /^[0-9a-f]{64}$/;
const PANE = /^[a-z]{1,32}$/;

/** Anything that is no address of ours leads to the chats. */
export function parse(hash: string): Route {
  if (!hash.startsWith('#/')) return HOME;
  const parts = hash.slice(2).split('/').filter((part) => part !== '');
  const at = parts.indexOf('chat');
  const panes = at < 0 ? parts : parts.slice(0, at);
  const [chat, info, ...more] = at < 0 ? [] : parts.slice(at + 1);
  const pane = panes.join('/') || CHATS;
  if (panes.length > 3 || !panes.every((part) => PANE.test(part)) || more.length > 0) return HOME;
  if (at < 0) return { pane, info: false };
  if (chat === undefined || !ID.test(chat) || (info !== undefined && info !== 'info')) return HOME;
  return { pane, chat, info: info === 'info' };
}

export function format({ pane, chat, info }: Route): string {
  if (chat === undefined) return pane === CHATS ? '#/' : `#/${pane}`;
  const before = pane === CHATS ? '' : `${pane}/`;
  return `#/${before}chat/${chat}${info ? '/info' : ''}`;
}

/** The one column of a narrow page. */
export function column({ pane, chat, info }: Route): 'left' | 'middle' | 'right' {
  if (pane !== CHATS) return 'left';
  if (chat === undefined) return 'left';
  return info ? 'right' : 'middle';
}
