// Whose card is sent: a contact's, or one's own.
import { useSignal } from '@preact/signals';
import { sendCard } from '../../app/people';
import { status } from '../../app/select';
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { ContactFilter, useContacts } from '../parts/filter';
import { Name } from '../parts/name';

/** More are found by typing. */
const SHOWN = 100;

export function CardDialog({ chat }: { chat: string }) {
  const query = useSignal('');
  const all = useContacts(query, (one) => one.state === 'accepted').value;
  const me = status.value?.me;
  const choose = (user: string) => {
    openDialog(undefined);
    void sendCard(chat, user);
  };
  const Row = ({ user, name, own }: { user: string; name: string; own?: boolean }) => (
    <li>
      <button type="button" class="chat-row" onClick={() => choose(user)}>
        <Avatar id={user} name={name} />
        <span class="title"><Name of={name} />{own && <span class="faint"> {t('card-own')}</span>}</span>
      </button>
    </li>
  );
  return (
    <Dialog title={t('card')}>
      <p class="faint">{t('card-what')}</p>
      <ContactFilter query={query} none={false} />
      <ul class="forward-to">
        {me && query.value === '' && <Row user={me.user} name={me.name} own />}
        {all.slice(0, SHOWN).map(({ user, name }) => <Row key={user} user={user} name={name} />)}
      </ul>
    </Dialog>
  );
}
