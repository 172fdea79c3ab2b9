/**
 * The pages as static files in dist/, with hashed names and a manifest from which the API serves them. One origin, a strict policy: nothing
 * is inlined, nothing is evaluated, and no module of Node can creep in.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

const OUT = fileURLToPath(new URL('dist', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [browsersOnly, oneFile, serviceWorker(OUT), compressed(OUT)],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', plugins: () => [browsersOnly] },
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
        codeSplitting: {
          groups: [{ name: 'shell', test: /web[\\/]src[\\/](main|pages[\\/](home|welcome))\.tsx$/ }],
        },
      },
    },
  },
});
