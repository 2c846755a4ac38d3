// Text with formatting. What people write becomes elements only by its entities; the text itself is always text.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Entity } from '../../api/types';
import { me } from '../../app/select';
import { t } from '../../i18n/texts';

interface RichProps {
  text: string;
  entities: readonly Entity[] | undefined;
}

export function Rich({ text, entities }: RichProps) {
  return <>{entities?.length ? pieces(text, entities, 0, text.length) : text}</>;
}

/** The text between two places, entities (sorted, nested or apart) as elements. */
function pieces(text: string, entities: readonly Entity[], from: number, to: number): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  let at = from;
  for (let n = 0; n < entities.length; ) {
    const entity = entities[n] as Entity;
    const end = entity.offset + entity.length;
    let next = n + 1;
    while (next < entities.length && (entities[next] as Entity).offset < end) next++;
    if (entity.offset > at) out.push(text.slice(at, entity.offset));
    out.push(styled(entity, text.slice(entity.offset, end), pieces(text, entities.slice(n + 1, next), entity.offset, end), n));
    at = end;
    n = next;
  }
  if (at < to) out.push(text.slice(at, to));
  return out;
}

function styled(entity: Entity, plain: string, inside: ComponentChildren[], key: number): ComponentChildren {
  switch (entity.kind) {
    case 'bold':
      return <strong key={key}>{inside}</strong>;
    case 'italic':
      return <em key={key}>{inside}</em>;
    case 'underline':
      return <u key={key}>{inside}</u>;
    case 'strike':
      return <s key={key}>{inside}</s>;
    case 'spoiler':
      return <Spoiler key={key}>{inside}</Spoiler>;
    case 'code':
      return <code key={key}>{inside}</code>;
    case 'pre':
      return <pre key={key} data-language={entity.language} tabIndex={-1}><code>{inside}</code></pre>;
    case 'quote':
      return <blockquote key={key}>{inside}</blockquote>;
    case 'link':
      return <Away key={key} to={entity.url ?? ''}>{inside}</Away>;
    case 'url':
      return <Away key={key} to={plain}>{inside}</Away>;
    case 'email':
      return <Away key={key} to={`mailto:${plain}`}>{inside}</Away>;
    case 'mention':
      return <span key={key} class={entity.user === me.value ? 'named me' : 'named'}>{inside}</span>;
    case 'hashtag':
      return <span key={key} class="named">{inside}</span>;
  }
}

/** The node lets three schemes pass; the page believes nobody. The title shows where a link really leads. */
function Away({ to, children }: { to: string; children: ComponentChildren }) {
  if (!/^(https?:\/\/|mailto:)/i.test(to)) return <>{children}</>;
  return <a href={to} title={to} target="_blank" rel="noopener noreferrer nofollow" tabIndex={-1}>{children}</a>;
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  if (open) return <span class="spoiler open">{children}</span>;
  return (
    <button type="button" class="spoiler" aria-label={t('spoiler-show')} tabIndex={-1} onClick={() => setOpen(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  );
}
