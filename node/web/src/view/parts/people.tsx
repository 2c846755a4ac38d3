// Chooses among one's contacts.
import { useComputed, useSignal } from '@preact/signals';
import { Virtualizer } from 'virtua';
import type { Contact } from '../../api/types';
import { contacts } from '../../app/select';
import { language, t } from '../../i18n/texts';
import { searched } from '../../model/state';
import { Avatar } from './avatar';
import { Name } from './name';

interface PeopleProps {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
  /** Not offered: who is in already. */
  without?: ReadonlySet<string>;
}

export function People({ chosen, onChange, without }: PeopleProps) {
  const query = useSignal('');
  const all = useComputed(() => {
    const order = new Intl.Collator(language().code).compare;
    const known = [...contacts.value.values()].filter((one) => one.state === 'accepted' && !one.blocked && !without?.has(one.user));
    return searched(known.sort((a, b) => order(a.name, b.name)), query.value);
  }).value;
  const turn = (user: string, on: boolean) => onChange(on ? [...chosen, user] : chosen.filter((one) => one !== user));
  return (
    <fieldset class="people">
      <legend class="hidden">{t('contacts')}</legend>
      <input
        class="filter"
        type="search"
        placeholder={t('search')}
        aria-label={t('contacts-search')}
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
      />
      {all.length === 0 && <p class="empty">{query.value === '' ? t('contacts-none') : t('search-nothing')}</p>}
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
