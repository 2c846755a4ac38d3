// One own theme: its name, what it stands on, its colours. It shows at once, and says which texts are hard to read.
import { t, type Plain } from '../../i18n/texts';
import { type Scheme, THEME_NAME_MAX, TOKENS, type Theme, type Token, faults, paletteOf, readable } from '../../model/theme';

const NAMES: Readonly<Record<Token, Plain>> = {
  ground: 'colour-ground',
  'chat-ground': 'colour-chat-ground',
  hover: 'colour-hover',
  chosen: 'colour-chosen',
  line: 'colour-line',
  text: 'colour-text',
  faint: 'colour-faint',
  accent: 'colour-accent',
  'on-accent': 'colour-on-accent',
  link: 'colour-link',
  mine: 'colour-mine',
  'mine-faint': 'colour-mine-faint',
  read: 'colour-read',
  theirs: 'colour-theirs',
  good: 'colour-good',
  bad: 'colour-bad',
  'bad-ground': 'colour-bad-ground',
  banner: 'colour-banner',
  'banner-text': 'colour-banner-text',
  pill: 'colour-pill',
};

interface EditorProps {
  theme: Theme;
  onChange: (theme: Theme) => void;
  onDone: () => void;
}

export function ThemeEditor({ theme, onChange, onDone }: EditorProps) {
  const palette = paletteOf(theme);
  const base = (value: string): Scheme => (value === 'dark' ? 'dark' : 'light');
  return (
    <>
      <section class="card">
        <label class="field">
          {t('themes-name')}
          <input
            type="text"
            required
            maxLength={THEME_NAME_MAX}
            value={theme.name}
            onChange={(event) => {
              const name = event.currentTarget.value.trim();
              if (name !== '') onChange({ ...theme, name });
            }}
          />
        </label>
        <label class="field">
          {t('themes-base')}
          <select value={theme.base} onChange={(event) => onChange({ ...theme, base: base(event.currentTarget.value) })}>
            <option value="light">{t('themes-light')}</option>
            <option value="dark">{t('themes-dark')}</option>
          </select>
        </label>
        <Faults theme={theme} onRepair={() => onChange(readable(theme))} />
        <div class="buttons end"><button type="button" class="primary" onClick={onDone}>{t('done')}</button></div>
      </section>
      <section class="card colours">
        {TOKENS.map((token) => (
          <label key={token} class="colour">
            <input
              type="color"
              value={palette[token]}
              onInput={(event) => onChange({ ...theme, colours: { ...theme.colours, [token]: event.currentTarget.value } })}
            />
            <span>{t(NAMES[token])}</span>
          </label>
        ))}
      </section>
    </>
  );
}

function Faults({ theme, onRepair }: { theme: Theme; onRepair: () => void }) {
  const found = faults(paletteOf(theme));
  if (found.length === 0) return <p class="faint" role="status">{t('themes-readable')}</p>;
  const pairs = found.map(({ text, ground, ratio }) => `${t(NAMES[text])} / ${t(NAMES[ground])} (${ratio.toFixed(1)}:1)`);
  return (
    <div role="status">
      <p class="problem">{t('themes-faults', { pairs: pairs.join('; ') })}</p>
      <button type="button" class="quiet" onClick={onRepair}>{t('themes-repair')}</button>
    </div>
  );
}
