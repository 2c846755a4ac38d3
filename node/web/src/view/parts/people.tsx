// Chooses among one's contacts.
import { useSignal } from '@preact/signals';
import { Virtualizer } from 'virtua';
import type { Contact } from '../../api/types';
import { t } from '../../i18n/texts';
import { Avatar } from './avatar';
import { ContactFilter, useContacts } from './filter';
import { Name } from './name';

interface PeopleProps {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** Not offered: who is in already. */
  without?: ReadonlySet<string>;
}

export function People({ chosen, onChange, without }: PeopleProps) {
  const query = useSignal('');
  const all = useContacts(query, (one) => one.state === 'accepted' && !one.blocked && !without?.has(one.user)).value;
  const turn = (user: string, on: boolean) => onChange(on ? [...chosen, user] : chosen.filter((one) => one !== user));
  return (
    <fieldset class="people">
      <legend class="hidden">{t('contacts')}</legend>
      <ContactFilter query={query} none={all.length === 0} />
      <div class="people-scroll" tabIndex={-1}>
        <Virtualizer data={all}>
          {(contact: Contact) => (
            <label key={contact.user} class="choice">
              <input
                type="checkbox"
                checked={chosen.includes(contact.user)}
                onChange={(event) => turn(contact.user, event.currentTarget.checked)}
              />
              <span><Avatar id={contact.user} name={contact.name} /><Name of={contact.name} /></span>
            </label>
          )}
        </Virtualizer>
      </div>
    </fieldset>
  );
}
