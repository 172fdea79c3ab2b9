#!/usr/bin/env node
/** The `electra-simulated-meter` command (docs/gateway.md): simulator/simulated-meter.ts on the pinned Node. */
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const flags = ['--disable-warning=ExperimentalWarning', `${root}simulator/simulated-meter.ts`];
try {
  process.exit(await runChild(`${root}node_modules/node/bin/node`, [...flags, ...process.argv.slice(2)]));
} catch (error) {
  console.error(`electra-simulated-meter: ${error.message}`);
  process.exit(1);
}
