#!/usr/bin/env node
/** The `electra` command. The host's Node may be too old to run TypeScript, so the pinned Node of node_modules runs the real program. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { nodeFlags } from './node-flags.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = `${root}node_modules/node/bin/node`;
if (!existsSync(node)) {
  console.error('electra: its packages are not installed yet; run `npm ci` (or `npm start`) in the project folder first');
  process.exit(1);
}
try {
  const [command, ...args] = process.argv.slice(2);
  const flags = ['--disable-warning=ExperimentalWarning', ...nodeFlags(command)];
  // What was compiled once need not be again: half the time to start, and 30 MB less in every process.
  const env = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? `${root}.cache/compiled-by-node` };
  const words = command === undefined ? [] : [command, ...args];
  process.exit(await runChild(node, [...flags, `${root}src/cli/main.ts`, ...words], { env }));
} catch (error) {
  console.error(`electra: ${error.message}`);
  process.exit(1);
}
