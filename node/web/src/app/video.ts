// What a video looks like before it is there: one picture of it, its sides and its length. The browser decodes; what it
// cannot play is sent without.
import type { VideoLook } from '../api/client';

/** Pixels of the longer side, as of a photo's preview. */
const SIDE = 40;
/** Bytes, as the protocol allows. */
const MOST = 2048;
const PATIENCE = 8000;

const happens = (video: HTMLVideoElement, what: string) =>
  new Promise<void>((go, fail) => {
    video.addEventListener(what, () => go(), { once: true });
    video.addEventListener('error', () => fail(new Error('unreadable')), { once: true });
    setTimeout(() => fail(new Error('too slow')), PATIENCE);
  });

export async function lookOf(file: File): Promise<VideoLook | undefined> {
  if (!file.type.startsWith('video/')) return undefined;
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = 'auto';
    video.src = url;
    await happens(video, 'loadeddata');
    const { videoWidth: width, videoHeight: height, duration } = video;
    if (width < 1 || height < 1) return undefined;
    // The very first picture is black in many videos.
    if (Number.isFinite(duration) && duration > 0.2) {
      video.currentTime = Math.min(1, duration / 3);
      await happens(video, 'seeked');
    }
    const poster = draw(video, width, height);
    const length = Number.isFinite(duration) ? Math.max(1, Math.round(duration * 1000)) : undefined;
    return { width, height, ...(poster !== undefined && { poster }), ...(length !== undefined && { duration_ms: length }) };
  } catch {
    return undefined;
  } finally {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

function draw(video: HTMLVideoElement, width: number, height: number): string | undefined {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of [0.6, 0.4, 0.2]) {
    const base64 = canvas.toDataURL('image/jpeg', quality).split(',')[1] ?? '';
    if (base64 !== '' && base64.length * 0.75 <= MOST) return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  }
  return undefined;
}
