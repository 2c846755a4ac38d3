// What tells about new messages, in this browser.
import { useRef, useState } from 'preact/hooks';
import { allow } from '../../app/notify';
import { choose, prefs } from '../../app/prefs';
import { notify } from '../../app/store';
import { type Refused, bring, discardSound, play } from '../../app/sounds';
import { type Plain, t } from '../../i18n/texts';
import { OWN_SOUNDS_MAX, SOUNDS, SOUND_LONGEST, type Sound, type Tune, isSound } from '../../model/prefs';
import { plain } from '../../model/words';
import { Choice, Switch } from '../parts/fields';
import { Problem } from '../parts/problem';

const TUNES: Readonly<Record<Tune, Plain>> = {
  none: 'sound-none',
  bell: 'sound-bell',
  drop: 'sound-drop',
  knock: 'sound-knock',
  chime: 'sound-chime',
};

/** All sounds that can be chosen, with their names. */
export function soundChoices(): readonly { readonly sound: Sound; readonly name: string }[] {
  const own = prefs.value.ownSounds.map(({ id, name }) => ({ sound: `own:${id}` as const, name: plain(name) }));
  return [...SOUNDS.map((sound) => ({ sound, name: t(TUNES[sound]) })), ...own];
}

async function turn(on: boolean): Promise<void> {
  if (!on) return choose({ notify: false });
  const allowed = await allow();
  choose({ notify: allowed });
  if (!allowed) notify(t('notify-refused'));
}

export function Notifications() {
  const { notify: on, preview, sound } = prefs.value;
  const pick = (value: string) => {
    const found = isSound(value) ? value : 'none';
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
        {soundChoices().map(({ sound: one, name }) => (
          <Choice key={one} name="sound" value={one} chosen={sound} onChoose={pick}><bdi>{name}</bdi></Choice>
        ))}
        <p class="faint">{t('sound-how')}</p>
      </fieldset>
      <OwnSounds />
    </>
  );
}

function OwnSounds() {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<Refused>();
  const { ownSounds } = prefs.value;
  return (
    <section class="card">
      <h2>{t('sound-own')}</h2>
      <p class="faint">{t('sound-own-what', { most: SOUND_LONGEST })}</p>
      <ul class="facts">
        {ownSounds.map(({ id, name }) => (
          <li key={id}>
            <bdi>{plain(name)}</bdi>
            <span class="buttons">
              <button type="button" class="quiet" onClick={() => play(`own:${id}`)}>{t('sound-play')}<span class="hidden"> {plain(name)}</span></button>
              <button type="button" class="quiet danger" onClick={() => void discardSound(id)}>{t('delete')}<span class="hidden"> {plain(name)}</span></button>
            </span>
          </li>
        ))}
      </ul>
      <input
        ref={field}
        type="file"
        accept="audio/*"
        hidden
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          currentTarget.value = '';
          if (file) void bring(file).then(setProblem);
        }}
      />
      <Problem text={problem && refusal(problem)} />
      <div class="buttons"><button type="button" class="quiet" onClick={() => field.current?.click()}>{t('sound-bring')}</button></div>
    </section>
  );
}

function refusal(why: Refused): string {
  switch (why) {
    case 'short':
      return t('sound-short');
    case 'long':
      return t('sound-long', { most: SOUND_LONGEST });
    case 'large':
      return t('sound-large');
    case 'many':
      return t('sound-many', { most: OWN_SOUNDS_MAX });
    case 'none':
      return t('sound-bad');
  }
}
