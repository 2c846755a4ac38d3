// Emoji with names and search words, a file a language, made from emojibase-data (Unicode CLDR) when the page is built.
import { readFileSync } from 'node:fs';

/** CLDR of emojibase has no Arabic; the page falls back to English words there. */
const LANGUAGES = ['en', 'de', 'es', 'fr', 'ru', 'zh'];
/** Skin tones and regional indicators: parts of emoji, no emoji. */
const COMPONENT = 2;

/** `[[group, emoji, words], …]` as JSON. */
function words(code) {
  const path = new URL(`node_modules/emojibase-data/${code}/data.json`, import.meta.url);
  const all = JSON.parse(readFileSync(path, 'utf8')).filter((one) => one.group !== undefined && one.group !== COMPONENT);
  all.sort((a, b) => a.order - b.order);
  return JSON.stringify(all.map((one) => [one.group, one.emoji, [one.label, ...(one.tags ?? [])].join(' ').toLowerCase()]));
}

export function emojiFiles() {
  return Object.fromEntries(LANGUAGES.map((code) => [`emoji-${code}`, words(code)]));
}
