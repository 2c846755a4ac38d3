// People whose requests and messages are not shown.
import { useComputed } from '@preact/signals';
import { contacts } from '../../app/select';
import { block } from '../../app/people';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { Name, nameOf } from '../parts/name';

export function Blocked() {
  const all = useComputed(() => [...contacts.value.values()].filter((contact) => contact.blocked)).value;
  return (
    <>
      <p class="lead">{t('blocked-what')}</p>
      {all.length === 0 && <p class="empty">{t('blocked-none')}</p>}
      <ul>
        {all.map(({ user, name }) => (
          <li key={user} class="asked">
            <Avatar id={user} name={name} />
            <span class="row-text"><span class="title"><Name of={name} /></span></span>
            <button type="button" class="quiet" onClick={() => void block(user, false)}>
              {t('unblock')}<span class="hidden"> {nameOf(name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
