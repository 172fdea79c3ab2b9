/**
 * Builds chain/bin/electrad and chain/bin/electra-prove when their sources changed: node scripts/chain.mjs
 * With `main` it builds chain/bin/electra-maind, the main chain's, which nothing of a community needs.
 */
import { chain, mainChain } from './setup.mjs';

try {
  await (process.argv.includes('main') ? mainChain() : chain());
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
