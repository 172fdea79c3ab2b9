/** Ed25519 by ZIP-215, as CometBFT verifies: for browsers, and for the rare signature that a stricter library refuses. */
import { ed25519 } from '@noble/curves/ed25519.js';
import type { VerifyEd25519 } from './commit.ts';

export const verifyZip215: VerifyEd25519 = (signature, message, publicKey) => {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: true });
  } catch {
    return false;
  }
};
