// Which of our links a text is. The node reads them; here is only decided who is asked. No DOM here.

export type LinkKind = 'relay' | 'chat' | 'person' | 'stickers' | 'theme';

const SCHEMES: readonly (readonly [start: string, kind: LinkKind])[] = [
  ['chappe:relay/', 'relay'],
  ['chappe:join/', 'chat'],
  ['chappe:stickers/', 'stickers'],
  ['chappe-theme:', 'theme'],
  ['chappe:', 'person'],
];

/** A relay's full address does the same as a link to it. */
const ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/\S+\/p2p\/\w+$/;

/** Of anything longer nothing is ours. */
const LINK_MAX = 20_000;

export function linkKind(text: string): LinkKind | undefined {
  const link = text.trim();
  if (link.length > LINK_MAX) return undefined;
  if (ADDRESS.test(link)) return 'relay';
  return SCHEMES.find(([start]) => link.startsWith(start))?.[1];
}
