/**
 * CometBFT's Merkle tree (RFC 6962): leaves behind a 0 byte, inner nodes behind a 1 byte, the left half the greatest power of two
 * below the count. The prefixes keep a leaf from being passed off as a node. The root of nothing is the hash of nothing.
 */
import { sha256 } from './bytes.ts';

const LEAF = 0;
const INNER = 1;

function leafHash(leaf: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + leaf.length);
  bytes[0] = LEAF;
  bytes.set(leaf, 1);
  return sha256(bytes);
}

/** One for all: it is hashed before the next node is written into it. */
const inner = new Uint8Array(65);
inner[0] = INNER;

function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  inner.set(left, 1);
  inner.set(right, 33);
  return sha256(inner);
}

/** Root over the leaves in their order. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  return subtree(leaves, 0, leaves.length);
}

function subtree(leaves: readonly Uint8Array[], from: number, to: number): Uint8Array {
  const count = to - from;
  if (count === 1) return leafHash(leaves[from]);
  let split = 1;
  while (split * 2 < count) split *= 2;
  return innerHash(subtree(leaves, from, from + split), subtree(leaves, from + split, to));
}
