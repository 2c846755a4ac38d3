// Everybody one knows, in the order of their names.
import { useComputed, useSignal } from '@preact/signals';
import { Virtualizer } from 'virtua';
import type { Contact } from '../../api/types';
import { contacts } from '../../app/select';
import { openPane, show } from '../../app/store';
import { language, t } from '../../i18n/texts';
import { searched } from '../../model/state';
import { Request } from '../list/request';
import { AskedRow } from '../list/rows';
import { Avatar } from '../parts/avatar';
import { AddIcon, InviteIcon } from '../parts/icons';
import { Name } from '../parts/name';

export function Contacts() {
  const query = useSignal('');
  const all = useComputed(() => {
    const order = new Intl.Collator(language().code).compare;
    const known = [...contacts.value.values()].filter((contact) => contact.state !== 'declined');
    return searched(known.sort((a, b) => order(a.name, b.name)), query.value);
  }).value;
  return (
    <>
      <ul class="links">
        <li><button type="button" onClick={() => openPane('contacts/add')}><AddIcon /><span>{t('contact-add')}</span></button></li>
        <li><button type="button" onClick={() => openPane('invite')}><InviteIcon /><span>{t('invite')}</span></button></li>
      </ul>
      <input
        class="filter"
        type="search"
        placeholder={t('search')}
        aria-label={t('contacts-search')}
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
      />
      {all.length === 0 && <p class="empty">{query.value === '' ? t('contacts-none') : t('search-nothing')}</p>}
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
