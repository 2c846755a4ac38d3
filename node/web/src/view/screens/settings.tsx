// The list of settings, under one's own face.
import { status } from '../../app/select';
import { logOut, openPane } from '../../app/store';
import { t } from '../../i18n/texts';
import { Avatar } from '../parts/avatar';
import { ForwardIcon, LeaveIcon } from '../parts/icons';
import { Name } from '../parts/name';
import { below } from './registry';

export function Settings() {
  const me = status.value?.me;
  return (
    <>
      {me && (
        <div class="portrait">
          <Avatar id={me.user} name={me.name} large />
          <h2><Name of={me.name} /></h2>
        </div>
      )}
      <ul class="links">
        {below('settings').map(({ path, title, icon: Icon }) => (
          <li key={path}>
            <button type="button" onClick={() => openPane(path)}>
              {Icon && <Icon />}<span>{t(title)}</span><ForwardIcon />
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="danger" onClick={() => void logOut()}><LeaveIcon /><span>{t('log-out')}</span></button>
        </li>
      </ul>
    </>
  );
}
