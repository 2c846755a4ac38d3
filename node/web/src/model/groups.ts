// What one may do in a group or channel. The node decides; the page only leaves out what would be refused. No DOM here.
import type { Chat, Member, Members, RoleName, Topic } from '../api/types';

/** An admin's rights, in the order in which they are shown; names of the node's API. */
export const RIGHTS = ['change_info', 'delete', 'ban', 'invite', 'pin', 'promote', 'post', 'topics'] as const;
export type Right = (typeof RIGHTS)[number];

/** What members may do. */
export const PERMISSIONS = ['text', 'media', 'poll', 'react', 'invite', 'pin', 'change_info', 'topics'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Seconds between two messages of a member that can be chosen. */
export const SLOW = [0, 10, 30, 60, 300, 900, 3600] as const;

export const isGroup = ({ kind }: Chat): boolean => kind === 'group' || kind === 'channel';

export type Rights = Readonly<Record<Right, boolean>>;

export const memberOf = (all: Members, user: string | undefined): Member | undefined => all.members.find((member) => member.user === user);

/** What a user may do in a chat. */
export function rightsIn(all: Members, user: string | undefined): Rights {
  const member = memberOf(all, user);
  const has = (right: Right): boolean => {
    if (!member) return false;
    if (member.role === 'owner') return true;
    if (member.role === 'admin' && (member.can ?? []).includes(right)) return true;
    // What everybody may, an admin may too.
    return right !== 'post' && (member.role === 'admin' || member.role === 'member') && all.permissions.includes(right);
  };
  return Object.fromEntries(RIGHTS.map((right) => [right, has(right)])) as Record<Right, boolean>;
}

/** An admin changes topics by right, a member those that they made. General is nobody's. */
export function mayChangeTopic(all: Members, user: string | undefined, topic: Topic): boolean {
  const member = memberOf(all, user);
  const byRight = member?.role === 'owner' || (member?.role === 'admin' && (member.can ?? []).includes('topics'));
  return topic.id !== 0 && (byRight || (topic.by === user && rightsIn(all, user).topics));
}

const RANK: Readonly<Record<RoleName, number>> = { owner: 0, admin: 1, member: 2, restricted: 3, banned: 4 };

/** The owner, admins, everybody else; by name within. */
export function ordered(all: readonly Member[], compare: (a: string, b: string) => number): Member[] {
  return [...all].sort((a, b) => RANK[a.role] - RANK[b.role] || compare(a.name, b.name));
}

/** Whether somebody may change something about a member: nobody about the owner, only the owner and promoters about admins. */
export function mayChange(rights: Rights, us: string | undefined, member: Member): boolean {
  if (member.user === us || member.role === 'owner') return false;
  return member.role === 'admin' ? rights.promote : rights.promote || rights.ban;
}
