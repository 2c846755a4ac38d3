// Whether one may do something in a chat, by its rules. The node decides; the page leaves out what would be refused.
import type { Chat, Members } from '../api/types';
import { isGroup, memberOf } from './groups';

export type Deed = 'text' | 'media' | 'poll' | 'pin' | 'delete';

const SAYING: readonly Deed[] = ['text', 'media', 'poll'];

/** `all` is undefined until it is known who is in the chat; between two people both may everything. */
export function may(chat: Chat, all: Members | undefined, user: string | undefined, deed: Deed, now: number): boolean {
  if (chat.standing !== 'in') return false;
  if (!isGroup(chat)) return true;
  const member = all && memberOf(all, user);
  if (!all || !member) return false;
  const permitted = all.permissions.includes(deed);
  switch (member.role) {
    case 'owner':
      return true;
    case 'admin':
      return permitted || byRight(chat, member.can ?? [], deed);
    case 'member':
      return permitted;
    case 'restricted': {
      const over = (member.until ?? 0) !== 0 && now >= (member.until ?? 0);
      return permitted && (over || (member.can ?? []).includes(deed));
    }
    case 'banned':
      return false;
  }
}

/** In a group whoever is admin writes; in a channel that is a right. */
function byRight(chat: Chat, can: readonly string[], deed: Deed): boolean {
  if (!SAYING.includes(deed)) return can.includes(deed);
  return chat.kind === 'group' || can.includes('post');
}
