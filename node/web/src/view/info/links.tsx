// Invite links of a group or channel, and who asks to come in by one.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Asking, Chat, ChatLink } from '../../api/types';
import { watchMembers } from '../../app/groups';
import { asked } from '../../app/select';
import { attempt } from '../../app/store';
import { count, momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { Switch } from '../parts/fields';
import { nameOf } from '../parts/name';
import { copy } from '../timeline/actions';

const DAY = 86_400_000;
/** How long a link works; 0: for ever. */
const SPANS: readonly { readonly span: number; readonly label: Plain }[] = [
  { span: 0, label: 'link-for-ever' }, { span: DAY, label: 'for-day' }, { span: 7 * DAY, label: 'for-week' }, { span: 31 * DAY, label: 'for-month' },
];
const USES = [0, 1, 10, 100] as const;

export function Links({ chat }: { chat: Chat }) {
  const [links, setLinks] = useState<readonly ChatLink[]>([]);
  const [asking, setAsking] = useState<readonly Asking[]>([]);
  const load = async () => {
    const all = await Promise.all([api.links(chat.id), api.requests(chat.id)]).catch(() => undefined);
    if (!all) return;
    setLinks(all[0]);
    setAsking(all[1]);
  };
  // Whoever comes changes the chat.
  useEffect(() => void load(), [chat, asked.value]);
  const act = async (work: Promise<unknown>) => {
    await attempt(work);
    watchMembers(chat.id, 0);
    await load();
  };
  return (
    <>
      {asking.length > 0 && (
        <section class="card" aria-label={t('asking')}>
          <h3>{t('asking')}</h3>
          <ul class="asking">{asking.map((one) => <One key={one.id} asking={one} act={(work) => void act(work)} />)}</ul>
        </section>
      )}
      <section class="card">
        <h3>{t('group-links')}</h3>
        {links.map((link) => <LinkView key={link.id} link={link} revoke={() => void act(api.revokeLink(chat.id, link.id))} />)}
        <NewLink make={(uses, span, approval) => act(api.makeLink(chat.id, uses, span, approval))} />
      </section>
    </>
  );
}

function One({ asking, act }: { asking: Asking; act: (work: Promise<unknown>) => void }) {
  return (
    <li>
      <strong><bdi>{nameOf(plain(asking.name))}</bdi></strong>
      {asking.greeting !== '' && <span dir="auto">{asking.greeting}</span>}
      <span class="buttons">
        <button type="button" class="quiet" onClick={() => act(api.declineRequest(asking.chat, asking.id))}>{t('decline')}</button>
        <button type="button" class="primary" onClick={() => act(api.acceptRequest(asking.chat, asking.id))}>{t('accept')}</button>
      </span>
    </li>
  );
}

function LinkView({ link, revoke }: { link: ChatLink; revoke: () => void }) {
  const uses = (link.uses ?? 0) === 0 ? t('link-used', { count: count(link.used) }) : t('link-used-of', { count: count(link.used), most: count(link.uses ?? 0) });
  return (
    <details class="group-link">
      <summary>
        {uses}
        {link.expires !== undefined && <> · {momentOf(link.expires)}</>}
        {link.approval && <> · {t('link-approval-short')}</>}
      </summary>
      <img class="qr" src={`/api/chats/${link.chat}/links/${link.id}/qr`} alt={t('group-link-qr')} loading="lazy" width="200" height="200" />
      <code class="whole">{link.link}</code>
      {link.relays === 0 && <p class="faint" role="status">{t('link-not-yet')}</p>}
      <div class="buttons">
        <button type="button" class="quiet danger" onClick={revoke}>{t('link-revoke')}</button>
        <button type="button" class="quiet" onClick={() => void copy(link.link)}>{t('copy')}</button>
      </div>
    </details>
  );
}

function NewLink({ make }: { make: (uses: number, span: number, approval: boolean) => Promise<void> }) {
  const [uses, setUses] = useState(0);
  const [span, setSpan] = useState(0);
  const [approval, setApproval] = useState(false);
  return (
    <details>
      <summary>{t('link-new')}</summary>
      <label class="field">
        {t('link-uses')}
        <select value={String(uses)} onChange={(event) => setUses(Number(event.currentTarget.value))}>
          {USES.map((one) => <option key={one} value={String(one)}>{one === 0 ? t('link-any') : count(one)}</option>)}
        </select>
      </label>
      <label class="field">
        {t('link-works')}
        <select value={String(span)} onChange={(event) => setSpan(Number(event.currentTarget.value))}>
          {SPANS.map((one) => <option key={one.span} value={String(one.span)}>{t(one.label)}</option>)}
        </select>
      </label>
      <Switch label={t('link-approval')} on={approval} onChange={setApproval} />
      <div class="buttons end">
        <button type="button" class="primary" onClick={() => void make(uses, span, approval)}>{t('link-make')}</button>
      </div>
    </details>
  );
}
