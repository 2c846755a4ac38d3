// A form for the 24 words.
import { useState } from 'preact/hooks';
import { Problem } from '../parts/problem';
import { useOrder } from './order';

/** Asks for the 24 words. They go to one's own node, which does not keep them; nothing here does either. */
export function Words({ why, action, send }: { why: string; action: string; send: (words: string) => Promise<unknown> }) {
  const [words, setWords] = useState('');
  const { problem, busy, run } = useOrder();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(() => send(words.trim().toLowerCase().split(/\s+/).join(' ')))) setWords('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field">
        {why}
        <textarea
          rows={3}
          dir="ltr"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </label>
      <Problem text={problem} />
      <div class="buttons end"><button type="submit" class="primary" disabled={busy || words.trim() === ''}>{action}</button></div>
    </form>
  );
}
