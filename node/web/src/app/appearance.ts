// Puts a person's choices on the document. Colours are custom properties set through the CSSOM, which the
// Content-Security-Policy allows; no style sheet is ever made of text.
import { type Prefs, chosenTheme } from '../model/prefs';
import { PALETTES, type Scheme, TOKENS, type Theme, paletteOf } from '../model/theme';

const darkness = window.matchMedia('(prefers-color-scheme: dark)');

function schemeOf(prefs: Prefs): Scheme {
  const own = chosenTheme(prefs);
  if (own) return own.base;
  if (prefs.appearance === 'light' || prefs.appearance === 'dark') return prefs.appearance;
  return darkness.matches ? 'dark' : 'light';
}

/** Shows the page in these colours; an own theme overrides the style sheet's. */
export function wear(scheme: Scheme, theme: Theme | undefined): void {
  const { style, dataset } = document.documentElement;
  dataset['scheme'] = scheme;
  for (const token of TOKENS) {
    const colour = theme?.colours[token];
    if (colour === undefined) style.removeProperty(`--${token}`);
    else style.setProperty(`--${token}`, colour);
  }
  const ground = (theme ? paletteOf(theme) : PALETTES[scheme]).ground;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', ground);
}

export function dress(prefs: Prefs): void {
  wear(schemeOf(prefs), chosenTheme(prefs));
  document.documentElement.style.setProperty('--text-size', `${prefs.textSize}px`);
}

/** Follows the system between day and night. */
export function followSystem(current: () => Prefs): void {
  darkness.addEventListener('change', () => dress(current()));
}
