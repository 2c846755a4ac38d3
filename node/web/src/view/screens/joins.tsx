// Groups and channels that one asked to come into.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Join } from '../../api/types';
import { asked } from '../../app/select';
import { attempt } from '../../app/store';
import { momentOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { nameOf } from '../parts/name';

/** `turn` changes when there may be another one. */
export function Joins({ turn }: { turn: number }) {
  const [joins, setJoins] = useState<readonly Join[]>([]);
  const load = () => void api.joins().then(setJoins, () => undefined);
  useEffect(load, [turn, asked.value]);
  if (joins.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('joins')}</h2>
      <ul class="asking">
        {joins.map((join) => (
          <li key={join.id}>
            <strong><bdi>{nameOf(plain(join.title))}</bdi></strong>
            <span class="faint">{join.problem || t('join-since', { moment: momentOf(join.since) })}</span>
            <span class="buttons">
              <button type="button" class="quiet" onClick={() => void attempt(api.cancelJoin(join.id)).then(load)}>{t('join-cancel')}</button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
