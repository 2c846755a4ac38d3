// What the node's data takes on its disk, by sort and chat; making room, now or by limits.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { FreedStorage, FreeStorage, Storage, StorageLimits, StoredChat, StoredKind } from '../../api/types';
import { chats, status } from '../../app/select';
import { count, sizeOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

const DAY_S = 86_400;
const GB = 1_000_000_000;
/** Chats that are listed by themselves; the largest come first. */
const LISTED = 30;

const KINDS: Readonly<Record<StoredKind, Plain>> = {
  photo: 'kind-photo', video: 'kind-video', voice: 'kind-voice', sound: 'kind-sound', document: 'kind-document',
};
const AGES: readonly (readonly [number, Plain, Plain])[] = [
  [0, 'space-age-any', 'space-keep-ever'],
  [7 * DAY_S, 'space-age-week', 'space-keep-week'],
  [30 * DAY_S, 'space-age-month', 'space-keep-month'],
  [91 * DAY_S, 'space-age-quarter', 'space-keep-quarter'],
  [365 * DAY_S, 'space-age-year', 'space-keep-year'],
];
const TOTALS = [0, 1, 5, 20, 100];
const WHY = { sent: 'space-why-sent', only_here: 'space-why-only-here', unreachable: 'space-why-unreachable', under_way: 'space-why-under-way' } as const;

const titleOf = (chat: string) => plain(chats.value.get(chat)?.title ?? t('space-chat-gone'));
const filesOf = (files: number) => t('space-count', { files });

export function NodeStorage() {
  const [storage, setStorage] = useState<Storage>();
  const { problem, run } = useOrder();
  const look = () => run(() => api.storage().then(setStorage));
  useEffect(() => void look(), []);
  return (
    <>
      <section class="card">
        <h2>{t('storage-node')}</h2>
        <p>{t('storage-chats', { chats: status.value?.chats ?? 0 })}</p>
        {storage ? <Parts storage={storage} /> : <p class="faint" role="status">{t('loading')}</p>}
        <p class="faint">{t('storage-node-why')}</p>
        <Problem text={problem} />
      </section>
      {storage && storage.chats.length > 0 && (
        <section class="card">
          <h2>{t('space-by-chat')}</h2>
          <ul class="facts">{storage.chats.slice(0, LISTED).map((chat) => <ChatSpace key={chat.chat} chat={chat} />)}</ul>
        </section>
      )}
      {storage && <MakeRoom storage={storage} done={look} />}
      {storage && <Limits limits={storage.limits} done={look} />}
    </>
  );
}

function Parts({ storage }: { storage: Storage }) {
  const parts: readonly (readonly [Plain, number])[] = [
    ['space-store', storage.store],
    ['space-index', storage.index],
    ['space-files', storage.files],
    ['space-unlisted', storage.unlisted],
    ['space-lent', storage.lent],
    ['space-other', storage.other],
    ['space-backup', storage.backup],
  ];
  return (
    <dl class="numbers">
      {parts.map(([name, bytes]) => bytes > 0 && <div key={name}><dt>{t(name)}</dt><dd>{sizeOf(bytes)}</dd></div>)}
    </dl>
  );
}

function ChatSpace({ chat }: { chat: StoredChat }) {
  const all = chat.message_bytes + chat.files.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <li>
      <span class="space-line"><bdi>{titleOf(chat.chat)}</bdi><span>{sizeOf(all)}</span></span>
      <span class="faint">{t('space-messages', { count: count(chat.messages), size: sizeOf(chat.message_bytes) })}</span>
      {chat.files.map(({ kind, files, bytes }) => (
        <span key={kind} class="faint">{t(KINDS[kind])}: {count(files)} · {sizeOf(bytes)}</span>
      ))}
    </li>
  );
}

