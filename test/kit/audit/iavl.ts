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

/** Largest power of two below a size: where CometBFT's tree parts. */
const splitOf = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0];
  const at = splitOf(leaves.length);
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at)));
}

function pathInStores(leaves: readonly Uint8Array[], index: number): InnerOp[] {
  if (leaves.length === 1) return [];
  const at = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, at), leaves.slice(at)];
  const here: InnerOp =
    index < at
      ? { hash: HashOp.SHA256, prefix: Uint8Array.of(1), suffix: rootOf(right) }
      : { hash: HashOp.SHA256, prefix: Buffer.concat([Uint8Array.of(1), rootOf(left)]), suffix: new Uint8Array(0) };
  return [...(index < at ? pathInStores(left, index) : pathInStores(right, index - at)), here];
}

/** A chain's state: store `meter` with these entries, beside it `auth`, and whatever other stores there are, by name. */
export class State {
  readonly #entries: Entry[];
  readonly #tree: Node;
  /** of the other stores */
  readonly others: ReadonlyMap<string, State>;

  constructor(entries: readonly Entry[], others: Readonly<Record<string, readonly Entry[]>> = {}) {
    this.#entries = [...entries].sort((a, b) => Buffer.compare(a.key, b.key));
    this.#tree = build(this.#entries);
    this.others = new Map(Object.entries(others).map(([name, of]) => [name, new State(of)]));
  }

  get root(): Uint8Array {
    return this.#tree.hash;
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

  /** All stores by name, rising, with their roots. */
  get #stores(): Entry[] {
    const roots: [string, Uint8Array][] = [
      ['auth', sha256(Buffer.from('other module'))],
      ['meter', this.root],
      ...[...this.others].map(([name, { root }]) => [name, root] as [string, Uint8Array]),
    ];
    return roots.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ key: Buffer.from(name), value }));
  }

  get appHash(): Uint8Array {
    return rootOf(this.#stores.map((one) => leafHash(STORE_LEAF, one)));
  }

  /** Proof that the store's root is in the app hash, in base64. */
  get store(): string {
    return this.storeOf('meter');
  }

  /** The same of any store. */
  storeOf(name: string): string {
    const stores = this.#stores;
    const index = stores.findIndex(({ key }) => Buffer.compare(key, Buffer.from(name)) === 0);
    const path = pathInStores(
      stores.map((one) => leafHash(STORE_LEAF, one)),
      index,
    );
    return base64(CommitmentProof.fromPartial({ exist: { ...stores[index], leaf: STORE_LEAF, path } }));
  }
}
