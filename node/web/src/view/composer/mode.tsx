// Above the field: what is answered, or which message gets another wording.
import { useComputed } from '@preact/signals';
import { compose, nameOfUser } from '../../app/messages';
import { modes } from '../../app/select';
import { draft } from '../../app/store';
import { t } from '../../i18n/texts';
import { IconButton } from '../parts/button';
import { CloseIcon } from '../parts/icons';

export function ModeBar({ chat }: { chat: string }) {
  const mode = useComputed(() => modes.value.get(chat)).value;
  if (!mode) return null;
  const { message, kind, quote } = mode;
  const title = kind === 'edit' ? t('message-edit') : t('answer-to', { name: nameOfUser(message.from) });
  const leave = () => {
    if (kind === 'edit') draft(chat, '');
    compose(chat, undefined);
  };
  return (
    <div class="mode">
      <span class="mode-text">
        <strong>{title}</strong>
        <span dir="auto">{(quote ?? message.text).slice(0, 160)}</span>
      </span>
      <IconButton label={t('cancel')} onClick={leave}><CloseIcon /></IconButton>
    </div>
  );
}
