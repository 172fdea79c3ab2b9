/**
 * Plugin that writes service-worker.js: the pages' files by their hashed names, to be kept for a time without a network. Its version is
 * the hash of that list, so that it changes when they do.
 */
import { createHash } from 'node:crypto';
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

export const serviceWorker: Plugin = {
  name: 'service-worker',
  apply: 'build',
  async generateBundle(_options, bundle) {
    const files = Object.keys(bundle)
      .filter((name) => name.startsWith('assets/') && !name.endsWith('.map'))
      .map((name) => `/${name}`)
      .sort();
    this.emitFile({ type: 'asset', fileName: SERVICE_WORKER, source: await build(files) });
  },
};
