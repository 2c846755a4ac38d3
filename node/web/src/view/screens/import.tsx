// Chats from an export of Telegram Desktop: what is in it first, then taken in, with a way to stop and to go on.
import { useRef, useState } from 'preact/hooks';
import type { TelegramChat, TelegramLeft } from '../../api/types';
import { choose, isMe, present, report, stage, stop, stopped, take } from '../../app/telegram';
import { openPane } from '../../app/store';
import { count, dayName, sizeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { CHATS } from '../../model/route';
import { plain } from '../../model/words';
import { Switch } from '../parts/fields';
import { Problem } from '../parts/problem';

export function ImportScreen() {
  const { kind } = stage.value;
  return (
    <>
      <p class="lead">{t('import-what')}</p>
      {(kind === 'none' || kind === 'counted' || kind === 'done') && <Choose again={kind !== 'none'} />}
      {kind === 'reading' && <Waiting />}
      <Problem text={stopped.value} />
      {kind === 'counted' && report.value && <Report key={report.value.chats.length} />}
      {kind === 'taking' && <Taking />}
      {kind === 'done' && <Done />}
    </>
  );
}

function Choose({ again }: { again: boolean }) {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  return (
    <section class="card">
      {!again && <p>{t('import-how')}</p>}
      <input
        ref={(element) => {
          field.current = element;
          // Preact does not know the attribute.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          const all = [...(currentTarget.files ?? [])];
          currentTarget.value = '';
          setProblem(all.length === 0 || choose(all) ? undefined : t('import-none'));
        }}
      />
      <Problem text={problem} />
      <div class="buttons">
        <button type="button" class={again ? 'quiet' : 'primary'} onClick={() => field.current?.click()}>{t(again ? 'import-other' : 'import-choose')}</button>
      </div>
    </section>
  );
}

function Waiting() {
  return (
    <section class="card">
      <p role="status">{t('import-reading')} <progress aria-label={t('import-reading')} /></p>
      <div class="buttons"><button type="button" class="quiet" onClick={stop}>{t('cancel')}</button></div>
    </section>
  );
}

function Report() {
  const all = report.value?.chats ?? [];
  const [left, setLeft] = useState<readonly string[]>([]);
  const [withFiles, setWithFiles] = useState(true);
  const chosen = all.filter(({ id }) => !left.includes(id));
  const sum = (of: (chat: TelegramChat) => number) => chosen.reduce((total, chat) => total + of(chat), 0);
  const bytes = sum(({ id }) => present.value.get(id)?.bytes ?? 0);
  const turn = (id: string, on: boolean) => setLeft(on ? left.filter((one) => one !== id) : [...left, id]);
  if (all.length === 0) return <p class="card">{t('import-empty')}</p>;
  return (
    <section class="card" aria-label={t('import-report')}>
      <h2>{t('import-report')}</h2>
      <Who />
      <ul class="facts">{all.map((chat) => <One key={chat.id} chat={chat} on={!left.includes(chat.id)} onTurn={(on) => turn(chat.id, on)} />)}</ul>
      <Switch label={t('import-files')} on={withFiles} onChange={setWithFiles} />
      <p role="status">
        {t('import-sum', { messages: count(sum(({ messages }) => messages)), chats: count(chosen.length), size: sizeOf(withFiles ? bytes : 0) })}
      </p>
      <div class="buttons end">
        <button type="button" class="primary" disabled={chosen.length === 0 || report.value?.knows_me === false} onClick={() => take(chosen, withFiles)}>
          {t('import-take')}
        </button>
      </div>
    </section>
  );
}

/** Who exported it, if it does not say so. */
function Who() {
  const { knows_me: known, names = [] } = report.value ?? {};
  if (known !== false) return null;
  return (
    <label class="field">
      {t('import-who')}
      <select value="" onChange={({ currentTarget: { value } }) => isMe(value)}>
        <option value="" disabled>{t('import-who-choose')}</option>
        {names.map((name) => <option key={name} value={name}>{plain(name)}</option>)}
      </select>
    </label>
  );
}

function leftOut({ why, count: often }: TelegramLeft): string {
  switch (why) {
    case 'service':
      return t('import-left-service', { count: often });
    case 'unknown':
      return t('import-left-unknown', { count: often });
    case 'too_long':
      return t('import-left-long', { count: often });
    case 'broken':
      return t('import-left-broken', { count: often });
  }
}

function One({ chat, on, onTurn }: { chat: TelegramChat; on: boolean; onTurn: (on: boolean) => void }) {
  const { count: there = 0, bytes = 0 } = present.value.get(chat.id) ?? {};
  const absent = chat.missing + chat.files - there;
  const day = (at: number) => dayName(at, Date.now());
  const notes: string[] = chat.left.map(leftOut);
  if (absent > 0) notes.push(t('import-absent', { count: absent }));
  if (chat.unformatted > 0) notes.push(t('import-unformatted', { count: chat.unformatted }));
  if (chat.nameless > 0) notes.push(t('import-nameless', { count: chat.nameless }));
  return (
    <li class={on ? 'good' : 'waiting'}>
      <label class="choice">
        <input type="checkbox" checked={on} onChange={({ currentTarget: { checked } }) => onTurn(checked)} />
        <strong><bdi>{plain(chat.title)}</bdi></strong>
      </label>
      <span>{t('import-chat', { messages: chat.messages, files: there, size: sizeOf(bytes) })}</span>
      <span class="faint">{t('import-span', { first: day(chat.first), last: day(chat.last) })}</span>
      {notes.length > 0 && (
        <details>
          <summary>{t('import-left')}</summary>
          <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul>
        </details>
      )}
    </li>
  );
}

function Taking() {
  if (stage.value.kind !== 'taking') return null;
  const { messages, of, title, files } = stage.value.taken;
  return (
    <section class="card">
      <p><bdi>{plain(title)}</bdi></p>
      <progress max={Math.max(1, of)} value={messages} aria-label={t('import-taking')} />
      <p class="faint">{t('import-done-so-far', { messages: count(messages), of: count(of), files: count(files) })}</p>
      <p class="faint">{t('import-stay')}</p>
      <div class="buttons"><button type="button" class="quiet" onClick={stop}>{t('import-stop')}</button></div>
    </section>
  );
}

function Done() {
  if (stage.value.kind !== 'done') return null;
  const { messages, files } = stage.value.taken;
  return (
    <section class="card">
      <p role="status">{t('import-done', { messages, files })}</p>
      <div class="buttons end"><button type="button" class="primary" onClick={() => openPane(CHATS)}>{t('chats')}</button></div>
    </section>
  );
}
