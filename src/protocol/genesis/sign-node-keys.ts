/** The operator's signature on the sealing keys of a genesis, which is of the genesis' hash and so made last. */
import { toBase64 } from '@cosmjs/encoding';
import { hexToBytes } from '@noble/hashes/utils.js';
import { nodeKeyDigest } from '../meter/operator-signature.ts';
import type { Shape } from '../values/shape.ts';
import { withSignatures } from './hash.ts';
import { readUnsignedAny } from './read.ts';

interface OperatorSigner {
  sign(digest: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A genesis document as `electrad devnet` wrote it, with the signatures that its chain wants. */
export async function signNodeKeys(document: Shape, signer: OperatorSigner): Promise<Shape> {
  const { chainId, hash, nodeKeys } = readUnsignedAny(document);
  const identity = { chainId, genesisHash: hexToBytes(hash) };
  const signatures = await Promise.all(nodeKeys.map(async ({ epoch, key }) => signer.sign(nodeKeyDigest(identity, epoch, key))));
  return withSignatures(document, signatures.map(toBase64));
}
