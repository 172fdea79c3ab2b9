/**
 * The development keys that ship with the project (circuits/keys, marked in development.json), by their hashes. Whoever made them could
 * forge proofs. A test holds this list to those files.
 */
export const DEVELOPMENT_KEY_HASHES: ReadonlySet<string> = new Set([
  '970cf1ee762036c1faec7f0a053239ae564d0cfb3dc8265178b9a923d3cdc510', // day-bill
  'f8275c95d280ec59c5879877ee71dfd33a57ef9b30e72d67672db4990ad5e68a', // clearing
]);
