/**
 * Plugin that writes service-worker.js: the pages' files by their hashed names, to be kept for a time without a network. Its version is
 * the hash of that list, so that it changes when they do.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';

const ENTRY = fileURLToPath(new URL('src/offline/service-worker.ts', import.meta.url));
const SERVICE_WORKER = 'service-worker.js';

async function build(files: readonly string[]): Promise<string> {
  const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 16);
  const input = { input: ENTRY, platform: 'browser', logLevel: 'silent' } as const;
  const made = await rolldown({ ...input, transform: { define: { SHELL: JSON.stringify({ version, files }) } } });
  try {
    const { output } = await made.generate({ format: 'iife', minify: true });
    return output[0].code;
  } finally {
    await made.close();
  }
}

interface ManifestEntry {
  file: string;
  css?: readonly string[];
  assets?: readonly string[];
}

/** Just what the API serves of a build (src/node/api/pages/built.ts): one file that is not there would keep all from being kept. */
export const serviceWorker = (folder: string): Plugin => ({
  name: 'service-worker',
  apply: 'build',
  async writeBundle() {
    const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<string, ManifestEntry>;
    const names = Object.values(manifest).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
    const files = [...new Set(names)].map((name) => `/${name}`).sort();
    writeFileSync(join(folder, SERVICE_WORKER), await build(files));
  },
});
