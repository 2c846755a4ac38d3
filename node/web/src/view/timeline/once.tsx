// A message that could be seen once: this is the once.
import type { Message } from '../../api/types';
import { t } from '../../i18n/texts';
import { Rich } from '../content/rich';
import { Dialog } from '../parts/dialog';

export function OnceDialog({ message }: { message: Message }) {
  return (
    <Dialog title={t('once-title')}>
      <p class="whole" dir="auto"><Rich text={message.text} entities={message.entities} /></p>
      <p class="faint">{t('once-why')}</p>
    </Dialog>
  );
}
