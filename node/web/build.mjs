// Builds the page into dist/ (`node build.mjs`), or the model's tests into build/tests/ (`node build.mjs --tests`).
import { build } from 'esbuild';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

// virtua is written for React; Preact's compatibility layer stands in for it.
const alias = { react: 'preact/compat', 'react-dom': 'preact/compat', 'react/jsx-runtime': 'preact/jsx-runtime' };
const common = { bundle: true, format: 'esm', target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact', alias };

async function tests() {
  await rm('build/tests', { recursive: true, force: true });
  const found = (await readdir('tests')).filter((name) => name.endsWith('.test.ts'));
  const entryPoints = found.map((name) => `tests/${name}`);
  await build({ ...common, entryPoints, platform: 'node', outdir: 'build/tests', outExtension: { '.js': '.mjs' } });
}

async function page() {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist', { recursive: true });
  const result = await build({
    ...common,
    entryPoints: { app: 'src/main.tsx', style: 'src/style.css' },
    entryNames: '[name]-[hash]',
    outdir: 'dist/assets',
    minify: true,
    metafile: true,
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const outputs = Object.keys(result.metafile.outputs).map((path) => basename(path));
  const named = (start, end) => outputs.find((name) => name.startsWith(start) && name.endsWith(end));
  const html = (await readFile('src/index.html', 'utf8'))
    .replace('APP_JS', `/assets/${named('app', '.js')}`)
    .replace('STYLE_CSS', `/assets/${named('style', '.css')}`);
  await writeFile('dist/index.html', html);
  await cp('src/icon.svg', 'dist/icon.svg');
}

await (process.argv.includes('--tests') ? tests() : page());
