/** The index of the chain: verified blocks → handlers → one Postgres transaction per batch, with the cursor. See docs/indexer.md. */

export { ChainNode } from './chain/node.ts';
export { FatalError, RetryableError } from './errors.ts';
export { bundleFromNode } from './from-node/bundle.ts';
export { billsFromNode, isInBlockOfNode, lastPayoutFromNode, mainStateFromNode, type ProvenMain } from './from-node/main-state.ts';
export { bookFromBlocks } from './from-node/wholes.ts';
export { type IndexDigest, indexDigest } from './index-digest.ts';
export type { IndexerOptions, IndexProgress } from './run.ts';
export { runIndexer } from './run.ts';
export { ensureIndexSchema, resetIndex } from './write/schema.ts';
