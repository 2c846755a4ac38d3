// The Fluent catalogues (node/locales/LANGUAGE/*.ftl) for the page: `node locales.mjs types` writes the keys' type,
// `node locales.mjs check` fails on keys that a language lacks, that nobody uses, or whose variables differ.
//
// lite.ftl, cli.ftl and help.ftl belong to the node; node/src/texts/tests.rs has their check.
import { FluentResource } from '@fluent/bundle';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

const ROOT = new URL('../locales/', import.meta.url);
export const LANGUAGES = readdirSync(ROOT).sort();
const NODE_ONLY = new Set(['cli.ftl', 'help.ftl', 'lite.ftl']);

function files(code) {
  return readdirSync(new URL(`${code}/`, ROOT)).filter((name) => name.endsWith('.ftl') && !NODE_ONLY.has(name)).sort();
}

const read = (code, name) => readFileSync(new URL(`${code}/${name}`, ROOT), 'utf8');

/** What the page fetches: all of a language's files in one, without comments. */
export function catalogue(code) {
  const text = files(code).map((name) => read(code, name)).join('\n');
  return text.split('\n').filter((line) => !line.startsWith('#')).join('\n').replace(/\n{2,}/g, '\n');
}

/** Variables that a pattern names. */
function variables(node, found = new Set()) {
  if (Array.isArray(node)) node.forEach((one) => variables(one, found));
  else if (node && typeof node === 'object') {
    if (node.type === 'var') found.add(node.name);
    Object.values(node).forEach((one) => variables(one, found));
  }
  return found;
}

/** Key → sorted names of variables. */
function messages(code) {
  const text = catalogue(code);
  const out = new Map();
  for (const entry of new FluentResource(text).body) {
    if (out.has(entry.id)) throw new Error(`${code}: ${entry.id} is there twice`);
    out.set(entry.id, [...variables(entry.value)].sort());
  }
  // The parser skips what it does not understand; count what looks like a message.
  const wanted = [...text.matchAll(/^([a-z][a-z0-9-]*) *=/gm)].map((match) => match[1]);
  const lost = wanted.filter((id) => !out.has(id));
  if (lost.length > 0) throw new Error(`${code}: not valid Fluent: ${lost.join(', ')}`);
  return out;
}

function types() {
  const rows = [...messages('en')].map(([key, names]) => {
    const args = names.length === 0 ? 'undefined' : `{ ${names.map((name) => `${name}: string | number`).join('; ')} }`;
    return `  '${key}': ${args};`;
  });
  mkdirSync('src/i18n', { recursive: true });
  writeFileSync('src/i18n/keys.d.ts', `// Made by locales.mjs from node/locales/en.\nexport interface Texts {\n${rows.join('\n')}\n}\n`);
}

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => readFileSync(`${entry.parentPath ?? entry.path}/${entry.name}`, 'utf8'))
    .join('\n');
}

function problems() {
  const english = messages('en');
  const found = [];
  for (const code of LANGUAGES.slice(1)) {
    const theirs = messages(code);
    for (const [key, names] of english) {
      const other = theirs.get(key);
      if (!other) found.push(`${code}: ${key} is missing`);
      else if (other.some((name) => !names.includes(name))) found.push(`${code}: ${key} names a variable that is not there`);
    }
    for (const key of theirs.keys()) if (!english.has(key)) found.push(`${code}: ${key} is not in English`);
  }
  const code = sources('src');
  // What fails is named by the node; node/src/texts/tests.rs looks whether anybody says it.
  for (const key of english.keys()) if (!key.startsWith('error-') && !code.includes(`'${key}'`)) found.push(`en: nobody uses ${key}`);
  return found;
}

if (process.argv[2] === 'types') types();
if (process.argv[2] === 'check') {
  const found = problems();
  for (const line of found) console.error(`locales: ${line}`);
  process.exit(found.length === 0 ? 0 : 1);
}
