import { readFileSync } from 'node:fs';
import { fromBase64 } from '@cosmjs/encoding';
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ExistenceProof, InnerOp } from 'cosmjs-types/cosmos/ics23/v1/proofs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../test/kit/light/forge.ts';
import type { Tree } from '../../../test/kit/light/tree.ts';
import { counted, iavlLeaf, leafOp, plant, signed } from '../../../test/kit/light/tree.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { compareBytes } from '../../protocol/day/roster.ts';
import { decodeCommitment, verifyAbsence, verifyExistence } from './ics23.ts';
import type { Entry, ProofOps } from './index.ts';
import { nextInRange, verifyRange, verifyState } from './index.ts';
import { areNeighbours, leafUnder } from './paths.ts';
import { IAVL, SIMPLE } from './spec.ts';

interface Vector {
  root: string;
  proof: string;
  key: string;
  value: string;
}
const official = JSON.parse(readFileSync(new URL('./testdata/ics23.json', import.meta.url), 'utf8')) as {
  vectors: Record<string, Vector>;
  checkAgainstSpec: Record<string, { Proof: Untyped; Spec: Untyped; Err: string }>;
};

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const entry = (...bytes: number[]): Entry => ({ key: key(...bytes), value: utf8ToBytes(`value of ${bytes.join()}`) });
const tree = plant([10, 20, 30, 40, 50, 60, 70].map((n) => entry(n)));
const show = (k: Uint8Array, ops: ProofOps = tree.answer(k), from: Tree = tree) => verifyState(from.appHash, 'meter', k, ops);

describe('the official vectors', () => {
  test.each(Object.entries(official.vectors))('%s', (name, vector) => {
    const spec = name.startsWith('iavl') ? IAVL : SIMPLE;
    const { exist, nonexist } = decodeCommitment(hexToBytes(vector.proof), name);
    const verify = (root: Uint8Array, k: Uint8Array): unknown =>
      exist ? verifyExistence(root, k, exist, spec, name) : verifyAbsence(root, k, nonexist!, spec, name);
    expect(verify(hexToBytes(vector.root), hexToBytes(vector.key))).toBeTruthy();
    if (exist) expect(exist.value).toEqual(hexToBytes(vector.value));
    const otherRoot = hexToBytes(vector.root);
    otherRoot[0] ^= 1;
    expect(refusal(() => verify(otherRoot, hexToBytes(vector.key)))).toBe('wrong-root');
    expect(refusal(() => verify(hexToBytes(vector.root), concatBytes(hexToBytes(vector.key), key(1))))).toBe('wrong-key');
    const otherSpec = spec === IAVL ? SIMPLE : IAVL;
    const under = (proof?: ExistenceProof) => proof && leafUnder(hexToBytes(vector.root), proof, otherSpec, name);
    expect(refusal(() => (exist ? under(exist) : [under(nonexist!.left), under(nonexist!.right)]))).toBe('bad-proof');
  });

  const rejected = Object.entries(official.checkAgainstSpec).filter(([, { Spec, Err }]) => Err !== '' && !Spec.min_depth);
  test.each(rejected)('%s', (_, { Proof }) => {
    const bytes = (text?: string) => fromBase64(text ?? '');
    const step = (op: Untyped): InnerOp => ({ hash: op.hash ?? 0, prefix: bytes(op.prefix), suffix: bytes(op.suffix) });
    const proof = {
      key: bytes(Proof.key),
      value: bytes(Proof.value),
      path: (Proof.path ?? []).map(step),
      leaf: Proof.leaf && {
        ...leafOp(bytes(Proof.leaf.prefix)),
        hash: Proof.leaf.hash ?? 0,
        prehashKey: Proof.leaf.prehash_key ?? 0,
        prehashValue: Proof.leaf.prehash_value ?? 0,
        length: Proof.leaf.length ?? 0,
      },
    } as ExistenceProof;
    expect(refusal(() => leafUnder(new Uint8Array(32), proof, IAVL, 'proof'))).toBe('bad-proof');
  });
  test('hold what is rejected', () => expect(rejected.length).toBeGreaterThanOrEqual(5));
});

