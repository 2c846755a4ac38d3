// Who is in the chat, offered while a name is typed behind an @.
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/texts';
import type { Named } from '../../model/mention';
import { Avatar } from '../parts/avatar';
import { Name } from '../parts/name';

/** The list's id, for the field that it belongs to. */
export const NAMES = 'names';
export const nameId = (n: number) => `name-${n}`;

export function Names({ people, chosen, onPick }: { people: readonly Named[]; chosen: number; onPick: (person: Named) => void }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen]);
  return (
    <div ref={list} id={NAMES} class="names" role="listbox" aria-label={t('mention-people')}>
      {people.map((person, n) => (
        <div
          key={person.user}
          id={nameId(n)}
          class="name-row"
          role="option"
          aria-selected={n === chosen}
          // The field keeps the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(person);
          }}
        >
          <Avatar id={person.user} name={person.name} />
          <Name of={person.name} />
        </div>
      ))}
    </div>
  );
}
