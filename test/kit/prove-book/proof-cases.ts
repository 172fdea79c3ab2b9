/** Wholes whose book is right and whose proofs are not: no points, or points of something else. */
import { FIELD_ORDER, parseProofs } from '../../../src/protocol/index.ts';
import { P } from '../../../src/protocol/values/bn254.ts';
import { type Editable, filesOf } from '../audit/bundles.ts';
import {
  bigEndian32,
  cancelling,
  clearingAt,
  coordinateAt,
  flagged,
  flagsAt,
  negated,
  offCurve,
  offTwist,
  proofAt,
  withBytes,
} from './altered.ts';
import { type ProveCase, proven, refusing, SOURCES, same, taken } from './make.ts';

export function pointCases(): ProveCase[] {
  const form = refusing('ErrProofForm');
  const put = (at: (whole: Uint8Array) => number, bytes: (whole: Uint8Array, at: number) => Uint8Array) => (whole: Uint8Array) =>
    withBytes(whole, at(whole), bytes(whole, at(whole)));
  const A = (whole: Uint8Array): number => proofAt(whole, 3);
  const B = (whole: Uint8Array): number => A(whole) + 32;
  const B0 = (whole: Uint8Array): number => A(whole) + 64;
  const C = (whole: Uint8Array): number => A(whole) + 96;
  const flags = (bits: number) => (whole: Uint8Array, at: number) => flagged(coordinateAt(whole, at), bits);
  const cases: ProveCase[] = [];
  for (const [name, at] of [
    ['A', A],
    ['B', B],
    ['C', C],
  ] as const)
    cases.push(
      form(`${name} with the flags of an uncompressed point`, put(at, flags(0)), null),
      form(
        `${name} at infinity`,
        put(at, () => flagged(0n, 1)),
        null,
      ),
      form(`${name} with the flags of infinity and a coordinate`, put(at, flags(1)), null),
      form(
        `${name} with x = p`,
        put(at, (whole, i) => flagged(P, flagsAt(whole, i))),
        null,
      ),
      form(
        `${name} with x = 2^254 − 1`,
        put(at, (whole, i) => flagged(2n ** 254n - 1n, flagsAt(whole, i))),
        null,
      ),
    );
  const twist = (x: bigint) => (whole: Uint8Array) => withBytes(withBytes(whole, B(whole), flagged(0n, 2)), B0(whole), bigEndian32(x));
  return [
    ...cases,
    form(
      'B with the second coordinate p',
      put(B0, () => bigEndian32(P)),
      null,
    ),
    form('B with flags in its second coordinate', put(B0, flags(2)), null),
    form(
      'A off the curve',
      put(A, () => flagged(offCurve(), 2)),
      null,
    ),
    form(
      'C off the curve',
      put(C, () => flagged(offCurve(), 3)),
      null,
    ),
    form('B off the twisted curve', twist(offTwist(false)), null),
    form('B outside the group of order r', twist(offTwist(true)), '9 points'),
    form(
      'a clearing at infinity',
      put(clearingAt, () => flagged(0n, 1)),
      null,
    ),
  ];
}

export function proofCases(): ProveCase[] {
  const proof = refusing('ErrProof');
  const flipped = (at: number) => (whole: Uint8Array) =>
    withBytes(whole, at + proofAt(whole, 3), Uint8Array.of(whole[at + proofAt(whole, 3)] ^ 0x40));
  return [
    proof('a bill by one nELECTRA more', same, '5 bills', { of: 'raised 2' }),
    proof('a price by a tick', same, '6 clearing', { of: 'moved 2' }),
    proof(
      'another S',
      proven((p) => (p.bills[3].S = (p.bills[3].S + 1n) % FIELD_ORDER)),
      '5 bills',
    ),
    proof(
      'other S with the same sum',
      proven((p) => {
        p.bills[3].S += 1n;
        p.bills[5].S -= 1n;
      }),
      '5 bills',
    ),
    proof(
      'proofs of two meters exchanged',
      proven((p) => ([p.bills[2].proof, p.bills[9].proof] = [p.bills[9].proof, p.bills[2].proof])),
      '5 bills',
    ),
    proof(
      "another day's proof of the same meter",
      proven((p) => (p.bills[4].proof = proofsOf('honest 1').bills[4].proof)),
      '5 bills',
    ),
    proof(
      "another day's clearing",
      proven((p) => (p.clearing = proofsOf('honest 1').clearing)),
      '6 clearing',
    ),
    proof('−A alone', flipped(0), '5 bills'),
    proof('−B alone', flipped(32), '5 bills'),
    proof('−C alone', flipped(96), '5 bills'),
    proof(
      'two proofs that cancel in a sum',
      proven((p) => cancelling(p.bills[2].proof, p.bills[3].proof)),
      '5 bills',
    ),
    proof(
      "a substitute's proof that is a bill's",
      proven((p) => (p.substitutes[0].proof = p.bills[0].proof)),
      '5s substitutes',
      { of: 'substituted 2' },
    ),
    proof(
      "a correction's bill with another proof",
      proven((p) => (p.bills[0].proof = proofsOf('honest 1').bills[0].proof)),
      '5 bills',
      { of: 'correction of 1' },
    ),
    taken(
      '(−A, −B, C), another form of the same proof',
      'honest 2',
      proven((p) => (p.bills[3].proof = negated(p.bills[3].proof))),
    ),
  ];
}

const proofsOf = (of: string): Editable => parseProofs(filesOf(SOURCES[of].bundle).get(`days/${SOURCES[of].date}/proofs.json`)!);
