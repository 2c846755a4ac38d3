// Reads QR codes: of a picture, or of what the camera sees. The decoder is fetched when somebody scans for the first time.

/** Longest side in pixels that is looked at: a code fills a part of a photo, and its squares must stay apart. */
const PICTURE_SIDES = [1600, 800];
const FRAME_SIDE = 900;
/** A photo of a camera; anything larger is none. */
const PICTURE_BYTES_MAX = 40_000_000;
/** Milliseconds that a still picture may take; a frame of the camera has its own, short bound. */
const PICTURE_TIME = 2_000;
/** Between two looks at the camera. */
const LOOK_EVERY = 150;

type Drawable = ImageBitmap | HTMLVideoElement;

/** The text of the code in there, if there is one. */
async function decoded(source: Drawable, width: number, height: number, side: number, timeLimit?: number): Promise<string | undefined> {
  const { default: decode } = await import('qr/decode.js');
  const scale = Math.min(1, side / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  // What is see-through stands on white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(source, 0, 0, size.width, size.height);
  const { data } = context.getImageData(0, 0, size.width, size.height);
  try {
    return decode({ ...size, data }, timeLimit === undefined ? {} : { timeLimit });
  } catch {
    // None, or one that cannot be read: both happen at most frames.
    return undefined;
  }
}

/** The text of the code in a picture; undefined if there is none, or it is no picture. */
export async function readPicture(file: Blob): Promise<string | undefined> {
  if (file.size > PICTURE_BYTES_MAX) return undefined;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  try {
    for (const side of PICTURE_SIDES) {
      const text = await decoded(picture, picture.width, picture.height, side, PICTURE_TIME);
      if (text !== undefined) return text;
    }
    return undefined;
  } finally {
    picture.close();
  }
}

/** Browsers give the camera to pages of the own machine and of https alone. */
export const hasCamera = (): boolean => navigator.mediaDevices?.getUserMedia !== undefined;

/** Shows the camera in `video` and tells of the first code. Gives what ends it; rejects if the camera is refused. */
export async function watchCamera(video: HTMLVideoElement, told: (text: string) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
  let timer: number | undefined;
  let over = false;
  const end = () => {
    over = true;
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const look = async () => {
    const { videoWidth, videoHeight } = video;
    const text = videoWidth > 0 ? await decoded(video, videoWidth, videoHeight, FRAME_SIDE) : undefined;
    if (over) return;
    if (text === undefined) {
      timer = window.setTimeout(() => void look(), LOOK_EVERY);
      return;
    }
    end();
    told(text);
  };
  video.srcObject = stream;
  await video.play().catch(() => undefined);
  void look();
  return end;
}
