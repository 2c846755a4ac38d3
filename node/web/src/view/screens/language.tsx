// The language of the page; a choice shows at once.
import { choose, chooseWords, prefs } from '../../app/prefs';
import { LANGUAGES } from '../../i18n/languages';
import { t } from '../../i18n/texts';
import { without } from '../../model/state';
import { Choice } from '../parts/fields';

const BROWSER = '';

export function LanguageScreen() {
  const chosen = prefs.value.language ?? BROWSER;
  const pick = (code: string) => {
    if (code !== BROWSER) return choose({ language: code });
    prefs.value = without(prefs.value, 'language');
    choose({});
    return void chooseWords();
  };
  return (
    <fieldset class="card">
      <legend class="hidden">{t('language')}</legend>
      <Choice name="language" value={BROWSER} chosen={chosen} onChoose={pick}>{t('language-browser')}</Choice>
      {LANGUAGES.map(({ code, name }) => (
        <Choice key={code} name="language" value={code} chosen={chosen} onChoose={pick}><bdi lang={code}>{name}</bdi></Choice>
      ))}
    </fieldset>
  );
}