describe('a key', () => {
  test('that is there is shown with its value', () => {
    for (const { key: k, value } of tree.entries) expect(show(k)).toEqual({ absent: false, value });
  });
  test('that is not is shown between its neighbours, or at an edge', () => {
    const [first, second] = tree.entries;
    expect(show(key(15))).toEqual({ absent: true, left: first, right: second });
    expect(show(key(5))).toEqual({ absent: true, left: null, right: first });
    expect(show(key(71))).toEqual({ absent: true, left: tree.entries.at(-1), right: null });
  });
  test('alone in its store is both first and last', () => {
    const one = plant([entry(9)]);
    expect(show(key(9), one.answer(key(9)), one)).toEqual({ absent: false, value: one.entries[0].value });
    expect(show(key(8), one.answer(key(8)), one)).toEqual({ absent: true, left: null, right: one.entries[0] });
    expect(show(key(10), one.answer(key(10)), one)).toEqual({ absent: true, left: one.entries[0], right: null });
  });
  test('is not absent by entries with others between them, or by one that is not at the edge', () => {
    for (let left = -1; left < 7; left++) {
      for (let right = left + 1; right <= 7; right++) {
        if (right === left + 1 || (left === -1 && right === 7)) continue;
        for (let hidden = left + 1; hidden < right; hidden++)
          expect(refusal(() => show(tree.entries[hidden].key, tree.absence(tree.entries[hidden].key, left, right)))).toBe('not-neighbours');
      }
    }
    expect(refusal(() => show(key(15), tree.absence(key(15), -1, 7)))).toBe('bad-proof'); // no neighbour at all
  });
  test('is not absent by neighbours of another place, or by itself', () => {
    expect(refusal(() => show(key(15), tree.absence(key(15), 1, 2)))).toBe('not-neighbours');
    expect(refusal(() => show(key(35), tree.absence(key(35), 1, 2)))).toBe('not-neighbours');
    expect(refusal(() => show(key(20), tree.absence(key(20), 1, 2)))).toBe('not-neighbours');
    expect(refusal(() => show(key(30), tree.absence(key(30), 1, 2)))).toBe('not-neighbours');
    expect(refusal(() => show(key(25), tree.absence(key(25), 2, 1)))).toBe('not-neighbours');
  });
  test('is not shown by a proof about another one', () => {
    expect(refusal(() => show(key(20), tree.answer(key(30))))).toBe('wrong-key');
    const renamed = tree.answer(key(30)).map((op, i) => (i === 0 ? { ...op, key: tree.answer(key(20))[0].key } : op));
    expect(refusal(() => show(key(20), renamed))).toBe('wrong-key');
    expect(refusal(() => show(key(20), [{ ...tree.answer(key(20))[0], key: 'EA==' }, tree.answer(key(20))[1]]))).toBe('wrong-key');
    expect(refusal(() => show(key(16), [{ ...tree.answer(key(15))[0], key: 'EA==' }, tree.answer(key(15))[1]]))).toBe('wrong-key');
  });
  test('is not shown with another value, under another state, or in another store', () => {
    const proof = tree.exist(1);
    expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, value: utf8ToBytes('more') } })))).toBe('wrong-root');
    expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, value: new Uint8Array(0) } })))).toBe('bad-proof');
    expect(refusal(() => verifyState(new Uint8Array(32), 'meter', key(20), tree.answer(key(20))))).toBe('wrong-root');
    expect(refusal(() => verifyState(tree.appHash, 'auth', key(20), tree.answer(key(20))))).toBe('wrong-store');
    const relabelled = tree.answer(key(20)).map((op, i) => (i === 1 ? { ...op, key: 'YXV0aA==' } : op));
    expect(refusal(() => verifyState(tree.appHash, 'auth', key(20), relabelled))).toBe('wrong-store');
    expect(refusal(() => show(key(20), relabelled))).toBe('wrong-store');
  });
});

