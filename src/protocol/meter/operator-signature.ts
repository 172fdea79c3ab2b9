/**
 * What the operator signs beside transactions (protocol §9.8): the sealing key of an epoch, and who is the operator after it. 64 bytes
 * r ‖ s with low s, over a digest. The signer's public key follows from signature and digest, and must be that of the address: so whoever
 * knows the operator's address can check them, whatever node they came through.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Account, accountBytes, accountOfPublicKey } from '../values/address.ts';
import { u32LittleEndian } from '../values/bytes.ts';
import { checkBytes, checkU32 } from '../values/checks.ts';

export const SIGNATURE_BYTES = 64;
const HASH_BYTES = 32;
const NODE_KEY_TAG = 'electra/node-key/v1';
const OPERATOR_TAG = 'electra/operator/v1';
const ZERO = Uint8Array.of(0);
/** Whether R's y is odd. That its x was above the group's order, the other bit of a recovery number, is refused: it never happens. */
const PARITIES = [0, 1];

/** Which chain a signature is for. */
export interface ChainIdentity {
  chainId: string;
  /** 32 bytes: the chain's own, of the genesis that it began with */
  genesisHash: Uint8Array;
}

/** What the operator signs of the key of an epoch. */
export const nodeKeyDigest = ({ chainId, genesisHash }: ChainIdentity, epoch: number, key: Uint8Array): Uint8Array =>
  sha256(
    concatBytes(
      utf8ToBytes(NODE_KEY_TAG + chainId),
      ZERO,
      checkBytes(genesisHash, HASH_BYTES, 'genesisHash'),
      u32LittleEndian(checkU32(epoch, 'epoch')),
      checkBytes(key, HASH_BYTES, 'key'),
    ),
  );

/** What an operator signs of the n-th rotation, to another account. */
export const rotationDigest = (chainId: string, n: number, address: Account): Uint8Array =>
  sha256(concatBytes(utf8ToBytes(OPERATOR_TAG + chainId), ZERO, u32LittleEndian(checkU32(n, 'n')), accountBytes(address)));

/** Whether a signature of a digest is by the key of an account. */
export function isSignedBy(account: Account, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const expected = accountBytes(account);
  return PARITIES.some((parity) => {
    try {
      const signed = secp256k1.Signature.fromBytes(signature, 'compact');
      if (signed.hasHighS()) return false;
      const found = accountOfPublicKey(signed.addRecoveryBit(parity).recoverPublicKey(digest).toBytes(true));
      return found.every((byte, i) => byte === expected[i]);
    } catch {
      return false; // no point has these coordinates
    }
  });
}

/** A rotation of the operator, as the chain has it. */
interface Rotated {
  n: number;
  address: string;
  signature: Uint8Array;
}

/** The last operator that a chain of signatures leads to, from a known one: what validators named without one ends it. */
export function followOperator<K extends { n: number; address: string }>(chainId: string, from: K, rotations: readonly Rotated[]): K {
  let known = from;
  for (;;) {
    const next = rotations.find(({ n }) => n === known.n + 1);
    if (!next || !isNext(chainId, known.address, next)) return known;
    known = { ...known, n: next.n, address: next.address };
  }
}

function isNext(chainId: string, operator: string, next: Rotated): boolean {
  try {
    return isSignedBy(operator, rotationDigest(chainId, next.n, next.address), next.signature);
  } catch {
    return false; // an address that is none
  }
}
