// Where one writes: Enter sends, Shift+Enter begins a new line (or Enter a line and Ctrl+Enter sends, as chosen).
import { useComputed } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { prefs } from '../../app/prefs';
import type { Answer } from '../../api/client';
import { compose, edit } from '../../app/messages';
import { say } from '../../app/typing';
import { members } from '../../app/groups';
import { draftIn, me, modes } from '../../app/select';
import { draft, send } from '../../app/store';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { markOf, marked } from '../../model/marks';
import { type Named, begun, completed, fitting } from '../../model/mention';
import { type Mode, TEXT_MAX, measure } from '../../model/state';
import { IconButton } from '../parts/button';
import { SendIcon, SmileIcon, StickerIcon } from '../parts/icons';
import { AttachButton, pasted } from './attach';
import { EmojiPicker } from './emoji';
import { FIELD } from './focus';
import { ModeBar } from './mode';
import { NAMES, Names, nameId } from './names';
import { RecordButton } from './record';
import { StickerPicker } from './stickers';

/** The counter shows when so many units or fewer are left. */
const COUNT_FROM = 500;
const HEIGHT_MAX = 200;

export function Composer({ chat }: { chat: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useComputed(() => draftIn(chat)).value;
  const [picking, setPicking] = useState(false);
  const [sticking, setSticking] = useState(false);
  const { left, sendable } = measure(text);
  const naming = useNaming(chat, text, field);

  // Before the field is painted: whoever opens a chat by keyboard may be typing already.
  useLayoutEffect(() => {
    // On a phone the keyboard would cover the chat that one wants to read first.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, HEIGHT_MAX)}px`;
  }, [text]);

  const submit = () => {
    if (!sendable) return;
    const mode = modes.value.get(chat);
    if (mode?.kind === 'edit') void reword(chat, mode.message.id, text);
    else send(chat, text, answerOf(mode));
    field.current?.focus();
  };
  const format = (mark: string) => {
    const area = field.current;
    if (!area) return;
    const { text, start, end } = marked({ text: area.value, start: area.selectionStart, end: area.selectionEnd }, mark);
    draft(chat, text);
    area.value = text;
    area.setSelectionRange(start, end);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const mark = event.ctrlKey || event.metaKey ? markOf(event.key, event.shiftKey) : undefined;
    if (mark !== undefined) {
      event.preventDefault();
      format(mark);
      return;
    }
    if (naming.onKey(event)) return;
    if (event.key === 'Escape' && modes.value.has(chat)) {
      event.stopPropagation();
      if (modes.value.get(chat)?.kind === 'edit') draft(chat, '');
      compose(chat, undefined);
      return;
    }
    if (event.key !== 'Enter' || event.isComposing || !sends(event)) return;
    event.preventDefault();
    submit();
  };
  const insert = (emoji: string) => {
    const area = field.current;
    if (!area) return;
    area.setRangeText(emoji, area.selectionStart, area.selectionEnd, 'end');
    draft(chat, area.value);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ModeBar chat={chat} />
      {naming.people.length > 0 && <Names people={naming.people} chosen={naming.chosen} onPick={naming.pick} />}
      {sticking && <StickerPicker chat={chat} onClose={() => setSticking(false)} />}
      {picking && <EmojiPicker onPick={insert} onClose={() => setPicking(false)} />}
      <IconButton label={t('emoji')} expanded={picking} class="emoji-button" onClick={() => setPicking(!picking)}>
        <SmileIcon />
      </IconButton>
      <IconButton label={t('stickers')} expanded={sticking} class="emoji-button sticker-button" onClick={() => setSticking(!sticking)}>
        <StickerIcon />
      </IconButton>
      <textarea
        id={FIELD}
        ref={field}
        rows={1}
        dir="auto"
        placeholder={t('message')}
        aria-label={t('message')}
        aria-describedby={left <= COUNT_FROM ? 'units-left' : undefined}
        aria-autocomplete="list"
        aria-controls={naming.people.length > 0 ? NAMES : undefined}
        aria-activedescendant={naming.people.length > 0 ? nameId(naming.chosen) : undefined}
        value={text}
        onInput={(event) => {
          draft(chat, event.currentTarget.value);
          naming.moved();
          if (event.currentTarget.value !== '') say(chat);
        }}
        onKeyDown={onKeyDown}
        onSelect={naming.moved}
        onBlur={naming.close}
        onPaste={(event) => pasted(chat, event)}
      />
      <AttachButton chat={chat} />
      {text === '' && <RecordButton chat={chat} />}
      {left <= COUNT_FROM && <Counter left={left} />}
      <button type="submit" class="send" aria-label={t('send')} title={t('send')} disabled={!sendable}>
        <SendIcon />
      </button>
    </form>
  );
}

/** Offers who is in the chat while a name is typed. */
function useNaming(chat: string, text: string, field: RefObject<HTMLTextAreaElement>) {
  const [caret, setCaret] = useState<number>();
  const [chosen, setChosen] = useState(0);
  const known = useComputed(() => members.value.get(chat)?.members).value;
  const start = caret === undefined ? undefined : begun(text, caret);
  const people = start && known ? fitting(known.filter((one) => one.user !== me.value), start.query) : [];
  const close = () => setCaret(undefined);
  const pick = (person: Named) => {
    const area = field.current;
    if (!area || !start || caret === undefined) return;
    const done = completed(text, caret, start, person.name);
    draft(chat, done.text);
    area.value = done.text;
    area.setSelectionRange(done.caret, done.caret);
    close();
  };
  const moved = () => {
    const area = field.current;
    setCaret(area && area.selectionStart === area.selectionEnd ? area.selectionStart : undefined);
    setChosen(0);
  };
  /** True if the key was for the list. */
  const onKey = (event: KeyboardEvent): boolean => {
    const person = people[chosen];
    if (!person || event.isComposing) return false;
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % people.length);
    else if (event.key === 'ArrowUp') setChosen((chosen + people.length - 1) % people.length);
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') pick(person);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { people, chosen: Math.min(chosen, Math.max(people.length - 1, 0)), pick, moved, close, onKey };
}

/** The field is free again once the node has the new wording. */
async function reword(chat: string, message: string, text: string): Promise<void> {
  if (!(await edit(message, text))) return;
  draft(chat, '');
  compose(chat, undefined);
}

function answerOf(mode: Mode | undefined): Answer | undefined {
  if (!mode) return undefined;
  const { message, quote } = mode;
  if (quote === undefined) return { reply_to: message.id };
  return { reply_to: message.id, quote, quote_offset: Math.max(0, message.text.indexOf(quote)) };
}

function sends(event: KeyboardEvent): boolean {
  return prefs.value.enterSends ? !event.shiftKey : event.ctrlKey || event.metaKey;
}

function Counter({ left }: { left: number }) {
  return (
    <span id="units-left" class={`counter${left < 0 ? ' over' : ''}`} aria-live="polite">
      {count(left)}
      <span class="hidden"> {left < 0 ? t('text-too-long', { most: TEXT_MAX }) : t('text-left', { left })}</span>
    </span>
  );
}
