// Builds the page into dist/ (`node build.mjs`), or the model's tests into build/tests/ (`node build.mjs --tests`).
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { emojiFiles } from './emoji.mjs';
import { LANGUAGES, catalogue } from './locales.mjs';

// virtua is written for React; Preact's compatibility layer stands in for it.
const alias = { react: 'preact/compat', 'react-dom': 'preact/compat', 'react/jsx-runtime': 'preact/jsx-runtime' };
const common = { bundle: true, format: 'esm', target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact', alias };
/** Of a compressed file that is worth sending instead. */
const WORTH = 0.9;

async function tests() {
  await rm('build/tests', { recursive: true, force: true });
  const found = (await readdir('tests')).filter((name) => name.endsWith('.test.ts'));
  const entryPoints = found.map((name) => `tests/${name}`);
  const outExtension = { '.js': '.mjs' };
  const define = { LOCALE_FILES: '{}', EMOJI_FILES: '{}', VERSION: '"test"' };
  await build({ ...common, entryPoints, platform: 'node', outdir: 'build/tests', outExtension, define });
}

/** Writes a file whose name holds a hash of its content; gives its address. */
async function asset(name, extension, text) {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
  const path = `assets/${name}-${hash}.${extension}`;
  await writeFile(`dist/${path}`, text);
  return `/${path}`;
}

async function addresses(files, extension) {
  const named = Object.entries(files).map(async ([name, text]) => [name.split('-').at(-1), await asset(name, extension, text)]);
  return Object.fromEntries(await Promise.all(named));
}

async function page() {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist/assets', { recursive: true });
  const locales = Object.fromEntries(LANGUAGES.map((code) => [`locale-${code}`, catalogue(code)]));
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  const result = await build({
    ...common,
    entryPoints: { app: 'src/main.tsx', style: 'src/style/all.css' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: 'dist/assets',
    splitting: true,
    minify: true,
    metafile: true,
    legalComments: 'none',
    define: {
      'process.env.NODE_ENV': '"production"',
      VERSION: JSON.stringify(version),
      LOCALE_FILES: JSON.stringify(await addresses(locales, 'ftl')),
      EMOJI_FILES: JSON.stringify(await addresses(emojiFiles(), 'json')),
    },
  });
  const outputs = Object.keys(result.metafile.outputs).map((path) => basename(path));
  const named = (start, end) => outputs.find((name) => name.startsWith(start) && name.endsWith(end));
  // What the program begins with is fetched beside it, not after it was read.
  const [, app] = Object.entries(result.metafile.outputs).find(([path]) => basename(path) === named('app-', '.js'));
  const beside = app.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => `<link rel="modulepreload" href="/assets/${basename(path)}">`);
  const html = (await readFile('src/index.html', 'utf8'))
    .replace('PRELOAD', beside.join(''))
    .replace('APP_JS', `/assets/${named('app-', '.js')}`)
    .replace('STYLE_CSS', `/assets/${named('style-', '.css')}`);
  await writeFile('dist/index.html', html);
  for (const name of ['icon.svg', 'icon-maskable.svg', 'manifest.webmanifest']) {
    await writeFile(`dist/${name}`, await readFile(`src/${name}`));
  }
  await worker(html);
  await compress();
}

/** The service worker keeps the page's own files; its content changes whenever one of theirs does. */
async function worker(html) {
  const files = (await readdir('dist/assets')).filter((name) => !/^(locale|emoji)-/.test(name));
  const kept = ['/', '/icon.svg', '/manifest.webmanifest', ...files.map((name) => `/assets/${name}`)];
  const release = createHash('sha256').update(html + kept.join()).digest('hex').slice(0, 12);
  await build({
    ...common,
    entryPoints: { sw: 'src/worker/sw.ts' },
    outdir: 'dist',
    format: 'iife',
    minify: true,
    legalComments: 'none',
    define: { KEPT: JSON.stringify(kept), RELEASE: JSON.stringify(release) },
  });
}

/** A compressed copy beside every file that gains by it; the node sends it to whoever takes it. */
async function compress() {
  const found = await readdir('dist', { recursive: true, withFileTypes: true });
  for (const entry of found.filter((one) => one.isFile())) {
    const path = `${entry.parentPath ?? entry.path}/${entry.name}`;
    const bytes = await readFile(path);
    const small = await promisify(gzip)(bytes, { level: 9 });
    if (small.length < bytes.length * WORTH) await writeFile(`${path}.gz`, small);
  }
}

await (process.argv.includes('--tests') ? tests() : page());
