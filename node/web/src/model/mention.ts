// Naming somebody while one writes: what stands before the caret, who fits, and what the text becomes.

export interface Named {
  readonly user: string;
  readonly name: string;
}

/** A name that is being typed: where its sign stands, and what follows. */
export interface Begun {
  readonly at: number;
  readonly query: string;
}

/** As many are offered. */
const OFFERED = 6;
/** A name has two more words at most that are looked for. */
const BEGUN = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}_'’.-]*(?: [\p{L}\p{N}_'’.-]+){0,2})$/u;

export function begun(text: string, caret: number): Begun | undefined {
  const query = BEGUN.exec(text.slice(0, caret))?.[1];
  return query === undefined ? undefined : { at: caret - query.length - 1, query };
}

/** Whoever's name, or a word of it, begins so. */
export function fitting(people: readonly Named[], query: string): Named[] {
  const wanted = query.toLocaleLowerCase();
  const begins = (name: string) => name.toLocaleLowerCase().startsWith(wanted);
  const fits = people.filter(({ name }) => begins(name) || name.split(/\s+/).some(begins));
  // A name that is whole is no question any more.
  return fits.length === 1 && fits[0]?.name.toLocaleLowerCase() === wanted ? [] : fits.slice(0, OFFERED);
}

/** The text with the whole name, and where the caret stands then. */
export function completed(text: string, caret: number, { at }: Begun, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, at)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length };
}
