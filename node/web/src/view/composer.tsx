// Where one writes: Enter sends, Shift+Enter begins a new line.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { TEXT_MAX, measure } from '../model/state';
import { draft, send, state } from '../model/store';
import { SendIcon } from './icons';

/** The counter shows when so many units or fewer are left. */
const COUNT_FROM = 500;
const HEIGHT_MAX = 200;

export function Composer({ chat }: { chat: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const text = state.value.drafts.get(chat) ?? '';
  const { left, sendable } = measure(text);

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
    send(chat, text);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        placeholder="Message"
        aria-label="Message"
        aria-describedby={left <= COUNT_FROM ? 'units-left' : undefined}
        value={text}
        onInput={(event) => draft(chat, event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {left <= COUNT_FROM && (
        <span id="units-left" class={`counter${left < 0 ? ' over' : ''}`} aria-live="polite">
          {left < 0 ? `${-left} too many` : left}
          <span class="hidden"> {left < 0 ? `more than ${TEXT_MAX}` : 'left'}</span>
        </span>
      )}
      <button type="submit" class="send" aria-label="Send" title="Send (Enter)" disabled={!sendable}>
        <SendIcon />
      </button>
    </form>
  );
}
