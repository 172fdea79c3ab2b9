/**
 * CometBFT's Merkle tree (RFC 6962): leaves behind a 0 byte, inner nodes behind a 1 byte, the left half the greatest power of two
 * below the count. The prefixes keep a leaf from being passed off as a node. The root of nothing is the hash of nothing.
 *
 * That shape is the one of pairs, level by level, in which a last node without a neighbour moves up as it is. All nodes of a level stand in
 * one piece of memory: trees are over every transaction, and memory for each hash costs as much as the hash.
 */
import { SHA256_BYTES, sha256, sha256Into } from './bytes.ts';

const LEAF = 0;
const INNER = 1;

/** Where what is to be hashed is put together; it is hashed before the next is. Leaves of a tree are mostly of one size. */
let leaf = new Uint8Array(1 + SHA256_BYTES);
const inner = new Uint8Array(1 + 2 * SHA256_BYTES);
inner[0] = INNER;

function hashLeaf(bytes: Uint8Array, nodes: Uint8Array, at: number): void {
  if (leaf.length !== 1 + bytes.length) leaf = new Uint8Array(1 + bytes.length);
  leaf[0] = LEAF;
  leaf.set(bytes, 1);
  sha256Into(leaf, nodes, at);
}

/** Two neighbours become one node. */
function hashInner(nodes: Uint8Array, from: number, at: number): void {
  for (let i = 0; i < 2 * SHA256_BYTES; i++) inner[1 + i] = nodes[from + i];
  sha256Into(inner, nodes, at);
}

/** Root over the leaves in their order. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  const nodes = new Uint8Array(leaves.length * SHA256_BYTES);
  for (let i = 0; i < leaves.length; i++) hashLeaf(leaves[i], nodes, i * SHA256_BYTES);
  for (let count = leaves.length; count > 1; count = Math.ceil(count / 2)) {
    const pairs = Math.floor(count / 2);
    for (let i = 0; i < pairs; i++) hashInner(nodes, 2 * i * SHA256_BYTES, i * SHA256_BYTES);
    if (count % 2 === 1) nodes.copyWithin(pairs * SHA256_BYTES, (count - 1) * SHA256_BYTES, count * SHA256_BYTES);
  }
  return nodes.slice(0, SHA256_BYTES);
}
