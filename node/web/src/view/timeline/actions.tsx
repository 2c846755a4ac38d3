// What can be done with one message. A new action is an entry of ACTIONS.
import type { ComponentChildren } from 'preact';
import type { Chat, Message } from '../../api/types';
import { members } from '../../app/groups';
import { compose, pin } from '../../app/messages';
import { closePoll } from '../../app/polls';
import { me } from '../../app/select';
import { toggle } from '../../app/selection';
import { notify, openDialog } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { type Deed, may } from '../../model/may';
import type { Mode } from '../../model/state';
import type { Bubble } from '../../model/timeline';
import { receive } from '../../model/theme';
import { FIELD } from '../composer/focus';
import {
  CheckIcon, CloseIcon, CopyIcon, EyeIcon, InfoIcon, PaletteIcon, PenIcon, PinIcon, ReplyIcon, SendOnIcon, ShieldIcon, SmileIcon,
  TrashIcon,
} from '../parts/icons';
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

export const gone = ({ content: { kind } }: Message) => kind === 'deleted' || kind === 'viewed';
export const open = (message: Message) => !gone(message) && message.content.kind !== 'view_once';
/** Ours, or somebody may by right do with it what its author may. */
export const rules = (message: Message, chat: Chat) => message.mine || mayHere(chat, 'delete');
const editable = ({ mine, content, forward }: Message) => mine && content.kind === 'text' && forward === undefined;

/** Whether we may do that in a chat. */
export const mayHere = (chat: Chat, deed: Deed): boolean => may(chat, members.value.get(chat.id), me.value, deed, Date.now());

const ACTIONS: readonly Action[] = [
  { id: 'reply', label: 'message-reply', icon: <ReplyIcon />, when: open, run: (message, chat) => begin(chat, { kind: 'reply', message }) },
  { id: 'react', label: 'message-react', icon: <SmileIcon />, when: open, run: (message) => openDialog({ kind: 'react', message }) },
  { id: 'edit', label: 'message-edit', icon: <PenIcon />, when: editable, run: (message, chat) => begin(chat, { kind: 'edit', message }) },
  { id: 'forward', label: 'message-forward', icon: <SendOnIcon />, when: open, run: ({ id }) => openDialog({ kind: 'forward', messages: [id] }) },
  { id: 'pin', label: 'message-pin', icon: <PinIcon />, when: (message, chat) => open(message) && !message.pinned && mayHere(chat, 'pin'), run: (message) => void pin(message) },
  { id: 'unpin', label: 'message-unpin', icon: <PinIcon />, when: (message, chat) => open(message) && message.pinned === true && mayHere(chat, 'pin'), run: (message) => void pin(message) },
  { id: 'close', label: 'poll-close', icon: <CloseIcon />, when: (message, chat) => rules(message, chat) && message.content.kind === 'poll' && !message.content.closed, run: ({ id }) => void closePoll(id) },
  { id: 'copy', label: 'message-copy', icon: <CopyIcon />, when: (message) => message.text !== '', run: (message) => void copy(message.text) },
  { id: 'select', label: 'message-select', icon: <CheckIcon />, run: (message) => toggle(message) },
  { id: 'reacted', label: 'reacted-who', icon: <SmileIcon />, when: ({ reactions }) => (reactions ?? []).length > 0, run: ({ id }) => openDialog({ kind: 'reacted', message: id }) },
  { id: 'readers', label: 'readers', icon: <EyeIcon />, when: (message, chat) => open(message) && message.ticks !== undefined && chat.kind === 'group', run: ({ id }) => openDialog({ kind: 'readers', message: id }) },
  { id: 'wordings', label: 'wordings', icon: <PenIcon />, when: ({ edited }) => edited !== undefined, run: ({ id }) => openDialog({ kind: 'wordings', message: id }) },
  { id: 'truth', label: 'truth-title', icon: <InfoIcon />, run: ({ id }) => openDialog({ kind: 'truth', message: id }) },
  { id: 'proof', label: 'proof', icon: <ShieldIcon />, when: (message) => open(message) && !message.mine, run: (message) => openDialog({ kind: 'proof', message }) },
  { id: 'theme', label: 'themes-use', icon: <PaletteIcon />, when: ({ text }) => receive(text) !== undefined, run: ({ text }) => openDialog({ kind: 'theme', code: text }) },
  { id: 'delete', label: 'delete', icon: <TrashIcon />, danger: true, run: ({ id }) => openDialog({ kind: 'delete', messages: [id] }) },
];

/** The text field is for that now, and has the focus. */
function begin(chat: Chat, mode: Mode): void {
  compose(chat.id, mode);
  document.getElementById(FIELD)?.focus();
}

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
