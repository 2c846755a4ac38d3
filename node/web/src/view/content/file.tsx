// A file: pictures, sounds and videos are shown, everything else can be saved. By the node's rules nothing that it gives
// can run in this page.
import { useState } from 'preact/hooks';
import { fileOf } from '../../api/client';
import type { FileInfo, Message } from '../../api/types';
import { hear } from '../../app/messages';
import { openDialog } from '../../app/store';
import { lengthOf, sizeOf } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { plain } from '../../model/words';
import { FileIcon, PlayIcon } from '../parts/icons';
import { Rich } from './rich';
import { StickerShown } from './sticker';
import { Unheard, Voice } from './voice';

/** Pictures up to this size are fetched when they come into view; larger ones on request. */
const BY_ITSELF = 10_000_000;
/** Pixels of a bubble. */
const WIDTH = 340;
const HEIGHT = 380;

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']);
const VIDEOS = new Set(['video/mp4', 'video/webm']);
const SOUNDS = new Set(['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/webm', 'audio/wav', 'audio/flac']);

export const isVideo = ({ mime }: FileInfo): boolean => VIDEOS.has(mime);
export const isPicture = ({ mime }: FileInfo): boolean => PICTURES.has(mime);

export function FileContent({ message, file }: { message: Message; file: FileInfo }) {
  return (
    <div class="file">
      <Shown key={message.id} message={message} file={file} />
      {message.text !== '' && <span class="text" dir="auto"><Rich text={message.text} entities={message.entities} /></span>}
    </div>
  );
}

/** Several in one bubble; what is said with any of them stands below. */
export function Album({ messages }: { messages: readonly Message[] }) {
  const columns = messages.length > 4 ? 'three' : 'two';
  return (
    <div class="file">
      <div class={`album ${columns}`} role="group" aria-label={t('album', { count: messages.length })}>
        {messages.map((message) => message.content.kind === 'file' && (
          <div key={message.id} class="cell" data-part={message.id}><Cell message={message} file={message.content} /></div>
        ))}
      </div>
      {messages.map((message) => message.text !== '' && (
        <span key={message.id} class="text" dir="auto"><Rich text={message.text} entities={message.entities} /></span>
      ))}
    </div>
  );
}

function Cell({ message, file }: { message: Message; file: FileInfo }) {
  const { id } = message;
  if (isPicture(file)) return <Picture id={id} file={file} />;
  if (!VIDEOS.has(file.mime)) return <Saved id={id} file={file} />;
  const name = plain(file.name);
  const length = file.play && lengthOf(file.play.duration_ms);
  const place = file.preview === undefined ? {} : { backgroundImage: `url(data:image/jpeg;base64,${file.preview})` };
  return (
    <button type="button" class="picture" tabIndex={-1} style={place} aria-label={[t('file-is', { name }), length].filter(Boolean).join(', ')} onClick={() => openDialog({ kind: 'picture', message: id })}>
      <span class="picture-play"><PlayIcon /></span>
      {length !== undefined && <span class="length" aria-hidden="true">{length} <Unheard message={message} /></span>}
    </button>
  );
}

function Shown({ message, file }: { message: Message; file: FileInfo }) {
  const { id } = message;
  if (file.sticker) return <StickerShown message={message} file={file} />;
  if (file.play?.role === 'voice') return <Voice message={message} play={file.play} />;
  if (isPicture(file)) return <Picture id={id} file={file} />;
  if (VIDEOS.has(file.mime)) {
    return <><Video message={message} file={file} /><Saved id={id} file={file} /></>;
  }
  if (SOUNDS.has(file.mime)) {
    return <><Music file={file} /><audio controls preload="none" src={fileOf(id)} aria-label={plain(file.name)} /><Saved id={id} file={file} /></>;
  }
  return <Saved id={id} file={file} />;
}

/** What its sender says it looks like, until it plays; it plays while it arrives. */
function Video({ message, file }: { message: Message; file: FileInfo }) {
  const place = file.width === undefined || file.height === undefined ? {} : fit(file.width, file.height);
  const poster = file.preview === undefined ? {} : { poster: `data:image/jpeg;base64,${file.preview}` };
  return (
    <span class="video">
      <video controls preload="none" src={fileOf(message.id)} aria-label={plain(file.name)} onPlay={() => void hear(message)} {...place} {...poster} />
      {file.play && <span class="length"><span class="hidden">{t('video-length')} </span>{lengthOf(file.play.duration_ms)} <Unheard message={message} /></span>}
    </span>
  );
}

function Music({ file: { play } }: { file: FileInfo }) {
  if (!play || (play.title ?? '') + (play.performer ?? '') === '') return null;
  return (
    <span class="music">
      <strong dir="auto">{plain(play.title ?? '')}</strong>
      <span class="faint" dir="auto">{plain(play.performer ?? '')}</span>
    </span>
  );
}

/** Its name and size; a click saves it. */
function Saved({ id, file }: { id: string; file: FileInfo }) {
  return (
    <a class="saved" href={fileOf(id)} download={file.name} tabIndex={-1}>
      <FileIcon />
      <span>
        <span dir="auto">{plain(file.name)}</span>
        <span class="faint">{sizeOf(file.size)}<span class="hidden">, {t('file-save')}</span></span>
      </span>
    </a>
  );
}

/** Its place is known before it is there, so that nothing jumps. */
function Picture({ id, file }: { id: string; file: FileInfo }) {
  const [wanted, setWanted] = useState(file.size <= BY_ITSELF);
  const [broken, setBroken] = useState(0);
  const [there, setThere] = useState(false);
  const { width, height } = fit(file.width ?? WIDTH, file.height ?? WIDTH);
  const before = file.preview === undefined || there ? {} : { backgroundImage: `url(data:image/jpeg;base64,${file.preview})` };
  const name = plain(file.name);
  const place = { ...before, width: `${width}px`, aspectRatio: `${width} / ${height}` };
  if (!wanted || broken % 2 === 1) {
    const again = () => {
      setWanted(true);
      setBroken((count) => count + (count % 2));
    };
    return (
      <button type="button" class="picture" tabIndex={-1} style={place} onClick={again}>
        <span class="picture-note">{broken % 2 === 1 ? t('file-broken') : t('file-load', { size: sizeOf(file.size) })}</span>
      </button>
    );
  }
  return (
    <button type="button" class="picture" tabIndex={-1} style={place} onClick={() => openDialog({ kind: 'picture', message: id })}>
      <img
        src={broken === 0 ? fileOf(id) : `${fileOf(id)}?try=${broken}`}
        alt={t('file-picture', { name })}
        loading="lazy"
        width={width}
        height={height}
        onLoad={() => setThere(true)}
        onError={() => setBroken((count) => count + 1)}
      />
    </button>
  );
}

/** The sides of a picture in a bubble. */
function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, WIDTH / width, HEIGHT / height);
  // A thin one can still be hit.
  return { width: Math.max(60, Math.round(width * scale)), height: Math.max(40, Math.round(height * scale)) };
}

/** A file in a line of the chat list. */
export function fileLine(file: FileInfo, caption: string): string {
  const what = whatOf(file);
  return caption === '' ? what : `${what}: ${caption}`;
}

function whatOf(file: FileInfo): string {
  if (file.sticker) return t('sticker-is', { emoji: plain(file.sticker.emoji) });
  if (file.play?.role === 'voice') return t('voice-is', { length: lengthOf(file.play.duration_ms) });
  return isPicture(file) ? t('file-is-picture') : t('file-is', { name: plain(file.name) });
}
