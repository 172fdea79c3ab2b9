/**
 * A store and its proofs as the chain makes them, for tests: an IAVL tree over given keys and values, under a multistore of two stores.
 * With it code can play a chain in any state, honest or not; src/reader/light/testdata holds recordings of the real one, so that a mistake
 * made twice would be seen.
 */
import { createHash } from 'node:crypto';
import type { ExistenceProof, InnerOp, LeafOp } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import { CommitmentProof, HashOp, LengthOp } from 'cosmjs-types/cosmos/ics23/v1/proofs';

export interface Entry {
  key: Uint8Array;
  value: Uint8Array;
}

const VERSION = 7;
const sha256 = (...parts: Uint8Array[]): Uint8Array => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function varint(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...out, rest]);
    out.push((rest % 128) | 128);
  }
}
const signed = (value: number): Uint8Array => varint(2 * value); // zigzag, never negative here
const sized = (bytes: Uint8Array): Uint8Array => Buffer.concat([varint(bytes.length), bytes]);
const head = (height: number, size: number): Uint8Array => Buffer.concat([signed(height), signed(size), signed(VERSION)]);

interface Node {
  hash: Uint8Array;
  height: number;
  size: number;
  left?: Node;
  right?: Node;
}

const IAVL_LEAF: LeafOp = {
  hash: HashOp.SHA256,
  prehashKey: HashOp.NO_HASH,
  prehashValue: HashOp.SHA256,
  length: LengthOp.VAR_PROTO,
  prefix: head(0, 1),
};
const STORE_LEAF: LeafOp = { ...IAVL_LEAF, prefix: Uint8Array.of(0) };

const leafHash = ({ prefix }: LeafOp, { key, value }: Entry): Uint8Array => sha256(prefix, sized(key), sized(sha256(value)));

function build(entries: readonly Entry[]): Node {
  if (entries.length === 1) return { hash: leafHash(IAVL_LEAF, entries[0]), height: 0, size: 1 };
  const half = Math.ceil(entries.length / 2);
  const [left, right] = [build(entries.slice(0, half)), build(entries.slice(half))];
  const height = Math.max(left.height, right.height) + 1;
  return { hash: sha256(head(height, entries.length), sized(left.hash), sized(right.hash)), height, size: entries.length, left, right };
}

function pathTo(node: Node, index: number): InnerOp[] {
  if (!node.left || !node.right) return [];
  const goesLeft = index < node.left.size;
  const before = head(node.height, node.size);
  const here: InnerOp = goesLeft
    ? { hash: HashOp.SHA256, prefix: Buffer.concat([before, varint(32)]), suffix: sized(node.right.hash) }
    : { hash: HashOp.SHA256, prefix: Buffer.concat([before, sized(node.left.hash), varint(32)]), suffix: new Uint8Array(0) };
  return [...(goesLeft ? pathTo(node.left, index) : pathTo(node.right, index - node.left.size)), here];
}

const base64 = (proof: CommitmentProof): string => Buffer.from(CommitmentProof.encode(proof).finish()).toString('base64');

/** A chain's state: store `meter` with these entries. */
export class State {
  readonly #entries: Entry[];
  readonly #tree: Node;

  constructor(entries: readonly Entry[]) {
    this.#entries = [...entries].sort((a, b) => Buffer.compare(a.key, b.key));
    this.#tree = build(this.#entries);
  }

  #existence(index: number): ExistenceProof {
    return { ...this.#entries[index], leaf: IAVL_LEAF, path: pathTo(this.#tree, index) };
  }

  /** CommitmentProof of a key, there or absent, in base64. */
  prove(key: Uint8Array): string {
    const at = this.#entries.findIndex((entry) => Buffer.compare(entry.key, key) >= 0);
    if (at >= 0 && Buffer.compare(this.#entries[at].key, key) === 0)
      return base64(CommitmentProof.fromPartial({ exist: this.#existence(at) }));
    const right = at < 0 ? this.#entries.length : at;
    return base64(
      CommitmentProof.fromPartial({
        nonexist: {
          key,
          ...(right > 0 ? { left: this.#existence(right - 1) } : {}),
          ...(right < this.#entries.length ? { right: this.#existence(right) } : {}),
        },
      }),
    );
  }

  /** Proofs of all keys in [from, to), as a node gives them when it is asked from neighbour to neighbour. */
  proveRange({ from, to }: { from: Uint8Array; to: Uint8Array }): string[] {
    const inside = this.#entries.filter(({ key }) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0);
    const behind = inside.map(({ key }) => Buffer.concat([key, Uint8Array.of(0)])).filter((key) => Buffer.compare(key, to) < 0);
    return [from, ...behind].map((key) => this.prove(key));
  }

  get #stores(): { leaves: [Uint8Array, Uint8Array]; meter: Entry } {
    const meter = { key: Buffer.from('meter'), value: this.#tree.hash };
    return {
      meter,
      leaves: [leafHash(STORE_LEAF, { key: Buffer.from('auth'), value: sha256(Buffer.from('other module')) }), leafHash(STORE_LEAF, meter)],
    };
  }

  get appHash(): Uint8Array {
    const [auth, meter] = this.#stores.leaves;
    return sha256(Uint8Array.of(1), auth, meter);
  }

  /** Proof that the store's root is in the app hash, in base64. */
  get store(): string {
    const {
      meter,
      leaves: [auth],
    } = this.#stores;
    const path: InnerOp[] = [{ hash: HashOp.SHA256, prefix: Buffer.concat([Uint8Array.of(1), auth]), suffix: new Uint8Array(0) }];
    return base64(CommitmentProof.fromPartial({ exist: { ...meter, leaf: STORE_LEAF, path } }));
  }
}
