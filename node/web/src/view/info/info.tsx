// The right column: what is known about the open chat.
import { useComputed } from '@preact/signals';
import type { Chat } from '../../api/types';
import { choose, prefs } from '../../app/prefs';
import { members } from '../../app/groups';
import { chats, contacts, me } from '../../app/select';
import { openInfo } from '../../app/store';
import { play } from '../../app/sounds';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { isGroup, rightsIn } from '../../model/groups';
import { isSound } from '../../model/prefs';
import { plain } from '../../model/words';
import { Avatar } from '../parts/avatar';
import { IconButton } from '../parts/button';
import { CloseIcon } from '../parts/icons';
import { Mood } from '../parts/mood';
import { Name } from '../parts/name';
import { GroupInfo } from './group';
import { Forks } from './forks';
import { Homes } from './homes';
import { Lifetime } from './lifetime';
import { SharedMedia } from './shared';
import { Trust } from './trust';
import { MissingCard } from '../timeline/missing';
import { soundChoices } from '../screens/notifications';

export function InfoColumn({ chat: id }: { chat: string }) {
  const chat = useComputed(() => chats.value.get(id)).value;
  return (
    <aside class="column info" aria-label={t('info')}>
      <header class="bar">
        <IconButton label={t('close')} onClick={() => openInfo(false)}><CloseIcon /></IconButton>
        <h2>{t('info')}</h2>
      </header>
      {chat && <div class="screen-body"><About chat={chat} /></div>}
    </aside>
  );
}

function About({ chat }: { chat: Chat }) {
  const person = useComputed(() => contacts.value.get(chat.with ?? '')).value;
  return (
    <>
      <div class="portrait">
        <Avatar id={chat.with ?? chat.id} name={chat.title} large />
        <h3><Name of={chat.title} /><Mood of={chat.with} /></h3>
        {person?.about?.username && <p class="faint"><bdi>@{plain(person.about.username)}</bdi></p>}
        {person?.about?.bio && <p dir="auto">{person.about.bio}</p>}
      </div>
      {person && <p class="faint center">{t('contact-since', { moment: momentOf(person.since) })}</p>}
      {person && <Trust contact={person} />}
      {(chat.kind === 'group' || chat.kind === 'channel') && <GroupInfo chat={chat} />}
      <SharedMedia key={`shared-${chat.id}`} chat={chat.id} />
      <MissingCard chat={chat} />
      <Lifetime chat={chat} />
      <Where chat={chat} />
      <Forks chat={chat} />
      <SoundChoice chat={chat.id} />
      {chat.with && <Id label={t('contact-id')} id={chat.with} />}
    </>
  );
}

/** Where the chat lives; who may change its rules may move it, in a private chat either. */
function Where({ chat }: { chat: Chat }) {
  const known = useComputed(() => members.value.get(chat.id)).value;
  if (chat.standing !== 'in') return null;
  const may = isGroup(chat) ? known !== undefined && rightsIn(known, me.value).change_info : true;
  return <Homes key={`homes-${chat.id}`} chat={chat} may={may} />;
}

function Id({ label, id }: { label: string; id: string }) {
  return <section class="card"><h3>{label}</h3><code class="whole">{id}</code></section>;
}

function SoundChoice({ chat }: { chat: string }) {
  const own = prefs.value.sounds[chat];
  const change = (value: string) => {
    const sounds = Object.fromEntries(Object.entries(prefs.value.sounds).filter(([id]) => id !== chat));
    const sound = isSound(value) ? value : undefined;
    choose({ sounds: sound ? { ...sounds, [chat]: sound } : sounds });
    play(sound ?? prefs.value.sound);
  };
  return (
    <section class="card">
      <label class="field">
        {t('sound-chat')}
        <select value={own ?? ''} onChange={(event) => change(event.currentTarget.value)}>
          <option value="">{t('sound-as-others')}</option>
          {soundChoices().map(({ sound, name }) => <option key={sound} value={sound}>{name}</option>)}
        </select>
      </label>
    </section>
  );
}
