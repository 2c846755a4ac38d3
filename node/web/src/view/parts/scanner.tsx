// Scans a QR code: with the camera, or in a picture.
import { useEffect, useRef, useState } from 'preact/hooks';
import { hasCamera, readPicture, watchCamera } from '../../app/scan';
import { t } from '../../i18n/texts';
import { Problem } from './problem';

interface ScannerProps {
  /** Told of each code; what is wrong with it, in words, if it is not the right one. */
  onCode: (text: string) => string | undefined;
}

export function Scanner({ onCode }: ScannerProps) {
  const [filming, setFilming] = useState(false);
  const [problem, setProblem] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const told = (text: string | undefined) => {
    setFilming(false);
    setProblem(text === undefined ? t('scan-nothing') : onCode(text));
  };
  const begin = () => {
    setProblem(undefined);
    setFilming(true);
  };
  const refused = () => {
    setFilming(false);
    setProblem(t('scan-refused'));
  };
  return (
    <div class="scanner">
      {filming && <Film onCode={told} onRefused={refused} />}
      <input
        ref={field}
        type="file"
        accept="image/*"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = '';
          if (file) void readPicture(file).then(told);
        }}
      />
      <Problem text={problem} />
      <div class="buttons">
        {hasCamera() && (
          <button type="button" class="quiet" aria-pressed={filming} onClick={filming ? () => setFilming(false) : begin}>{t('scan-camera')}</button>
        )}
        <button type="button" class="quiet" onClick={() => field.current?.click()}>{t('scan-picture')}</button>
      </div>
    </div>
  );
}

function Film({ onCode, onRefused }: { onCode: (text: string) => void; onRefused: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!video.current) return undefined;
    let gone = false;
    let end = () => {};
    watchCamera(video.current, onCode).then(
      (stop) => {
        end = stop;
        // It was closed while the browser still asked.
        if (gone) stop();
      },
      () => !gone && onRefused(),
    );
    return () => {
      gone = true;
      end();
    };
  }, []);
  return (
    <>
      <video ref={video} class="film" muted playsInline aria-label={t('scan-camera')} />
      <p class="faint" role="status">{t('scan-how')}</p>
    </>
  );
}
