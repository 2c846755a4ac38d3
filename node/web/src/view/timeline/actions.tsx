// What can be done with one message. A new action is an entry of ACTIONS.
import type { ComponentChildren } from 'preact';
import type { Chat, Message } from '../../api/types';
import { toggle } from '../../app/selection';
import { notify, openDialog } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import type { Bubble } from '../../model/timeline';
import { receive } from '../../model/theme';
import { CheckIcon, CopyIcon, InfoIcon, PaletteIcon } from '../parts/icons';
import type { MenuItem } from '../parts/menu';

interface Action {
  readonly id: string;
  readonly label: Plain;
  readonly icon: ComponentChildren;
  readonly danger?: boolean;
  /** Left out: always. */
  readonly when?: (message: Message, chat: Chat) => boolean;
  readonly run: (message: Message, chat: Chat) => void;
}

const ACTIONS: readonly Action[] = [
  { id: 'copy', label: 'message-copy', icon: <CopyIcon />, when: (message) => message.text !== '', run: (message) => void copy(message.text) },
  { id: 'select', label: 'message-select', icon: <CheckIcon />, run: (message) => toggle(message) },
  { id: 'truth', label: 'truth-title', icon: <InfoIcon />, run: ({ id }) => openDialog({ kind: 'truth', message: id }) },
  { id: 'theme', label: 'themes-use', icon: <PaletteIcon />, when: ({ text }) => receive(text) !== undefined, run: ({ text }) => openDialog({ kind: 'theme', code: text }) },
];

export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text).then(() => notify(t('copied')), () => notify(t('copy-refused')));
}

export function actionsOf({ message }: Bubble, chat: Chat): MenuItem[] {
  if (!message) return [];
  return ACTIONS.filter(({ when }) => when?.(message, chat) ?? true).map(({ id, label, icon, danger, run }) => ({
    id,
    label: t(label),
    icon,
    danger: danger ?? false,
    run: () => run(message, chat),
  }));
}
