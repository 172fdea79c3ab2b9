/**
 * CometBFT 0.38's hashes and signatures, from raw RPC JSON: what is needed to believe a block without believing the node that sent it.
 * Pure and free of Node, so that the indexer, the auditor and a browser run the same code.
 */
export { equalBytes } from './bytes.ts';
export * from './commit.ts';
export * from './data.ts';
export * from './ed25519.ts';
export * from './header.ts';
export * from './json.ts';
export * from './merkle.ts';
export * from './read-signed-header.ts';
export * from './signed-header.ts';
export * from './validators.ts';
export * from './zip215.ts';
