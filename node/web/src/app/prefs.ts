// A person's choices as a signal, kept in this browser.
import { signal } from '@preact/signals';
import { ENGLISH, languageOf, negotiate } from '../i18n/languages';
import { speak } from '../i18n/texts';
import { type Prefs, readPrefs } from '../model/prefs';
import { dress } from './appearance';

const KEY = 'chappe-prefs';

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // A browser may forbid storage; then choices last as long as the page.
    return null;
  }
}

export const prefs = signal<Prefs>(readPrefs(stored()));

/** Chooses, shows it and keeps it. */
export function choose(part: Partial<Prefs>): void {
  const before = prefs.value;
  prefs.value = { ...before, ...part };
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.value));
  } catch {
    // As above.
  }
  dress(prefs.value);
  if (prefs.value.language !== before.language) void chooseWords();
}

/** The catalogue of the chosen language, or of the browser's. Another page's choice is followed too. */
export async function chooseWords(): Promise<void> {
  const { language } = prefs.value;
  const wanted = (language === undefined ? undefined : languageOf(language)) ?? negotiate(navigator.languages);
  try {
    await speak(wanted);
  } catch (error) {
    if (wanted === ENGLISH) throw error;
    await speak(ENGLISH);
  }
  document.documentElement.lang = wanted.code;
  document.documentElement.dir = wanted.rtl ? 'rtl' : 'ltr';
}

/** Pages of one browser agree. */
export function followOtherPages(): void {
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    const before = prefs.value.language;
    prefs.value = readPrefs(event.newValue);
    dress(prefs.value);
    if (prefs.value.language !== before) void chooseWords();
  });
}