function MakeRoom({ storage, done }: { storage: Storage; done: () => Promise<unknown> }) {
  const [chat, setChat] = useState('');
  const [kind, setKind] = useState('');
  const [age, setAge] = useState(0);
  const [seen, setSeen] = useState<{ freed: FreedStorage; gone: boolean }>();
  const { problem, busy, run } = useOrder();
  const free = (dry_run: boolean) => run(async () => {
    const which: FreeStorage = {
      dry_run,
      ...(chat !== '' && { chat }),
      ...(kind !== '' && { kinds: [kind as StoredKind] }),
      ...(age > 0 && { older_than_s: age }),
    };
    setSeen({ freed: await api.freeStorage(which), gone: !dry_run });
    if (!dry_run) await done();
  });
  // Another choice, another answer.
  useEffect(() => setSeen(undefined), [chat, kind, age]);
  return (
    <section class="card">
      <h2>{t('space-free')}</h2>
      <p class="faint">{t('space-free-what')}</p>
      <label class="field">
        {t('space-chat')}
        <select value={chat} onChange={(event) => setChat(event.currentTarget.value)}>
          <option value="">{t('space-chat-all')}</option>
          {storage.chats.filter(({ files }) => files.length > 0).map(({ chat: id }) => <option key={id} value={id}>{titleOf(id)}</option>)}
        </select>
      </label>
      <label class="field">
        {t('space-kind')}
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="">{t('space-kind-any')}</option>
          {Object.entries(KINDS).map(([id, name]) => <option key={id} value={id}>{t(name)}</option>)}
        </select>
      </label>
      <label class="field">
        {t('space-age')}
        <select value={age} onChange={(event) => setAge(Number(event.currentTarget.value))}>
          {AGES.map(([seconds, name]) => <option key={seconds} value={seconds}>{t(name)}</option>)}
        </select>
      </label>
      {seen && <Freed {...seen} />}
      <div class="buttons">
        <button type="button" class="quiet" disabled={busy} onClick={() => void free(true)}>{t('space-look')}</button>
        {seen && !seen.gone && seen.freed.files > 0 && (
          <button type="button" class="primary" disabled={busy} onClick={() => void free(false)}>{t('space-do')}</button>
        )}
      </div>
      <Problem text={problem} />
    </section>
  );
}

function Freed({ freed: { files, bytes, stays }, gone }: { freed: FreedStorage; gone: boolean }) {
  const told = { files: filesOf(files), size: sizeOf(bytes) };
  return (
    <div role="status">
      <p>{files === 0 ? t('space-nothing') : gone ? t('space-freed', told) : t('space-would', told)}</p>
      {stays.map((still) => (
        <p key={still.why} class="faint">{t('space-stays', { files: filesOf(still.files), size: sizeOf(still.bytes), why: t(WHY[still.why]) })}</p>
      ))}
    </div>
  );
}

function Limits({ limits, done }: { limits: StorageLimits; done: () => Promise<unknown> }) {
  const { problem, busy, run } = useOrder();
  const { keep_s = 0, total = 0 } = limits;
  const set = (keep: number, most: number) =>
    run(() => api.limitStorage({ ...(keep > 0 && { keep_s: keep }), ...(most > 0 && { total: most }) }).then(done));
  // What the command line has set is a choice too.
  const ages = AGES.some(([seconds]) => seconds === keep_s) ? AGES : [...AGES, [keep_s, 'space-keep', 'space-keep'] as const];
  const totals = [...new Set([...TOTALS.map((size) => size * GB), total])].sort((a, b) => a - b);
  return (
    <section class="card">
      <h2>{t('space-limits')}</h2>
      <p class="faint">{t('space-limits-what')}</p>
      <label class="field">
        {t('space-keep')}
        <select disabled={busy} value={keep_s} onChange={(event) => void set(Number(event.currentTarget.value), total)}>
          {ages.map(([seconds, , name]) => <option key={seconds} value={seconds}>{name === 'space-keep' ? `${count(Math.round(seconds / DAY_S))} d` : t(name)}</option>)}
        </select>
      </label>
      <label class="field">
        {t('space-total')}
        <select disabled={busy} value={total} onChange={(event) => void set(keep_s, Number(event.currentTarget.value))}>
          {totals.map((size) => <option key={size} value={size}>{size === 0 ? t('space-total-any') : sizeOf(size)}</option>)}
        </select>
      </label>
      <Problem text={problem} />
    </section>
  );
}
