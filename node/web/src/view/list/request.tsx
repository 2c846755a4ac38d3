// Somebody who would like to talk, and the two answers.
import type { Contact } from '../../api/types';
import { accept, decline } from '../../app/store';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { Name, nameOf } from '../parts/name';

export function Request({ contact }: { contact: Contact }) {
  return (
    <div class="request">
      <Avatar id={contact.user} name={contact.name} />
      <div class="row-text">
        <span class="title"><Name of={contact.name} /></span>
        <p class="preview" dir="auto">{contact.greeting || t('request-text')}</p>
        <div class="buttons">
          <button type="button" class="primary" onClick={() => void accept(contact.user)}>
            {t('accept')}<span class="hidden"> {nameOf(contact.name)}</span>
          </button>
          <button type="button" class="quiet" onClick={() => void decline(contact.user)}>
            {t('decline')}<span class="hidden"> {nameOf(contact.name)}</span>
          </button>
        </div>
      </div>
    </div>
  );
}
