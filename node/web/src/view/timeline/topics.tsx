// The topics of a group: a line of them under its name, and what one is called.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Chat, Topic } from '../../api/types';
import { api } from '../../api/client';
import { changeGroup, members } from '../../app/groups';
import { me } from '../../app/select';
import { chooseTopic, openDialog, state, topicNow } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { mayChangeTopic, rightsIn } from '../../model/groups';
import { GENERAL } from '../../model/place';
import { Dialog } from '../parts/dialog';
import { PenIcon, PlusIcon } from '../parts/icons';
import { IconButton } from '../parts/button';

/** Bytes are 128 and 32; so many letters fit in every script. */
const TITLE_MAX = 32;
const ICON_MAX = 8;

const topicsOf = (chat: string): readonly Topic[] => state.value.topics.get(chat) ?? [];

/** True if not everybody writes where one is. */
export const closedHere = (chat: string): boolean => topicsOf(chat).some(({ id, closed }) => closed && id === topicNow(chat));

export const titleOf = ({ id, title }: Topic): string => (id === GENERAL ? t('topic-general') : title);

export function Topics({ chat }: { chat: Chat }) {
  const topics = useComputed(() => topicsOf(chat.id)).value;
  const chosen = useComputed(() => state.value.chosen.get(chat.id)).value;
  const known = useComputed(() => members.value.get(chat.id)).value;
  if (topics.length === 0 || (chat.topics ?? 0) === 0) return null;
  const shown = topics.find(({ id }) => id === chosen);
  const changeable = chat.standing === 'in' && known && shown && mayChangeTopic(known, me.value, shown);
  return (
    <nav class="topics" aria-label={t('topics')}>
      <div class="topics-line">
        <button type="button" aria-pressed={chosen === undefined} onClick={() => chooseTopic(chat.id, undefined)}>{t('topics-all')}</button>
        {topics.map((topic) => (
          <button key={topic.id} type="button" aria-pressed={chosen === topic.id} data-topic={topic.id} onClick={() => chooseTopic(chat.id, topic.id)}>
            {topic.closed && <span title={t('topic-closed')}><span aria-hidden="true">🔒</span><span class="hidden">{t('topic-closed')} </span></span>}
            {topic.icon !== '' && <span aria-hidden="true">{topic.icon}</span>}
            <bdi>{titleOf(topic)}</bdi>
            {topic.unread > 0 && <span class="badge">{count(topic.unread)}<span class="hidden"> {t('unread-messages')}</span></span>}
          </button>
        ))}
      </div>
      {changeable && (
        <IconButton label={t('topic-change')} onClick={() => openDialog({ kind: 'topic', chat: chat.id, topic: shown.id })}><PenIcon /></IconButton>
      )}
      {chat.standing === 'in' && known && rightsIn(known, me.value).topics && (
        <IconButton label={t('topic-new')} onClick={() => openDialog({ kind: 'topic', chat: chat.id })}><PlusIcon /></IconButton>
      )}
    </nav>
  );
}

/** Where a message stands, said where all topics are shown. */
export function InTopic({ chat, topic }: { chat: Chat; topic: number | undefined }) {
  const known = useComputed(() => topicsOf(chat.id).find(({ id }) => id === topic)).value;
  const all = useComputed(() => !state.value.chosen.has(chat.id)).value;
  if (!known || !all || known.id === GENERAL) return null;
  return (
    <button type="button" class="in-topic" tabIndex={-1} onClick={() => chooseTopic(chat.id, known.id)}>
      {known.icon !== '' && <span aria-hidden="true">{known.icon} </span>}<bdi>{titleOf(known)}</bdi><span class="hidden">: </span>
    </button>
  );
}

export function TopicDialog({ chat, topic }: { chat: string; topic: number | undefined }) {
  const known = useComputed(() => topicsOf(chat).find(({ id }) => id === topic)).value;
  const [title, setTitle] = useState(known?.title ?? '');
  const [icon, setIcon] = useState(known?.icon ?? '');
  const [closed, setClosed] = useState(known?.closed ?? false);
  const [removing, setRemoving] = useState(false);
  const close = () => openDialog(undefined);
  const save = (event: Event) => {
    event.preventDefault();
    close();
    const work = known ? api.setTopic(chat, known.id, { title, icon, closed }) : api.makeTopic(chat, title, icon);
    void changeGroup(chat, work);
  };
  const remove = () => {
    close();
    if (known) void changeGroup(chat, api.removeTopic(chat, known.id));
  };
  if (removing && known) {
    return (
      <Dialog title={t('topic-remove')}>
        <p>{t('topic-remove-why', { name: titleOf(known) })}</p>
        <div class="buttons end">
          <button type="button" class="quiet" onClick={() => setRemoving(false)}>{t('cancel')}</button>
          <button type="button" class="primary" onClick={remove}>{t('topic-remove')}</button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t(known ? 'topic-change' : 'topic-new')}>
      <form class="settings-form" onSubmit={save}>
        <label class="field">
          {t('topic-title')}
          <input type="text" required dir="auto" maxLength={TITLE_MAX} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="field">
          {t('topic-icon')}
          <input type="text" class="short" maxLength={ICON_MAX} value={icon} onInput={(event) => setIcon(event.currentTarget.value)} />
        </label>
        {known && (
          <label class="choice">
            <input type="checkbox" checked={closed} onChange={(event) => setClosed(event.currentTarget.checked)} />
            {t('topic-close')}
          </label>
        )}
        <div class="buttons end">
          {known && <button type="button" class="quiet danger" onClick={() => setRemoving(true)}>{t('topic-remove')}</button>}
          <button type="button" class="quiet" onClick={close}>{t('cancel')}</button>
          <button type="submit" class="primary" disabled={title.trim() === ''}>{t('save')}</button>
        </div>
      </form>
    </Dialog>
  );
}
