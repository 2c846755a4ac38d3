// What a message says, by its kind. A new kind is a case here.
import type { Message } from '../../api/types';
import { viewOnce } from '../../app/messages';
import { contacts } from '../../app/select';
import { show } from '../../app/store';
import { t } from '../../i18n/texts';
import { receive } from '../../model/theme';
import { plain } from '../../model/words';
import { momentOf } from '../../i18n/dates';
import { FileContent, fileLine } from './file';
import { Poll } from './poll';
import { Rich } from './rich';
import { PackCard, packLink } from './sticker';
import { ThemeCard } from './theme';

export function Content({ message }: { message: Message }) {
  const { content, text } = message;
  switch (content.kind) {
    case 'text': {
      const link = packLink(text);
      if (link !== undefined) return <PackCard link={link} />;
      const theme = receive(text);
      if (theme) return <ThemeCard theme={theme} code={text} />;
      return <span class="text" dir="auto"><Rich text={text} entities={message.entities} /></span>;
    }
    case 'poll':
      return <Poll message={message} poll={content} />;
    case 'card':
      return <Card card={content} />;
    case 'location':
      return <Place text={text} place={content} />;
    case 'file':
      return <FileContent message={message} file={content} />;
    case 'view_once':
      if (message.mine) return <span class="text placeholder">{t('once-sent')}</span>;
      return <button type="button" class="quiet" tabIndex={-1} onClick={() => void viewOnce(message.id)}>{t('once-see')}</button>;
    case 'viewed':
      return <span class="text placeholder">{t('once-seen')}</span>;
    case 'deleted':
      return <span class="text placeholder">{t('message-deleted')}</span>;
  }
}

type Of<K extends Message['content']['kind']> = Extract<Message['content'], { kind: K }>;

function Card({ card }: { card: Of<'card'> }) {
  const chat = contacts.value.get(card.user ?? '')?.chat;
  const file = `data:text/vcard;charset=utf-8,${encodeURIComponent(card.vcard)}`;
  return (
    <div class="told">
      <strong><bdi>{plain(card.name)}</bdi></strong>
      {card.known_as !== undefined && <span class="faint">{t('card-known', { name: plain(card.known_as) })}</span>}
      {card.user !== undefined && <code title={card.user}>{card.user.slice(0, 12)}</code>}
      {[...card.phones, ...card.emails].map((line) => <span key={line} dir="auto">{line}</span>)}
      {card.organisation !== '' && <span dir="auto">{card.organisation}</span>}
      {card.note !== '' && <span dir="auto">{card.note}</span>}
      {chat !== undefined && <button type="button" class="quiet" tabIndex={-1} onClick={() => show(chat)}>{t('card-open')}</button>}
      <a href={file} download="contact.vcf" tabIndex={-1}>{t('card-save')}</a>
    </div>
  );
}

/** No map: asking somebody's server for one would tell them where the sender is. */
function Place({ text, place }: { text: string; place: Of<'location'> }) {
  const { latitude, longitude } = place.point;
  const geo = `geo:${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  return (
    <div class="told">
      <strong>{place.live_until === undefined ? t('place') : place.live ? t('place-live') : t('place-was-live')}</strong>
      {place.venue && <span dir="auto">{text}</span>}
      <a href={geo} tabIndex={-1}>{latitude.toFixed(5)}, {longitude.toFixed(5)}</a>
      {place.live_until !== undefined && <span class="faint">{t('place-updated', { moment: momentOf(place.updated) })}</span>}
    </div>
  );
}

/** A message in a line of the chat list. */
export function lineOf(message: Message): string {
  switch (message.content.kind) {
    case 'text':
      if (packLink(message.text) !== undefined) return t('stickers-pack');
      return receive(message.text) ? t('themes-shared') : message.text;
    case 'poll':
      return `${t('poll')}: ${message.text}`;
    case 'card':
      return `${t('card')}: ${plain(message.text)}`;
    case 'location':
      return t('place');
    case 'file':
      return fileLine(message.content, message.text);
    case 'view_once':
      return t('once-title');
    case 'viewed':
      return t('once-seen');
    case 'deleted':
      return t('message-deleted');
  }
}
