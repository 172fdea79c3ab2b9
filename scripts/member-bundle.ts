/**
 * Makes one module for browsers of src/reader/member/browser.ts: `npm run build:member` writes build/electra-member.js. An import of a
 * Node module fails the build, so that none can creep in.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { browsersOnly } from '../web/browsers-only.ts';

const ENTRY = fileURLToPath(new URL('../src/reader/member/browser.ts', import.meta.url));

/** The module's text, minified unless `minify` is false. */
export async function bundleMember({ entry = ENTRY, minify = true }: { entry?: string; minify?: boolean } = {}): Promise<string> {
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [browsersOnly],
  });
  try {
    const { output } = await build.generate({ format: 'esm', minify, codeSplitting: false });
    if (output.length !== 1 || output[0].type !== 'chunk') throw new Error(`expected one module, got ${output.length}`);
    return output[0].code;
  } finally {
    await build.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = fileURLToPath(new URL('../build/electra-member.js', import.meta.url));
  const code = await bundleMember();
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, code);
  process.stdout.write(`build/electra-member.js: ${code.length} bytes, ${gzipSync(code).length} gzipped\n`);
}
