import { hue, initials } from '../../model/words';

const COLOURS = 8;

export function Avatar({ id, name, large }: { id: string; name: string; large?: boolean }) {
  return (
    <span class={`avatar avatar-${hue(id, COLOURS)}${large ? ' large' : ''}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
