// The languages that the page speaks, and which of them a person is likely to want. No DOM here.

export interface Language {
  readonly code: string;
  /** What its speakers call it. */
  readonly name: string;
  readonly rtl: boolean;
}

export const LANGUAGES: readonly Language[] = [
  { code: 'en', name: 'English', rtl: false },
  { code: 'de', name: 'Deutsch', rtl: false },
  { code: 'es', name: 'Español', rtl: false },
  { code: 'fr', name: 'Français', rtl: false },
  { code: 'ru', name: 'Русский', rtl: false },
  { code: 'zh', name: '中文', rtl: false },
  { code: 'ar', name: 'العربية', rtl: true },
];

export const ENGLISH: Language = LANGUAGES[0] as Language;

export const languageOf = (code: string): Language | undefined => LANGUAGES.find((one) => one.code === code);

/** The first of `wanted` (BCP 47 tags, most wanted first) that we speak; English if none. */
export function negotiate(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = languageOf(tag.toLowerCase().split('-')[0] ?? '');
    if (found) return found;
  }
  return ENGLISH;
}
