// The round picture of a person or chat, or initials on a colour where there is none.
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { pictureOf } from '../../app/pictures';
import { hue, initials } from '../../model/words';

const COLOURS = 8;

export function Avatar({ id, name, large }: { id: string; name: string; large?: boolean }) {
  const picture = useComputed(() => pictureOf(id)).value;
  // One that no relay has now is asked for again when the page is opened again.
  const [missing, setMissing] = useState<string>();
  const shown = picture !== undefined && picture !== missing;
  return (
    <span class={`avatar avatar-${hue(id, COLOURS)}${large ? ' large' : ''}`} aria-hidden="true">
      {shown ? <img src={picture} alt="" loading="lazy" onError={() => setMissing(picture)} /> : initials(name)}
    </span>
  );
}
