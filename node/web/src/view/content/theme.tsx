// A theme that somebody shared, as a card.
import { openDialog } from '../../app/store';
import { t } from '../../i18n/texts';
import { type Theme, paletteOf } from '../../model/theme';

export function ThemeCard({ theme, code }: { theme: Theme; code: string }) {
  return (
    <div class="told">
      <span class="faint">{t('themes-shared')}</span>
      <strong><bdi>{theme.name}</bdi></strong>
      <Swatches theme={theme} />
      <button type="button" class="quiet" tabIndex={-1} onClick={() => openDialog({ kind: 'theme', code })}>{t('themes-use')}</button>
    </div>
  );
}

export function Swatches({ theme }: { theme: Theme }) {
  const { ground, accent, mine, theirs } = paletteOf(theme);
  return (
    <svg class="swatches" viewBox="0 0 64 16" aria-hidden="true">
      {[ground, theirs, mine, accent].map((colour, at) => <rect key={at} x={at * 16} width="16" height="16" fill={colour} />)}
    </svg>
  );
}
