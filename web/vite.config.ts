/**
 * The pages as static files in dist/, with hashed names and a manifest from which the API serves them. One origin, a strict policy: nothing
 * is inlined, nothing is evaluated, and no module of Node can creep in.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { browsersOnly } from './browsers-only.ts';
import { CHECK_FILE, checkFile } from './check-file.ts';
import { serviceWorker } from './service-worker.ts';

/** What browsers ask for is compressed here, once, and not while they wait. */
const compressed = (folder: string): Plugin => ({
  name: 'compressed',
  apply: 'build',
  writeBundle() {
    for (const name of readdirSync(folder, { recursive: true }) as string[]) {
      if (!/\.(js|css|html|svg|webmanifest)$/.test(name)) continue;
      const bytes = readFileSync(join(folder, name));
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    }
  },
});

/** The check as one file, beside the pages: whoever does not trust this site takes a copy elsewhere. */
const oneFile: Plugin = {
  name: 'one-file',
  apply: 'build',
  async generateBundle() {
    this.emitFile({ type: 'asset', fileName: CHECK_FILE, source: await checkFile() });
  },
};

/** Files that a worker loads when it needs them. Vite leaves them out of its manifest, and what is not in there is not served. */
function workersFiles(folder: string): { inside: Plugin; after: Plugin } {
  const files = new Map<string, { file: string; name: string }>();
  const inside: Plugin = {
    name: 'workers-files',
    generateBundle(_options, bundle) {
      for (const one of Object.values(bundle))
        if (one.type === 'chunk' && !one.isEntry) files.set(`_${basename(one.fileName)}`, { file: one.fileName, name: one.name });
    },
  };
  const after: Plugin = {
    name: 'workers-files-served',
    apply: 'build',
    writeBundle() {
      const path = join(folder, '.vite/manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...manifest, ...Object.fromEntries(files) }, null, 2));
    },
  };
  return { inside, after };
}

const OUT = fileURLToPath(new URL('dist', import.meta.url));
const workers = workersFiles(OUT);

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [browsersOnly, oneFile, workers.after, serviceWorker(OUT), compressed(OUT)],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', plugins: () => [browsersOnly, workers.inside] },
  build: {
    target: 'es2022',
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    // One file of styles, and one of what every first page needs: fewer questions before the first answer.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        // The shell names every part: a letter of each that no compression shortens.
        chunkFileNames: 'assets/[name]-[hash:7].js',
        codeSplitting: {
          groups: [{ name: 'shell', test: /web[\\/]src[\\/](main|pages[\\/](home|welcome))\.tsx$/ }],
        },
      },
    },
  },
});
