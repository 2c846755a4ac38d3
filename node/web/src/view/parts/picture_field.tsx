// Chooses the picture of oneself or of a group, or takes it away.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { type Whose, pictureOf, removePicture, setPicture } from '../../app/pictures';
import { t } from '../../i18n/texts';
import { useOrder } from '../screens/order';
import { Avatar } from './avatar';
import { Problem } from './problem';

export function PictureField({ whose, id, name }: { whose: Whose; id: string; name: string }) {
  const input = useRef<HTMLInputElement>(null);
  const has = useComputed(() => pictureOf(id) !== undefined).value;
  const { problem, busy, run } = useOrder();
  const choose = (file: File | undefined) => {
    if (file) void run(() => setPicture(whose, file));
    if (input.current) input.current.value = '';
  };
  return (
    <div class="portrait">
      <Avatar id={id} name={name} large />
      <input ref={input} type="file" accept="image/*" class="hidden" tabIndex={-1} aria-hidden="true" onChange={(event) => choose(event.currentTarget.files?.[0])} />
      <div class="buttons">
        <button type="button" class="quiet" disabled={busy} onClick={() => input.current?.click()}>{busy ? t('loading') : t('picture-choose')}</button>
        {has && <button type="button" class="quiet" disabled={busy} onClick={() => void run(() => removePicture(whose))}>{t('picture-remove')}</button>}
      </div>
      <Problem text={problem} />
    </div>
  );
}
