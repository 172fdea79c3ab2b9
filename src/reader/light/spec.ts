/**
 * The two trees of a Cosmos SDK chain, as ICS-23 describes them, and what one step of a proof may look like in each.
 *
 * - `iavl`: a module's store. Leaf: varints height 0, size 1, version, then key and value hash. Inner node: height, size, version, then
 *   both children, each behind a length byte 32. The varints are zigzag (Go's signed ones).
 * - `simple`: the store of stores, CometBFT's Merkle tree, whose root is the app hash. Leaf behind a 0 byte, inner node behind a 1 byte.
 *
 * A step is prefix ‖ child ‖ suffix, hashed; whoever may choose prefix and suffix freely can pass off parts of a key as a prefix, or an
 * inner node as a leaf, and prove what was never stored (a library that did not check the leaf's prefix accepted such a proof). So every
 * step must be exactly what the tree writes: nothing before or after, heights, sizes and versions that only grow towards the root.
 */
import type { InnerOp, LeafOp } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { LightError } from './errors.ts';

/** Which child of an inner node the path comes from. */
export type Side = 'left' | 'right';

export interface Spec {
  name: 'iavl' | 'simple';
  /** Checks a leaf; returns what the first inner node is compared with. */
  leaf(prefix: Uint8Array, field: string): Node;
  /** Checks an inner node above `below`. */
  inner(op: InnerOp, below: Node, field: string): Node & { side: Side };
}

/** What IAVL writes into a node besides its children; zeros in a simple tree. */
export interface Node {
  height: number;
  size: number;
  version: number;
}

const SHA256 = 1;
const NO_HASH = 0;
const VAR_PROTO = 1;
const HASH_BYTES = 32;
/** three varints and the first length byte */
const MIN_PREFIX = 4;
const MAX_PREFIX = 12;

const bad = (field: string, expected: string): LightError => new LightError('bad-proof', field, expected);

/** Both trees hash a leaf as prefix ‖ length ‖ key ‖ length ‖ SHA-256(value). */
export function assertLeafOp(leaf: LeafOp, field: string): void {
  if (leaf.hash !== SHA256 || leaf.prehashKey !== NO_HASH || leaf.prehashValue !== SHA256 || leaf.length !== VAR_PROTO) {
    throw bad(`${field}.leaf`, 'SHA-256 over prefix, key and hashed value with their lengths');
  }
}

/** Height, size and version at the start of a prefix, and where they end. Shortest form only. */
function readNode(prefix: Uint8Array, field: string): Node & { end: number } {
  const numbers: number[] = [];
  let at = 0;
  for (let i = 0; i < 3; i++) {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = prefix[at++];
      if (byte === undefined || scale > 2 ** 42) throw bad(`${field}.prefix`, 'three varints: height, size, version');
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (byte === 0 && scale > 1) throw bad(`${field}.prefix`, 'varints in their shortest form');
        break;
      }
      scale *= 128;
    }
    if (value % 2 === 1) throw bad(`${field}.prefix`, 'height, size and version not negative');
    numbers.push(value / 2);
  }
  return { height: numbers[0], size: numbers[1], version: numbers[2], end: at };
}

function assertHash(op: InnerOp, field: string): void {
  if (op.hash !== SHA256) throw bad(`${field}.hash`, 'SHA-256');
}

export const IAVL: Spec = {
  name: 'iavl',
  leaf(prefix, field) {
    const { end, ...node } = readNode(prefix, `${field}.leaf`);
    if (node.height !== 0 || node.size !== 1 || end !== prefix.length)
      throw bad(`${field}.leaf.prefix`, 'height 0, size 1, a version, and nothing else');
    return node;
  },
  inner(op, below, field) {
    assertHash(op, field);
    const { prefix, suffix } = op;
    const { end, ...node } = readNode(prefix, field);
    if (node.height <= below.height || node.size <= below.size || node.version < below.version)
      throw bad(`${field}.prefix`, 'a height and size above its child’s, and a version not below it');
    const left = prefix.length === end + 1 && suffix.length === 1 + HASH_BYTES && suffix[0] === HASH_BYTES;
    const right = prefix.length === end + 2 + HASH_BYTES && prefix[end + 1 + HASH_BYTES] === HASH_BYTES && suffix.length === 0;
    if (prefix[end] !== HASH_BYTES || (!left && !right)) throw bad(field, 'two children of 32 bytes, one of them the path’s');
    const own = left ? prefix.length : prefix.length - 1 - HASH_BYTES;
    if (own < MIN_PREFIX || own > MAX_PREFIX) throw bad(`${field}.prefix`, `${MIN_PREFIX} to ${MAX_PREFIX} bytes of its own`);
    return { ...node, side: left ? 'left' : 'right' };
  },
};

export const SIMPLE: Spec = {
  name: 'simple',
  leaf(prefix, field) {
    if (prefix.length !== 1 || prefix[0] !== 0) throw bad(`${field}.leaf.prefix`, 'one 0 byte');
    return { height: 0, size: 0, version: 0 };
  },
  inner(op, below, field) {
    assertHash(op, field);
    const { prefix, suffix } = op;
    const left = prefix.length === 1 && suffix.length === HASH_BYTES;
    const right = prefix.length === 1 + HASH_BYTES && suffix.length === 0;
    if (prefix[0] !== 1 || (!left && !right)) throw bad(field, 'a 1 byte and two children of 32 bytes, one of them the path’s');
    return { ...below, side: left ? 'left' : 'right' };
  },
};
