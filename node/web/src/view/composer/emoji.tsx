// The emoji picker. Its data comes when it opens first; only the rows in view are in the document.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Virtualizer } from 'virtua';
import { explain } from '../../app/store';
import { type Plain, language, t } from '../../i18n/texts';
import { type Emoji, type EmojiRow, emojiRows, sections } from '../../model/emoji';

/** Language → address of its emoji; put in by build.mjs. */
declare const EMOJI_FILES: Readonly<Record<string, string>>;

const WIDTH = 8;
const GROUP_NAMES: Readonly<Record<number, Plain>> = {
  0: 'emoji-smileys', 1: 'emoji-people', 3: 'emoji-nature', 4: 'emoji-food', 5: 'emoji-travel',
  6: 'emoji-activities', 7: 'emoji-objects', 8: 'emoji-symbols', 9: 'emoji-flags',
};

const loaded = new Map<string, Promise<Emoji[]>>();

function load(code: string): Promise<Emoji[]> {
  const address = EMOJI_FILES[code] ?? EMOJI_FILES['en'] ?? '';
  let found = loaded.get(address);
  if (!found) {
    found = fetch(address).then((answer) => answer.json() as Promise<Emoji[]>);
    found.catch(() => loaded.delete(address));
    loaded.set(address, found);
  }
  return found;
}

export function EmojiPicker({ onPick, onClose }: { onPick: (emoji: string) => void; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState<Emoji[]>();
  const [problem, setProblem] = useState<string>();
  const [query, setQuery] = useState('');
  const rows = useMemo(() => emojiRows(sections(all ?? [], query), WIDTH), [all, query]);
  const { code } = language();
  useEffect(() => {
    load(code).then(setAll, (error: unknown) => setProblem(explain(error)));
  }, [code]);
  useEffect(() => {
    const elsewhere = (event: Event) => {
      if (event.target instanceof Element && !box.current?.contains(event.target) && !event.target.closest('.emoji-button')) onClose();
    };
    document.addEventListener('pointerdown', elsewhere, true);
    return () => document.removeEventListener('pointerdown', elsewhere, true);
  }, []);
  return (
    <div ref={box} class="emoji" role="dialog" aria-label={t('emoji')} onKeyDown={(event) => onKey(event, onClose)}>
      <input
        type="text"
        autofocus
        ref={(field) => void (query === '' && !all && field?.focus())}
        placeholder={t('emoji-search')}
        aria-label={t('emoji-search')}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {problem !== undefined && <p class="problem" role="alert">{problem}</p>}
      <div class="emoji-scroll" tabIndex={-1}>
        <Virtualizer data={rows} itemSize={38}>
          {(row: EmojiRow) => <RowView key={row.kind === 'group' ? row.group : row.key} row={row} onPick={onPick} />}
        </Virtualizer>
        {all && rows.length === 0 && <p class="empty">{t('search-nothing')}</p>}
      </div>
    </div>
  );
}

function RowView({ row, onPick }: { row: EmojiRow; onPick: (emoji: string) => void }) {
  if (row.kind === 'group') return <h2>{t(GROUP_NAMES[row.group] ?? 'emoji-symbols')}</h2>;
  return (
    <div class="emoji-row">
      {row.emoji.map((emoji) => <button key={emoji} type="button" onClick={() => onPick(emoji)}>{emoji}</button>)}
    </div>
  );
}

/** Esc closes; arrows move among the emoji. */
function onKey(event: KeyboardEvent, onClose: () => void) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: WIDTH, ArrowUp: -WIDTH }[event.key];
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.emoji-row button')];
  const at = all.findIndex((button) => button === document.activeElement);
  if (event.key === 'Escape') onClose();
  else if (step !== undefined && (at >= 0 || event.key === 'ArrowDown')) all[Math.max(0, at < 0 ? 0 : at + step)]?.focus();
  else if (event.key === 'Enter' && at < 0) all[0]?.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
