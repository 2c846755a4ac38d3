// What is known about a group or channel: what it is for, who is in it, what one may do.
import { useComputed } from '@preact/signals';
import { Virtualizer } from 'virtua';
import type { Chat, Member, Members } from '../../api/types';
import { members } from '../../app/groups';
import { me } from '../../app/select';
import { openDialog } from '../../app/store';
import { count, momentOf } from '../../i18n/dates';
import { type Plain, language, t } from '../../i18n/texts';
import { mayChange, ordered, rightsIn } from '../../model/groups';
import { Avatar } from '../parts/avatar';
import { AddIcon, CloseIcon, PenIcon, PlusIcon } from '../parts/icons';
import { Name } from '../parts/name';
import { Links } from './links';

export function GroupInfo({ chat }: { chat: Chat }) {
  const all = useComputed(() => members.value.get(chat.id)).value;
  if (!all) return <p class="faint center" role="status">{t('loading')}</p>;
  return <Known chat={chat} all={all} />;
}

function Known({ chat, all }: { chat: Chat; all: Members }) {
  const rights = rightsIn(all, me.value);
  const inside = chat.standing === 'in';
  const people = ordered(all.members, new Intl.Collator(language().code).compare);
  return (
    <>
      {all.about !== '' && <p class="center" dir="auto">{all.about}</p>}
      {all.waiting > 0 && <p class="faint center" role="status">{t('group-waiting', { count: count(all.waiting) })}</p>}
      <section class="card">
        <ul class="links">
          {inside && rights.invite && <Line label="members-add" icon={<AddIcon />} run={() => openDialog({ kind: 'add-members', chat: chat.id })} />}
          {inside && (rights.change_info || rights.ban) && <Line label="group-settings" icon={<PenIcon />} run={() => openDialog({ kind: 'group', chat: chat.id })} />}
          {inside && chat.kind === 'group' && rights.topics && <Line label="topic-new" icon={<PlusIcon />} run={() => openDialog({ kind: 'topic', chat: chat.id })} />}
          {inside && <Line label={chat.kind === 'group' ? 'group-leave' : 'channel-leave'} icon={<CloseIcon />} danger run={() => openDialog({ kind: 'leave', chat: chat.id })} />}
        </ul>
      </section>
      {inside && rights.invite && <Links chat={chat} />}
      <section class="card">
        <h3>{chat.kind === 'group' ? t('group-members', { count: all.members.length }) : t('channel-members', { count: all.members.length })}</h3>
        <div class="people-scroll" tabIndex={-1}>
          <Virtualizer data={people}>
            {(member: Member) => (
              <MemberRow key={member.user} chat={chat.id} member={member} changeable={inside && mayChange(rights, me.value, member)} />
            )}
          </Virtualizer>
        </div>
      </section>
    </>
  );
}

function Line({ label, icon, danger, run }: { label: Plain; icon: preact.ComponentChildren; danger?: boolean; run: () => void }) {
  return <li><button type="button" class={danger ? 'danger' : undefined} onClick={run}>{icon}<span>{t(label)}</span></button></li>;
}

export const ROLES: Readonly<Record<Member['role'], Plain>> = {
  owner: 'role-owner', admin: 'role-admin', member: 'role-member', restricted: 'role-restricted', banned: 'role-banned',
};

function MemberRow({ chat, member, changeable }: { chat: string; member: Member; changeable: boolean }) {
  const role = member.role === 'member' ? '' : t(ROLES[member.role]);
  const until = member.role === 'restricted' && (member.until ?? 0) > 0 ? ` · ${momentOf(member.until ?? 0)}` : '';
  const inside = (
    <>
      <Avatar id={member.user} name={member.name} />
      <span class="row-text">
        <span class="title"><Name of={member.name} />{member.user === me.value && <> ({t('you')})</>}</span>
        {role !== '' && <span class="preview">{role}{until}</span>}
      </span>
    </>
  );
  if (!changeable) return <div class="asked">{inside}</div>;
  return (
    <button type="button" class="chat-row" onClick={() => openDialog({ kind: 'member', chat, user: member.user })}>
      {inside}
    </button>
  );
}
