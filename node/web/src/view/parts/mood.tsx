// The emoji that somebody shows behind their name.
import { useComputed } from '@preact/signals';
import { contacts } from '../../app/select';
import { plain } from '../../model/words';

export function Mood({ of: user }: { of: string | undefined }) {
  const emoji = useComputed(() => contacts.value.get(user ?? '')?.about?.emoji ?? '').value;
  return emoji === '' ? null : <bdi class="mood"> {plain(emoji)}</bdi>;
}
