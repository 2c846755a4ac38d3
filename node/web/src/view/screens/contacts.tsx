// Everybody one knows, in the order of their names.
import { useSignal } from '@preact/signals';
import { Virtualizer } from 'virtua';
import type { Contact } from '../../api/types';
import { openPane, show } from '../../app/store';
import { t } from '../../i18n/texts';
import { Request } from '../list/request';
import { AskedRow } from '../list/rows';
import { Avatar } from '../parts/avatar';
import { AddIcon, InviteIcon } from '../parts/icons';
import { ContactFilter, useContacts } from '../parts/filter';
import { Name } from '../parts/name';

export function Contacts() {
  const query = useSignal('');
  const all = useContacts(query, (contact) => contact.state !== 'declined').value;
  return (
    <>
      <ul class="links">
        <li><button type="button" onClick={() => openPane('contacts/add')}><AddIcon /><span>{t('contact-add')}</span></button></li>
        <li><button type="button" onClick={() => openPane('invite')}><InviteIcon /><span>{t('invite')}</span></button></li>
      </ul>
      <ContactFilter query={query} none={all.length === 0} />
      <Virtualizer data={all}>{(contact: Contact) => <Row key={contact.user} contact={contact} />}</Virtualizer>
    </>
  );
}

function Row({ contact }: { contact: Contact }) {
  if (contact.state === 'pending') return <Request contact={contact} />;
  if (!contact.chat) return <AskedRow contact={contact} />;
  return (
    <button type="button" class="chat-row" onClick={() => show(contact.chat)}>
      <Avatar id={contact.user} name={contact.name} />
      <span class="row-text">
        <span class="title"><Name of={contact.name} /></span>
        {contact.state === 'requested' && <span class="preview">{contact.problem || t('request-waits')}</span>}
      </span>
    </button>
  );
}
