// Contacts in the order of their names, and the field that narrows them down.
import { type ReadonlySignal, type Signal, useComputed } from '@preact/signals';
import type { Contact } from '../../api/types';
import { contacts } from '../../app/select';
import { language, t } from '../../i18n/texts';
import { searched } from '../../model/state';

/** Contacts that `fits` takes and whose names hold the words. */
export function useContacts(query: Signal<string>, fits: (contact: Contact) => boolean): ReadonlySignal<readonly Contact[]> {
  return useComputed(() => {
    const order = new Intl.Collator(language().code).compare;
    const known = [...contacts.value.values()].filter(fits);
    return searched(known.sort((a, b) => order(a.name, b.name)), query.value);
  });
}

/** The field, and what is said if nobody is left. */
export function ContactFilter({ query, none }: { query: Signal<string>; none: boolean }) {
  return (
    <>
      <input
        class="filter"
        type="search"
        placeholder={t('search')}
        aria-label={t('contacts-search')}
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
      />
      {none && <p class="empty">{query.value === '' ? t('contacts-none') : t('search-nothing')}</p>}
    </>
  );
}
