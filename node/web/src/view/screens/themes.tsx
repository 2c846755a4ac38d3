// How the page looks: day and night, size of the text, own themes with an editor, sharing and importing.
import { useState } from 'preact/hooks';
import { choose, prefs } from '../../app/prefs';
import { notify, openDialog } from '../../app/store';
import { importFile } from '../../app/themes';
import { count } from '../../i18n/dates';
import { t } from '../../i18n/texts';
import { TEXT_SIZES } from '../../model/prefs';
import { type Theme, THEMES_MAX, readable, receive, share } from '../../model/theme';
import { Swatches } from '../content/theme';
import { Dialog } from '../parts/dialog';
import { Choice } from '../parts/fields';
import { Problem } from '../parts/problem';
import { copy } from '../timeline/actions';
import { ThemeEditor } from './theme_editor';

export function Themes() {
  const { appearance, themes } = prefs.value;
  const [edited, setEdited] = useState<number>();
  const theme = edited === undefined ? undefined : themes[edited];
  if (edited !== undefined && theme) {
    return <ThemeEditor theme={theme} onChange={(changed) => replace(edited, changed)} onDone={() => setEdited(undefined)} />;
  }
  const pick = (value: string) => choose({ appearance: value });
  return (
    <>
      <fieldset class="card">
        <legend>{t('themes-appearance')}</legend>
        <Choice name="appearance" value="system" chosen={appearance} onChoose={pick}>{t('themes-system')}</Choice>
        <Choice name="appearance" value="light" chosen={appearance} onChoose={pick}>{t('themes-light')}</Choice>
        <Choice name="appearance" value="dark" chosen={appearance} onChoose={pick}>{t('themes-dark')}</Choice>
        {themes.map((own, index) => (
          <Own key={index} theme={own} index={index} appearance={appearance} onPick={pick} onEdit={() => setEdited(index)} />
        ))}
      </fieldset>
      <TextSize />
      <NewTheme onMade={setEdited} />
    </>
  );
}

function replace(index: number, theme: Theme): void {
  choose({ themes: prefs.value.themes.map((one, at) => (at === index ? theme : one)) });
}

/** The place of the added theme, which is shown at once. */
function add(theme: Theme): number | undefined {
  const { themes } = prefs.value;
  if (themes.length >= THEMES_MAX) {
    notify(t('themes-many', { most: THEMES_MAX }));
    return undefined;
  }
  choose({ themes: [...themes, theme], appearance: `own:${themes.length}` });
  return themes.length;
}

function remove(index: number): void {
  choose({ themes: prefs.value.themes.filter((_, at) => at !== index), appearance: 'system' });
}

interface OwnProps {
  theme: Theme;
  index: number;
  appearance: string;
  onPick: (value: string) => void;
  onEdit: () => void;
}

function Own({ theme, index, appearance, onPick, onEdit }: OwnProps) {
  return (
    <div class="own-theme">
      <Choice name="appearance" value={`own:${index}`} chosen={appearance} onChoose={onPick}>
        <bdi>{theme.name}</bdi> <Swatches theme={theme} />
      </Choice>
      <div class="buttons">
        <button type="button" class="quiet" onClick={onEdit}>{t('edit')}</button>
        <button type="button" class="quiet" onClick={() => void copy(share(theme))}>{t('themes-share')}</button>
        <button type="button" class="quiet danger" onClick={() => remove(index)}>{t('delete')}</button>
      </div>
    </div>
  );
}

function TextSize() {
  const { textSize } = prefs.value;
  return (
    <section class="card">
      <label class="field">
        {t('themes-text-size')}
        <select value={textSize} onChange={(event) => choose({ textSize: Number(event.currentTarget.value) })}>
          {TEXT_SIZES.map((size) => <option key={size} value={size}>{count(size)}</option>)}
        </select>
      </label>
    </section>
  );
}

function NewTheme({ onMade }: { onMade: (index: number | undefined) => void }) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string>();
  const take = (theme: Theme | undefined) => {
    setProblem(theme ? undefined : t('themes-bad'));
    if (theme) add(theme);
  };
  const pickFile = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file) void importFile(file).then(take, () => setProblem(t('themes-bad')));
    input.value = '';
  };
  return (
    <section class="card">
      <h2>{t('themes-own')}</h2>
      <button type="button" class="primary" onClick={() => onMade(add({ name: t('themes-new-name'), base: 'light', colours: {} }))}>
        {t('themes-new')}
      </button>
      <label class="field">
        {t('themes-code')}
        <span class="copy-line">
          <input type="text" dir="ltr" placeholder="chappe-theme:…" value={code} onInput={(event) => setCode(event.currentTarget.value)} />
          <button type="button" class="primary" disabled={code.trim() === ''} onClick={() => take(receive(code))}>{t('add')}</button>
        </span>
      </label>
      <label class="field">
        {t('themes-file')}
        <input type="file" accept=".tdesktop-theme,.tdesktop-palette" onChange={(event) => pickFile(event.currentTarget)} />
      </label>
      <Problem text={problem} />
    </section>
  );
}

/** A theme that somebody shared in a chat. */
export function ThemeDialog({ code }: { code: string }) {
  const theme = receive(code);
  const use = () => {
    if (theme) add(readable(theme));
    openDialog(undefined);
  };
  return (
    <Dialog title={t('themes-shared')}>
      {theme ? <p><bdi>{theme.name}</bdi> <Swatches theme={theme} /></p> : <p>{t('themes-bad')}</p>}
      <div class="buttons end">
        <button type="button" class="primary" disabled={!theme} onClick={use}>{t('themes-use')}</button>
      </div>
    </Dialog>
  );
}
