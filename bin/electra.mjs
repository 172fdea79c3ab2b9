#!/usr/bin/env node
/** The `electra` command. The host's Node may be too old to run TypeScript, so the pinned Node of node_modules runs the real program. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = `${root}node_modules/node/bin/node`;
if (!existsSync(node)) {
  console.error('electra: its packages are not installed yet; run `npm ci` (or `npm start`) in the project folder first');
  process.exit(1);
}
try {
  process.exit(await runChild(node, ['--disable-warning=ExperimentalWarning', `${root}src/cli/main.ts`, ...process.argv.slice(2)]));
} catch (error) {
  console.error(`electra: ${error.message}`);
  process.exit(1);
}
