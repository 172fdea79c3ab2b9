/** Builds chain/bin/electrad and chain/bin/electra-prove when their sources changed: node scripts/chain.mjs */
import { chain } from './setup.mjs';

try {
  await chain();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
