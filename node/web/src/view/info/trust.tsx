// Whether it is really them, and whether one wants to hear from them.
import type { Contact } from '../../api/types';
import { block } from '../../app/people';
import { openDialog } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { BlockIcon, ShieldIcon } from '../parts/icons';

export function Trust({ contact }: { contact: Contact }) {
  const { user, blocked } = contact;
  return (
    <section class="card">
      {contact.forked && <p class="problem" role="alert">{t('contact-forked')}</p>}
      {(contact.devices ?? 0) > 0 && <p>{t('contact-devices', { devices: count(contact.devices ?? 0) })}</p>}
      <ul class="links">
        <li>
          <button type="button" onClick={() => openDialog({ kind: 'safety', user })}><ShieldIcon /><span>{t('safety')}</span></button>
        </li>
        <li>
          <button type="button" class={blocked ? undefined : 'danger'} onClick={() => void block(user, !blocked)}>
            <BlockIcon /><span>{t(blocked ? 'unblock' : 'block')}</span>
          </button>
        </li>
      </ul>
    </section>
  );
}
