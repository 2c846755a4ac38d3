// The bar that stands in the header's place while messages are chosen. A new bulk action is an entry of BULK.
import type { ComponentChildren } from 'preact';
import type { Chat, Message } from '../../api/types';
import { chooseNone, chosenOf } from '../../app/selection';
import { momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { CloseIcon, CopyIcon } from '../parts/icons';
import { nameOf } from '../parts/name';
import { copy } from './actions';

interface BulkAction {
  readonly id: string;
  readonly label: Plain;
  readonly icon: ComponentChildren;
  /** Left out: always. */
  readonly when?: (messages: readonly Message[]) => boolean;
  readonly run: (messages: readonly Message[], chat: Chat) => void;
}

const BULK: readonly BulkAction[] = [
  { id: 'copy', label: 'message-copy', icon: <CopyIcon />, run: (messages, chat) => void copy(messages.map((one) => line(one, chat)).join('\n')) },
];

function line(message: Message, chat: Chat): string {
  return `[${momentOf(message.at)}] ${message.mine ? t('you') : nameOf(chat.title)}: ${message.text}`;
}

export function SelectionBar({ chat }: { chat: Chat }) {
  const messages = chosenOf(chat.id);
  return (
    <header class="bar selection-bar">
      <IconButton label={t('close')} onClick={chooseNone}><CloseIcon /></IconButton>
      <h1><span role="status">{t('selected', { count: messages.length })}</span></h1>
      <span class="spacer" />
      {BULK.filter(({ when }) => when?.(messages) ?? true).map(({ id, label, icon, run }) => (
        <IconButton
          key={id}
          label={t(label)}
          onClick={() => {
            run(messages, chat);
            chooseNone();
          }}
        >
          {icon}
        </IconButton>
      ))}
    </header>
  );
}
