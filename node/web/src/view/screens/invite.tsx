// Invite links: a new one with its QR code, and those that still work.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Invite } from '../../api/types';
import { explain } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { Problem } from '../parts/problem';
import { copy } from '../timeline/actions';
import { useOrder } from './order';

export function InviteScreen() {
  const [invite, setInvite] = useState<Invite>();
  const { problem, busy, run } = useOrder();
  return (
    <>
      <p class="lead">{t('invite-how')}</p>
      {!invite && (
        <button type="button" class="primary wide" disabled={busy} onClick={() => void run(() => api.invite().then(setInvite))}>
          {t('invite-make')}
        </button>
      )}
      <Problem text={problem} />
      {invite && <Shown invite={invite} />}
      <Open newest={invite?.id} />
    </>
  );
}

function Shown({ invite }: { invite: Invite }) {
  return (
    <section class="card">
      <img class="qr" src={`/api/invites/${invite.id}/qr`} alt={t('invite-qr')} width="240" height="240" />
      <div class="copy-line">
        <input readOnly dir="ltr" aria-label={t('invite-link')} value={invite.link} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="primary" onClick={() => void copy(invite.link)}>{t('copy')}</button>
      </div>
      <p class="faint"><Terms invite={invite} /></p>
    </section>
  );
}

function Terms({ invite }: { invite: Invite }) {
  return (
    <>
      {t('invite-uses', { uses: invite.uses })}
      {invite.expires !== undefined && <> {t('invite-until', { moment: momentOf(invite.expires) })}</>}
      {invite.relays === 0 && <> {t('invite-no-relay')}</>}
    </>
  );
}

function Open({ newest }: { newest: string | undefined }) {
  const [all, setAll] = useState<Invite[]>();
  const [problem, setProblem] = useState<string>();
  const load = () => api.invites().then(setAll, (error: unknown) => setProblem(explain(error)));
  useEffect(() => void load(), [newest]);
  const others = all?.filter((invite) => invite.id !== newest) ?? [];
  if (others.length === 0 && problem === undefined) return null;
  return (
    <section class="card">
      <h2>{t('invite-open')}</h2>
      <Problem text={problem} />
      <ul class="facts">
        {others.map((invite) => (
          <li key={invite.id}>
            <code class="cut" dir="ltr">{invite.link}</code>
            <span class="faint"><Terms invite={invite} /></span>
            <span class="buttons">
              <button type="button" class="quiet" onClick={() => void copy(invite.link)}>{t('copy')}</button>
              <button type="button" class="quiet danger" onClick={() => void api.revokeInvite(invite.id).then(load, load)}>
                {t('invite-revoke')}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
