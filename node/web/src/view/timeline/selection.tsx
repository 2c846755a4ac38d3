// The bar that stands in the header's place while messages are chosen. A new bulk action is an entry of BULK.
import type { ComponentChildren } from 'preact';
import type { Chat, Message } from '../../api/types';
import { authorOf } from '../../app/messages';
import { chooseNone, chosenOf } from '../../app/selection';
import { openDialog } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { CloseIcon, CopyIcon, SendOnIcon, TrashIcon } from '../parts/icons';
import { nameOf } from '../parts/name';
import { copy, open } from './actions';

interface BulkAction {
  readonly id: string;
  readonly label: Plain;
  readonly icon: ComponentChildren;
  /** Left out: always. */
  readonly when?: (messages: readonly Message[]) => boolean;
  readonly run: (messages: readonly Message[]) => void;
}

const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

/** What ends the choice does so when it is done: whoever thinks again still has it. */
const BULK: readonly BulkAction[] = [
  { id: 'copy', label: 'message-copy', icon: <CopyIcon />, when: (messages) => messages.some(({ text }) => text !== ''), run: copyAll },
  { id: 'forward', label: 'message-forward', icon: <SendOnIcon />, when: (messages) => messages.every(open), run: (messages) => openDialog({ kind: 'forward', messages: idsOf(messages) }) },
  { id: 'delete', label: 'delete', icon: <TrashIcon />, run: (messages) => openDialog({ kind: 'delete', messages: idsOf(messages) }) },
];

function copyAll(messages: readonly Message[]): void {
  void copy(messages.map(line).join('\n'));
  chooseNone();
}

function line(message: Message): string {
  return `[${momentOf(message.at)}] ${message.mine ? t('you') : nameOf(authorOf(message))}: ${message.text}`;
}

export function SelectionBar({ chat }: { chat: Chat }) {
  const messages = chosenOf(chat.id);
  return (
    <header class="bar selection-bar">
      <IconButton label={t('close')} onClick={chooseNone}><CloseIcon /></IconButton>
      <h1><span role="status">{t('selected', { count: messages.length })}</span></h1>
      <span class="spacer" />
      {messages.length > 0 && BULK.filter(({ when }) => when?.(messages) ?? true).map(({ id, label, icon, run }) => (
        <IconButton key={id} label={t(label)} onClick={() => run(messages)}>{icon}</IconButton>
      ))}
    </header>
  );
}
