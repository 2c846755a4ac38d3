// Who did something, under headings: who voted for what, who feels how, who has read.
import { nameOfUser } from '../../app/messages';
import { me } from '../../app/select';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Avatar } from './avatar';
import { Name } from './name';

export interface Group {
  readonly key: string;
  readonly title: string;
  readonly users: readonly string[];
  /** Said instead of a list while nobody is in it. */
  readonly nobody?: string;
}

export function Who({ chat, groups }: { chat: string; groups: readonly Group[] }) {
  return (
    <div class="who">
      {groups.map(({ key, title, users, nobody }) => (
        <section key={key} aria-label={title}>
          <h3><span dir="auto">{title}</span> <span class="faint">{count(users.length)}</span></h3>
          {users.length === 0 && nobody !== undefined && <p class="faint">{nobody}</p>}
          <ul>
            {users.map((user) => (
              <li key={user}>
                <Avatar id={user} name={nameOfUser(user, chat)} />
                <span class="title"><Name of={nameOfUser(user, chat)} />{user === me.value && <> ({t('you')})</>}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
