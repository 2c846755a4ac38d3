// One line of what happened to a group or channel.
import type { ChatEvent } from '../../api/types';
import { language, t } from '../../i18n/texts';
import { plain } from '../../model/words';

export function EventLine({ event }: { event: ChatEvent }) {
  return <p class="event"><span>{textOf(event)}</span></p>;
}

function textOf({ what, by, users = [], title }: ChatEvent): string {
  const names = new Intl.ListFormat(language().code, { type: 'conjunction' }).format(users.map(({ name }) => plain(name)));
  const who = plain(by.name);
  switch (what) {
    case 'made': return t('event-made', { who });
    case 'added': return t('event-added', { who, names });
    case 'joined': return t('event-joined', { names });
    case 'removed': return t('event-removed', { who, names });
    case 'left': return t('event-left', { names });
    case 'title': return t('event-title', { who, title: plain(title ?? '') });
    case 'about': return t('event-about', { who });
    case 'picture': return t('event-picture', { who });
    case 'no_picture': return t('event-no-picture', { who });
    case 'admin': return t('event-admin', { who, names });
    case 'member': return t('event-member', { who, names });
    case 'restricted': return t('event-restricted', { who, names });
    case 'banned': return t('event-banned', { who, names });
    case 'owner': return t('event-owner', { names });
  }
}
