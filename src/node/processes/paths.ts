/** Where the project's own files are, wherever it was started. */
import { fileURLToPath } from 'node:url';

export const KEYS_DIR = fileURLToPath(new URL('../../../circuits/keys/', import.meta.url));
export const ELECTRAD = fileURLToPath(new URL('../../../chain/bin/electrad', import.meta.url));
export const ELECTRA_MAIND = fileURLToPath(new URL('../../../chain/bin/electra-maind', import.meta.url));
