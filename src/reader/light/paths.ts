/**
 * Leaves and their paths to a root (ICS-23), and the one question beyond existence: are two leaves neighbours?
 *
 * A tree sorted by key has nothing between two neighbouring leaves, nothing before its leftmost and nothing after its rightmost leaf. Two
 * leaves are neighbours when their paths are one from some node upwards, part there as left and right child, and below it run along the
 * right edge of the left child and the left edge of the right one. Neither tree here has empty children, so an edge is nothing but sides.
 */
import type { ExistenceProof } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { concatBytes, equalBytes, sha256 } from '../../protocol/comet/bytes.ts';
import { varint } from '../../protocol/comet/proto.ts';
import { LightError } from './errors.ts';
import type { Side, Spec } from './spec.ts';
import { assertLeafOp } from './spec.ts';

/** A key and its value, at a place in a tree whose root is known. */
export interface Leaf {
  key: Uint8Array;
  value: Uint8Array;
  /** from the leaf to the root */
  path: readonly { side: Side; prefix: Uint8Array; suffix: Uint8Array }[];
}

const KEY_MAX_BYTES = 1024;
const VALUE_MAX_BYTES = 1 << 24;
const DEPTH_MAX = 128;

/** Length ‖ bytes. */
const counted = (bytes: Uint8Array): Uint8Array => concatBytes(varint(BigInt(bytes.length)), bytes);

/** Follows a leaf to the root. @throws LightError `bad-proof` for a step that the tree does not write, `wrong-root` */
export function leafUnder(root: Uint8Array, proof: ExistenceProof, spec: Spec, field: string): Leaf {
  const { key, value, leaf, path } = proof;
  if (key.length === 0 || key.length > KEY_MAX_BYTES) throw new LightError('bad-proof', `${field}.key`, `1 to ${KEY_MAX_BYTES} bytes`);
  if (value.length === 0 || value.length > VALUE_MAX_BYTES)
    throw new LightError('bad-proof', `${field}.value`, `1 to ${VALUE_MAX_BYTES} bytes`);
  if (!leaf) throw new LightError('bad-proof', `${field}.leaf`, 'to be present');
  if (path.length > DEPTH_MAX) throw new LightError('bad-proof', `${field}.path`, `at most ${DEPTH_MAX} steps`);
  assertLeafOp(leaf, field);
  let node = spec.leaf(leaf.prefix, field);
  let hash = sha256(concatBytes(leaf.prefix, counted(key), counted(sha256(value))));
  const steps = path.map((op, i) => {
    const above = spec.inner(op, node, `${field}.path[${i}]`);
    node = above;
    hash = sha256(concatBytes(op.prefix, hash, op.suffix));
    return { side: above.side, prefix: op.prefix, suffix: op.suffix };
  });
  if (!equalBytes(hash, root)) throw new LightError('wrong-root', field, 'steps that end at the root');
  return { key, value, path: steps };
}

type Path = Leaf['path'];

/** The leaf at the given end of the tree: its path comes from that side at every step. */
export const isAtEdge = (path: Path, side: Side): boolean => path.every((step) => step.side === side);

/** Whether nothing lies between two leaves of one tree. */
export function areNeighbours(left: Path, right: Path): boolean {
  let l = left.length - 1;
  let r = right.length - 1;
  while (l >= 0 && r >= 0 && equalBytes(left[l].prefix, right[r].prefix) && equalBytes(left[l].suffix, right[r].suffix)) {
    l--;
    r--;
  }
  if (l < 0 || r < 0) return false;
  return left[l].side === 'left' && right[r].side === 'right' && isAtEdge(left.slice(0, l), 'right') && isAtEdge(right.slice(0, r), 'left');
}
