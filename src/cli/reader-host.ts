/** The `electra` program as the reader's commands see it. */
import { WASM_BACKEND_MODULE } from '../node/proofs/backend-module.ts';
import type { Host } from '../reader/cli/command.ts';
import { bundleOfDates } from './bundle-from-node.ts';

export const READER_HOST: Host = {
  name: 'electra',
  typed: (command) => `npx electra ${command}`,
  backendModule: WASM_BACKEND_MODULE,
  bundleFromNode: bundleOfDates,
};
