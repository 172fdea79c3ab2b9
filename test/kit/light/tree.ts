/**
 * A store as IAVL and the multistore hash it, grown by the tests, with proofs of anything: honest ones, and what a liar could put together.
 */
import { toBase64 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExistenceProof, InnerOp, LeafOp } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { CommitmentProof } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { varint } from '../../../src/protocol/comet/proto.ts';
import { compareBytes } from '../../../src/protocol/day/roster.ts';
import type { Entry, ProofOps } from '../../../src/reader/light/index.ts';

export const signed = (value: number): Uint8Array => varint(2n * BigInt(value)); // zigzag
export const counted = (bytes: Uint8Array): Uint8Array => concatBytes(varint(BigInt(bytes.length)), bytes);
const byte = (value: number): Uint8Array => Uint8Array.of(value);
const NONE = new Uint8Array(0);

export const leafOp = (prefix: Uint8Array): LeafOp => ({ hash: 1, prehashKey: 0, prehashValue: 1, length: 1, prefix });
export const iavlLeaf = leafOp(concatBytes(signed(0), signed(1), signed(3)));

interface Node {
  hash: Uint8Array;
  height: number;
  size: number;
  paths: InnerOp[][];
}

function grow(entries: readonly Entry[], split: (count: number) => number): Node {
  if (entries.length === 1) {
    const [{ key, value }] = entries;
    return { hash: sha256(concatBytes(iavlLeaf.prefix, counted(key), counted(sha256(value)))), height: 0, size: 1, paths: [[]] };
  }
  const at = split(entries.length);
  const [left, right] = [grow(entries.slice(0, at), split), grow(entries.slice(at), split)];
  const height = Math.max(left.height, right.height) + 1;
  const head = concatBytes(signed(height), signed(entries.length), signed(3));
  const forLeft: InnerOp = { hash: 1, prefix: concatBytes(head, byte(32)), suffix: counted(right.hash) };
  const forRight: InnerOp = { hash: 1, prefix: concatBytes(head, counted(left.hash), byte(32)), suffix: NONE };
  return {
    hash: sha256(concatBytes(head, counted(left.hash), counted(right.hash))),
    height,
    size: entries.length,
    paths: [...left.paths.map((path) => [...path, forLeft]), ...right.paths.map((path) => [...path, forRight])],
  };
}

export type Tree = ReturnType<typeof plant>;

/** A chain whose store `meter` holds these entries. `split`: how many leaves go left at a node. */
export function plant(unsorted: readonly Entry[], split: (count: number) => number = (count) => count >> 1) {
  const entries = [...unsorted].sort((a, b) => compareBytes(a.key, b.key));
  const root = grow(entries, split);
  const name = utf8ToBytes('meter');
  const before = sha256(utf8ToBytes('another store'));
  const storeHash = sha256(concatBytes(byte(0), counted(name), counted(sha256(root.hash))));
  const store: ExistenceProof = {
    key: name,
    value: root.hash,
    leaf: leafOp(byte(0)),
    path: [{ hash: 1, prefix: concatBytes(byte(1), before), suffix: NONE }],
  };
  const exist = (index: number): ExistenceProof => ({ ...entries[index], leaf: iavlLeaf, path: root.paths[index] });
  const ops = (key: Uint8Array, proof: CommitmentProof): ProofOps => [
    { type: 'ics23:iavl', key: toBase64(key), data: toBase64(CommitmentProof.encode(proof).finish()) },
    { type: 'ics23:simple', key: toBase64(name), data: toBase64(CommitmentProof.encode({ exist: store }).finish()) },
  ];
  /** Absence of a key by the entries at these places, whether or not that is true. */
  const absence = (key: Uint8Array, left: number, right: number): ProofOps =>
    ops(key, {
      nonexist: {
        key,
        ...(left >= 0 ? { left: exist(left) } : {}),
        ...(right < entries.length ? { right: exist(right) } : {}),
      },
    });
  return {
    entries,
    exist,
    ops,
    absence,
    appHash: sha256(concatBytes(byte(1), before, storeHash)),
    /** What an honest node answers. */
    answer(key: Uint8Array): ProofOps {
      const at = entries.findIndex((entry) => compareBytes(entry.key, key) >= 0);
      if (at >= 0 && compareBytes(entries[at].key, key) === 0) return ops(key, { exist: exist(at) });
      return absence(key, (at < 0 ? entries.length : at) - 1, at < 0 ? entries.length : at);
    },
  };
}
