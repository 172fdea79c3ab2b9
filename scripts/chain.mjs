/** Builds chain/bin/electrad when its sources changed: node scripts/chain.mjs */
import { chain } from './setup.mjs';

try {
  await chain();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
