// What was sent in a chat: pictures and videos, files, links, voice messages.
import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { SharedSort } from '../../api/client';
import type { Message } from '../../api/types';
import { moreShared, openShared, shared } from '../../app/shared';
import { openInfo } from '../../app/store';
import { lengthOf, momentOf } from '../../i18n/dates';
import { type Plain, t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { FileContent } from '../content/file';
import { Rich } from '../content/rich';
import { jumpIn } from '../timeline/jump';

const SORTS: readonly (readonly [sort: SharedSort, label: Plain])[] = [
  ['media', 'shared-media'],
  ['document', 'shared-files'],
  ['link', 'shared-links'],
  ['voice', 'shared-voice'],
];

export function SharedMedia({ chat }: { chat: string }) {
  const now = useComputed(() => (shared.value?.chat === chat ? shared.value : undefined)).value;
  const sort = now?.sort ?? 'media';
  useEffect(() => void openShared(chat, sort), [chat]);
  return (
    <section class="card shared" aria-label={t('shared')}>
      <h3>{t('shared')}</h3>
      <div class="tabs" role="group" aria-label={t('shared')}>
        {SORTS.map(([one, label]) => (
          <button key={one} type="button" class="quiet" aria-pressed={one === sort} onClick={() => void openShared(chat, one)}>{t(label)}</button>
        ))}
      </div>
      {now?.messages?.length === 0 && <p class="faint" role="status">{t('shared-none')}</p>}
      <ul class={sort === 'media' ? 'shared-grid' : 'shared-list'}>
        {now?.messages?.map((message) => (
          <li key={message.id}>{sort === 'media' ? <Tile message={message} /> : <Line message={message} sort={sort} />}</li>
        ))}
      </ul>
      {now && !now.complete && <p class="faint" role="status">{t('search-indexing')}</p>}
      {now?.next !== undefined && <button type="button" class="quiet" onClick={() => void moreShared()}>{t('search-more')}</button>}
    </section>
  );
}

function goTo({ chat, id, at }: Message): void {
  // In a narrow window the chat lies behind this.
  if (matchMedia('(max-width: 700px)').matches) openInfo(false);
  jumpIn(chat, { message: id, at });
}

/** The small picture that came with the message; the large one is in the chat. */
function Tile({ message }: { message: Message }) {
  const { content } = message;
  if (content.kind !== 'file') return null;
  const place = content.preview === undefined ? {} : { backgroundImage: `url(data:image/jpeg;base64,${content.preview})` };
  const length = content.play && lengthOf(content.play.duration_ms);
  const what = t(content.play ? 'file-is' : 'file-picture', { name: plain(content.name) });
  const label = [what, length, momentOf(message.at)].filter(Boolean).join(', ');
  return (
    <button type="button" class="picture" style={place} aria-label={label} title={label} onClick={() => goTo(message)}>
      {length !== undefined && <span class="length" aria-hidden="true">{length}</span>}
    </button>
  );
}

function Line({ message, sort }: { message: Message; sort: SharedSort }) {
  return (
    <>
      {sort === 'link' || message.content.kind !== 'file'
        ? <span class="text" dir="auto"><Rich text={message.text} entities={message.entities} /></span>
        : <FileContent message={message} file={message.content} />}
      <button type="button" class="quiet" onClick={() => goTo(message)}>{t('shared-jump')}<span class="faint"> · {momentOf(message.at)}</span></button>
    </>
  );
}