describe('two paths that part', () => {
  const step = (side: 'left' | 'right', at: number) => ({ side, prefix: key(at), suffix: key() });
  test('are neighbours only as left and right', () => {
    expect(areNeighbours([step('left', 1)], [step('right', 2)])).toBe(true);
    for (const [l, r] of [
      ['right', 'right'],
      ['left', 'left'],
      ['right', 'left'],
    ] as const)
      expect(areNeighbours([step(l, 1)], [step(r, 2)])).toBe(false);
    expect(areNeighbours([step('left', 1)], [step('left', 1)])).toBe(false);
    expect(areNeighbours([], [step('right', 2)])).toBe(false);
  });
});

describe('a step that the tree does not write is refused:', () => {
  const proof = tree.exist(1);
  const withPath = (change: (path: InnerOp[]) => void) => {
    const path = proof.path.map((op) => ({ ...op }));
    change(path);
    return refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, path } })));
  };
  test('a leaf prefix that swallows the beginning of a longer key', () => {
    // The key is `head ‖ length ‖ tail`; a verifier that does not look at the leaf's prefix takes `tail` for a key.
    const head = key(12, 1, 2, 3);
    const tail = key(12, 9, 9);
    const stored = { key: concatBytes(head, counted(tail)), value: utf8ToBytes('dispute') };
    const victim = plant([stored]);
    const forged = {
      key: tail,
      value: stored.value,
      leaf: leafOp(concatBytes(iavlLeaf.prefix, Uint8Array.of(stored.key.length), head)),
      path: [],
    };
    expect(show(stored.key, victim.answer(stored.key), victim)).toEqual({ absent: false, value: stored.value });
    expect(refusal(() => show(tail, victim.ops(tail, { exist: forged }), victim))).toBe('bad-proof');
  });
  test('a leaf prefix of another height or size, or one with padding', () => {
    for (const prefix of [
      [signed(1), signed(1), signed(3)],
      [signed(0), signed(2), signed(3)],
      [signed(0), signed(1), signed(3), key(0)],
      [signed(0), signed(1)],
      [signed(0), signed(1), key(0x86, 0)],
      [key(1), signed(1), signed(3)],
      [signed(0), signed(1), key(5)],
    ]) {
      expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, leaf: leafOp(concatBytes(...prefix)), path: [] } })))).toBe(
        'bad-proof',
      );
      expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, leaf: leafOp(concatBytes(...prefix)) } })))).toBe(
        'bad-proof',
      );
    }
  });
  test('another way of hashing the leaf', () => {
    for (const change of [{ hash: 2 }, { prehashKey: 1 }, { prehashValue: 0 }, { length: 0 }, { length: 7 }]) {
      expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, leaf: { ...iavlLeaf, ...change } } })))).toBe('bad-proof');
    }
    expect(refusal(() => show(key(20), tree.ops(key(20), { exist: { ...proof, leaf: undefined } })))).toBe('bad-proof');
  });
  test('an inner node with another hash, a wrong length byte, a third child, or none', () => {
    expect(withPath(() => {})).toBe('accepted');
    expect(
      withPath((path) => {
        path[0].hash = 2;
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].suffix = concatBytes(path[0].suffix, path[0].suffix);
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].suffix = path[0].suffix.slice(0, -1);
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].prefix = path[0].prefix.slice(0, -1);
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].prefix = concatBytes(path[0].prefix, key(0));
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].prefix = new Uint8Array(0);
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[0].suffix = concatBytes(key(33), path[0].suffix.slice(1));
      }),
    ).toBe('bad-proof'); // a left child
    expect(
      withPath((path) => {
        path[1].prefix = concatBytes(path[1].prefix.slice(0, -1), key(33));
      }),
    ).toBe('bad-proof'); // a right child
    expect(
      withPath((path) => {
        path[0].prefix = concatBytes(path[0].prefix.slice(0, -1), key(33));
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[1].prefix = concatBytes(path[1].prefix.slice(0, 3), key(33), path[1].prefix.slice(4));
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path[1].suffix = path[0].suffix;
      }),
    ).toBe('bad-proof'); // a child on both sides
  });
  test('an inner node whose numbers take more room than the tree’s could', () => {
    const alone = (size: number, version: number) =>
      withPath((path) =>
        path.splice(0, path.length, { ...path[0], prefix: concatBytes(signed(1), signed(size), signed(version), key(32)) }),
      );
    expect(alone(2 ** 30, 2 ** 30)).toBe('wrong-root'); // 12 bytes
    expect(alone(2 ** 30, 2 ** 34)).toBe('bad-proof'); // 13
  });
  test('in the tree of stores, a leaf or inner node that is marked otherwise', () => {
    const store = (prefix: Uint8Array, path: InnerOp[] = []) =>
      refusal(() => leafUnder(new Uint8Array(32), { key: key(1), value: key(1), leaf: leafOp(prefix), path }, SIMPLE, 'store'));
    const inner = (first: number): InnerOp => ({ hash: 1, prefix: key(first), suffix: new Uint8Array(32) });
    expect(store(key(0))).toBe('wrong-root');
    for (const prefix of [[], [1], [0, 0]]) expect(store(key(...prefix))).toBe('bad-proof');
    expect(store(key(0), [inner(1)])).toBe('wrong-root');
    for (const first of [0, 2]) expect(store(key(0), [inner(first)])).toBe('bad-proof');
  });
  test('an inner node that is not higher and larger than its child', () => {
    expect(
      withPath((path) => {
        path.push(path.at(-1)!);
      }),
    ).toBe('bad-proof');
    expect(
      withPath((path) => {
        path.reverse();
      }),
    ).toBe('bad-proof');
    const headed = (height: number, size: number, version: number) =>
      withPath((path) => {
        path[0].prefix = concatBytes(signed(height), signed(size), signed(version), key(32));
      });
    expect(headed(1, 2, 3)).toBe('accepted');
    for (const [height, size, version] of [
      [0, 2, 3],
      [1, 1, 3],
      [1, 2, 2],
    ])
      expect(headed(height, size, version)).toBe('bad-proof');
  });
  test('a path that ends early, or one without end', () => {
    expect(
      withPath((path) => {
        path.pop();
      }),
    ).toBe('wrong-root');
    const deep = (steps: number) =>
      withPath((path) =>
        path.splice(
          0,
          path.length,
          ...Array.from({ length: steps }, (_, i) => ({
            ...path[0],
            prefix: concatBytes(signed(i + 1), signed(i + 2), signed(3), key(32)),
          })),
        ),
      );
    expect(deep(128)).toBe('wrong-root');
    expect(deep(129)).toBe('bad-proof');
  });
});

