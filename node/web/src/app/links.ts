// What is done with one of our links, wherever it comes from.
import { signal } from '@preact/signals';
import { type LinkKind, linkKind } from '../model/link';
import { openDialog, openPane } from './store';

/** A link that was scanned, for the screen that asks for such a one. */
export const offered = signal<{ readonly kind: LinkKind; readonly link: string } | undefined>(undefined);

/** Takes what was offered of that kind, once. */
export function takeOffered(...kinds: LinkKind[]): string | undefined {
  const now = offered.value;
  if (!now || !kinds.includes(now.kind)) return undefined;
  offered.value = undefined;
  return now.link;
}

/** Leads to where a link is used; false if it is none of ours. Nothing is done before the person says so there. */
export function follow(text: string): boolean {
  const link = text.trim();
  const kind = linkKind(link);
  switch (kind) {
    case 'stickers':
      openDialog({ kind: 'stickers', link });
      return true;
    case 'theme':
      openDialog({ kind: 'theme', code: link });
      return true;
    case 'relay':
      offered.value = { kind, link };
      openDialog(undefined);
      openPane('settings/relays');
      return true;
    case 'chat':
    case 'person':
      offered.value = { kind, link };
      openDialog(undefined);
      openPane('contacts/add');
      return true;
    case undefined:
      return false;
  }
}
