// What tells about new messages, in this browser.
import { allow } from '../../app/notify';
import { choose, prefs } from '../../app/prefs';
import { notify } from '../../app/store';
import { play } from '../../app/sounds';
import { type Plain, t } from '../../i18n/texts';
import { SOUNDS, type Sound } from '../../model/prefs';
import { Choice, Switch } from '../parts/fields';

export const SOUND_NAMES: Readonly<Record<Sound, Plain>> = {
  none: 'sound-none',
  bell: 'sound-bell',
  drop: 'sound-drop',
  knock: 'sound-knock',
  chime: 'sound-chime',
};

async function turn(on: boolean): Promise<void> {
  if (!on) return choose({ notify: false });
  const allowed = await allow();
  choose({ notify: allowed });
  if (!allowed) notify(t('notify-refused'));
}

export function Notifications() {
  const { notify: on, preview, sound } = prefs.value;
  const pick = (value: string) => {
    const found = SOUNDS.find((one) => one === value) ?? 'none';
    choose({ sound: found });
    play(found);
  };
  return (
    <>
      <section class="card">
        <Switch label={t('notify-on')} on={on} onChange={(value) => void turn(value)} />
        <Switch label={t('notify-preview')} on={preview} onChange={(value) => choose({ preview: value })} />
        <p class="faint">{t('notify-how')}</p>
      </section>
      <fieldset class="card">
        <legend>{t('sound')}</legend>
        {SOUNDS.map((one) => (
          <Choice key={one} name="sound" value={one} chosen={sound} onChoose={pick}>{t(SOUND_NAMES[one])}</Choice>
        ))}
        <p class="faint">{t('sound-how')}</p>
      </fieldset>
    </>
  );
}
