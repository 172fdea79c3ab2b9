/**
 * Makes electra-check.html: the whole check in one file that opens from a disk, so that nobody has to take it from the operator. Its own
 * policy lets it load nothing at all, and two builds of the same sources give the same bytes: its SHA-256 can be printed and compared.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { browsersOnly } from './browsers-only.ts';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));
export const CHECK_FILE = 'electra-check.html';
const FONT = '@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2';

async function bundle(entry: string, format: 'esm' | 'iife'): Promise<string> {
  const build = await rolldown({
    input: source(entry),
    platform: 'browser',
    logLevel: 'silent',
    transform: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: [browsersOnly],
  });
  try {
    const { output } = await build.generate({ format, minify: true, codeSplitting: false });
    if (output.length !== 1 || output[0].type !== 'chunk') throw new Error(`${entry}: expected one module, got ${output.length}`);
    return output[0].code.trim();
  } finally {
    await build.close();
  }
}

function styles(): string {
  const font = readFileSync(createRequire(import.meta.url).resolve(FONT)).toString('base64');
  return ['tokens', 'base', 'parts']
    .map((name) => readFileSync(source(`styles/${name}.css`), 'utf8'))
    .join('')
    .replace(`url("${FONT}")`, `url("data:font/woff2;base64,${font}")`);
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
/** Nothing in a script may end it for the page that holds it. */
const inside = (code: string): string => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

/** The file's text. */
export async function checkFile(): Promise<string> {
  const [page, worker] = await Promise.all([bundle('file.tsx', 'esm'), bundle('check/main-chain.ts', 'iife')]);
  const [script, style, text] = [inside(page), styles(), inside(worker)];
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'font-src data:',
    'worker-src blob:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types electra-worker',
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Electra</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<script type="text/plain" id="worker">${text}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}
