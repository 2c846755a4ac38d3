// The number that two people compare to be sure that nobody stands between them.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Safety } from '../../api/types';
import { verify } from '../../app/people';
import { contacts } from '../../app/select';
import { explain, openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { Dialog } from '../parts/dialog';
import { nameOf } from '../parts/name';
import { Problem } from '../parts/problem';

export function SafetyDialog({ user }: { user: string }) {
  const [safety, setSafety] = useState<Safety>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    api.safety(user).then(setSafety, (error: unknown) => setProblem(explain(error)));
  }, [user]);
  const decide = (verified: boolean) => void verify(user, verified).then(() => openDialog(undefined));
  return (
    <Dialog title={t('safety')}>
      <p>{t('safety-how', { name: nameOf(contacts.value.get(user)?.name) })}</p>
      <Problem text={problem} />
      {safety && (
        <>
          <p class="safety" dir="ltr">{safety.number}</p>
          <p class="faint">{t(safety.verified ? 'safety-verified' : 'safety-open')}</p>
          <div class="buttons end">
            {safety.verified ? (
              <button type="button" class="quiet" onClick={() => decide(false)}>{t('safety-doubt')}</button>
            ) : (
              <button type="button" class="primary" onClick={() => decide(true)}>{t('safety-equal')}</button>
            )}
          </div>
        </>
      )}
    </Dialog>
  );
}