describe('proof bytes', () => {
  const ops = tree.answer(key(20));
  const answered = (change: (ops: ProofOps) => unknown): string =>
    refusal(() => show(key(20), change(structuredClone(ops) as ProofOps) as ProofOps));
  test('come as the RPC gives them, and no other way', () => {
    expect(answered((o) => o)).toBe('accepted');
    expect(answered((o) => [o[0]])).toBe('malformed');
    expect(answered((o) => [o[1], o[0]])).toBe('malformed');
    expect(answered((o) => [...o, o[1]])).toBe('malformed');
    expect(answered((o) => [{ ...o[0], type: 'ics23:smt' }, o[1]])).toBe('malformed');
    expect(answered(() => null)).toBe('malformed');
    expect(answered((o) => [{ ...o[0], data: '%' }, o[1]])).toBe('malformed');
    expect(answered((o) => [{ ...o[0], data: undefined }, o[1]])).toBe('malformed');
  });
  test('are read in their canonical encoding only, one proof at a time', () => {
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
    const data = fromBase64(ops[0].data);
    const trailing = [base64(concatBytes(data, key(0x2a, 0))), base64(concatBytes(data, data)), base64(concatBytes(data, key(1)))];
    for (const other of trailing) expect(answered((o) => [{ ...o[0], data: other }, o[1]])).toBe('malformed');
    const both = concatBytes(data, fromBase64(tree.answer(key(15))[0].data));
    expect(answered((o) => [{ ...o[0], data: base64(both) }, o[1]])).toBe('malformed');
    expect(answered((o) => [{ ...o[0], data: '' }, o[1]])).toBe('malformed');
    expect(answered((o) => [o[0], { ...o[1], data: tree.answer(key(15))[0].data }])).toBe('bad-proof');
  });
  test('do not survive one changed bit, and never throw anything unnamed', () => {
    fc.assert(
      fc.property(fc.constantFrom(15, 20, 5, 71), fc.nat(1), fc.nat(), fc.nat(7), (n, storey, at, bit) => {
        const changed = structuredClone(tree.answer(key(n))) as { type: string; key: string; data: string }[];
        const bytes = fromBase64(changed[storey].data);
        bytes[at % bytes.length] ^= 1 << bit;
        changed[storey].data = Buffer.from(bytes).toString('base64');
        expect(['malformed', 'bad-proof', 'wrong-root', 'wrong-key', 'wrong-store', 'not-neighbours']).toContain(
          refusal(() => show(key(n), changed)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** Asks from neighbour to neighbour, as whoever records a range does. */
function walk(of: Tree, from: Uint8Array, to: Uint8Array): ProofOps[] {
  const steps: ProofOps[] = [];
  for (let asked: Uint8Array | null = from; asked !== null; ) {
    const ops = of.answer(asked);
    steps.push(ops);
    asked = nextInRange(asked, to, verifyState(of.appHash, 'meter', asked, ops));
  }
  return steps;
}

describe('a range', () => {
  const range = (from: number, to: number, steps = walk(tree, key(from), key(to))) =>
    verifyRange(tree.appHash, 'meter', key(from), key(to), steps);
  const keysOf = ({ entries }: { entries: Entry[] }) => entries.map(({ key: [k] }) => k);
  test('shows everything in it, its start included and its end not, and what lies before it', () => {
    expect(keysOf(range(15, 45))).toEqual([20, 30, 40]);
    expect(keysOf(range(20, 40))).toEqual([20, 30]);
    expect(keysOf(range(0, 255))).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(keysOf(range(41, 50))).toEqual([]);
    expect(range(15, 45).left).toEqual(tree.entries[0]);
    expect(range(1, 45).left).toBeNull();
    expect(range(20, 45).left).toBeUndefined();
  });
  test('shows all and only what is there, in any tree', () => {
    const keys = fc.uint8Array({ minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.uniqueArray(keys, { minLength: 1, maxLength: 24, selector: (k) => k.join() }),
        keys,
        keys,
        fc.integer({ min: 1, max: 9 }),
        (stored, a, b, tenth) => {
          fc.pre(compareBytes(a, b) !== 0);
          const [from, to] = compareBytes(a, b) < 0 ? [a, b] : [b, a];
          const grown = plant(
            stored.map((k) => ({ key: k, value: concatBytes(k, k) })),
            (count) => Math.min(count - 1, Math.max(1, Math.floor((count * tenth) / 10))),
          );
          const { entries } = verifyRange(grown.appHash, 'meter', from, to, walk(grown, from, to));
          expect(entries).toEqual(grown.entries.filter(({ key: k }) => compareBytes(k, from) >= 0 && compareBytes(k, to) < 0));
        },
      ),
      { numRuns: 200 },
    );
  });
  test('is refused with a step left out, doubled, out of order, or of other keys', () => {
    const steps = walk(tree, key(15), key(45));
    expect(steps).toHaveLength(4);
    for (let i = 0; i < 3; i++) expect(refusal(() => range(15, 45, steps.toSpliced(i, 1)))).toBe('wrong-key');
    expect(refusal(() => range(15, 45, steps.slice(0, -1)))).toBe('incomplete-range');
    expect(refusal(() => range(15, 45, []))).toBe('incomplete-range');
    expect(refusal(() => range(15, 45, [...steps, steps[3]]))).toBe('incomplete-range');
    expect(refusal(() => range(15, 45, [steps[0], steps[0], ...steps.slice(1)]))).toBe('wrong-key');
    expect(refusal(() => range(15, 45, steps.toReversed()))).toBe('wrong-key');
    expect(refusal(() => range(15, 55, steps))).toBe('incomplete-range');
    expect(refusal(() => range(25, 45, steps))).toBe('wrong-key');
    expect(refusal(() => verifyRange(tree.appHash, 'meter', key(45), key(15), steps))).toBe('malformed');
  });
  test('cannot hide an entry behind a false neighbour', () => {
    const hiding = [tree.absence(key(15), 0, 2), ...walk(tree, key(15), key(45)).slice(2)];
    expect(refusal(() => range(15, 45, hiding))).toBe('not-neighbours');
  });
});
