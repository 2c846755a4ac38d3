// What stands around a message's text: what it answers, who said it first, what people feel about it.
import type { Message } from '../../api/types';
import { react } from '../../app/messages';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { jump } from '../timeline/jump';

export function Forwarded({ message }: { message: Message }) {
  const { forward } = message;
  if (!forward) return null;
  const name = plain(forward.name);
  return (
    <p class="forwarded" title={forward.verified ? t('forward-verified') : t('forward-unverified')}>
      {t('forwarded-from', { name })}
      {forward.verified ? <span class="proof"><span aria-hidden="true"> ✓</span><span class="hidden">{t('forward-verified')}</span></span> : ` (${t('unverified')})`}
    </p>
  );
}

export function Answered({ message, nameOf }: { message: Message; nameOf: (user: string | undefined) => string }) {
  const { reply } = message;
  if (!reply) return null;
  const words = reply.quote ?? reply.text;
  return (
    <button type="button" class="answered" tabIndex={-1} onClick={() => jump({ message: reply.to })}>
      <span class="hidden">{t('answers')} </span>
      <strong><bdi>{nameOf(reply.from)}</bdi></strong>
      <span dir="auto">{words === '' ? t('message-gone') : words.slice(0, 200)}</span>
      {reply.quote_differs && <span class="faint">{t('quote-differs')}</span>}
    </button>
  );
}

export function Reactions({ message }: { message: Message }) {
  const { reactions } = message;
  if (!reactions?.length) return null;
  return (
    <div class="reactions" role="group" aria-label={t('reactions')}>
      {reactions.map(({ emoji, count: people, mine }) => (
        <button key={emoji} type="button" tabIndex={-1} aria-pressed={mine} onClick={() => react(message, emoji)}>
          <span>{emoji}</span> {count(people)}
        </button>
      ))}
    </div>
  );
}
