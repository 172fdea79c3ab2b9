/** Ed25519 as CometBFT accepts it: see src/protocol/comet/ed25519.ts. */
export { verifyEd25519 } from '../protocol/comet/index.ts';
