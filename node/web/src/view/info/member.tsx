// What a member is in a group or channel: a role with its rights, or out.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Member, Members, RoleName } from '../../api/types';
import { changeGroup, members } from '../../app/groups';
import { me } from '../../app/select';
import { openDialog } from '../../app/store';
import { type Plain, t } from '../../i18n/texts';
import { PERMISSIONS, type Permission, RIGHTS, type Right, memberOf, rightsIn } from '../../model/groups';
import { Dialog } from '../parts/dialog';
import { Choice } from '../parts/fields';
import { nameOf } from '../parts/name';
import { ROLES } from './group';

export const RIGHT_NAMES: Readonly<Record<Right, Plain>> = {
  change_info: 'right-change-info', delete: 'right-delete', ban: 'right-ban', invite: 'right-invite', pin: 'right-pin',
  promote: 'right-promote', post: 'right-post', topics: 'right-topics',
};

export const PERMISSION_NAMES: Readonly<Record<Permission, Plain>> = {
  text: 'may-text', media: 'may-media', poll: 'may-poll', react: 'may-react', invite: 'right-invite', pin: 'right-pin',
  change_info: 'right-change-info', topics: 'right-topics',
};

const HOUR = 3_600_000;
/** How long a restriction holds; 0: for ever. */
const SPANS: readonly { readonly span: number; readonly label: Plain }[] = [
  { span: 0, label: 'until-lifted' }, { span: HOUR, label: 'for-hour' }, { span: 24 * HOUR, label: 'for-day' }, { span: 7 * 24 * HOUR, label: 'for-week' },
];

export function MemberDialog({ chat, user }: { chat: string; user: string }) {
  const all = useComputed(() => members.value.get(chat)).value;
  const member = all && memberOf(all, user);
  if (!all || !member) return <Dialog title={t('member')}><p>{t('member-gone')}</p></Dialog>;
  return <Known key={user} all={all} member={member} />;
}

function Known({ all, member }: { all: Members; member: Member }) {
  const rights = rightsIn(all, me.value);
  const owner = all.role === 'owner';
  const [role, setRole] = useState<RoleName>(member.role);
  const [can, setCan] = useState<readonly string[]>(member.can ?? []);
  const [span, setSpan] = useState(0);
  const roles: RoleName[] = ['member'];
  if (rights.promote) roles.push('admin');
  if (rights.ban) roles.push('restricted');
  if (owner) roles.push('owner');
  const close = () => openDialog(undefined);
  const choose = (next: RoleName) => {
    setRole(next);
    if (next === member.role) setCan(member.can ?? []);
    else setCan(next === 'admin' ? ['delete', 'invite', 'pin', ...(all.kind === 'channel' ? ['post'] : [])] : []);
  };
  const save = () => {
    close();
    void changeGroup(all.chat, api.setRole(all.chat, member.user, role, [...can], role === 'restricted' && span > 0 ? Date.now() + span : 0));
  };
  const takeOut = (ban: boolean) => {
    close();
    void changeGroup(all.chat, api.removeMember(all.chat, member.user, ban));
  };
  return (
    <Dialog title={nameOf(member.name)}>
      <fieldset class="choices">
        <legend>{t('role')}</legend>
        {roles.map((one) => (
          <Choice key={one} name="role" value={one} chosen={role} onChoose={() => choose(one)}>{t(ROLES[one])}</Choice>
        ))}
      </fieldset>
      {role === 'admin' && <Checks legend={t('rights')} names={RIGHT_NAMES} all={all.kind === 'channel' ? RIGHTS : RIGHTS.filter((right) => right !== 'post')} can={can} onChange={setCan} />}
      {role === 'restricted' && <Checks legend={t('may-still')} names={PERMISSION_NAMES} all={PERMISSIONS} can={can} onChange={setCan} />}
      {role === 'restricted' && (
        <label class="field">
          {t('until')}
          <select value={String(span)} onChange={(event) => setSpan(Number(event.currentTarget.value))}>
            {SPANS.map((one) => <option key={one.span} value={String(one.span)}>{t(one.label)}</option>)}
          </select>
        </label>
      )}
      {role === 'owner' && <p class="problem" role="alert">{t('hand-over-why', { name: nameOf(member.name) })}</p>}
      <div class="buttons end">
        {rights.ban && <button type="button" class="quiet danger" onClick={() => takeOut(true)}>{t('member-ban')}</button>}
        {rights.ban && <button type="button" class="quiet danger" onClick={() => takeOut(false)}>{t('member-remove')}</button>}
        <button type="button" class="primary" onClick={save}>{t(role === 'owner' ? 'hand-over' : 'save')}</button>
      </div>
    </Dialog>
  );
}

interface ChecksProps<K extends string> {
  legend: string;
  names: Readonly<Record<K, Plain>>;
  all: readonly K[];
  can: readonly string[];
  onChange: (can: readonly string[]) => void;
}

export function Checks<K extends string>({ legend, names, all, can, onChange }: ChecksProps<K>) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {all.map((one) => (
        <label key={one} class="choice">
          <input
            type="checkbox"
            checked={can.includes(one)}
            onChange={(event) => onChange(event.currentTarget.checked ? [...can, one] : can.filter((other) => other !== one))}
          />
          <span>{t(names[one])}</span>
        </label>
      ))}
    </fieldset>
  );
}
