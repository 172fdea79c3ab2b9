/**
 * Makes sdk/vectors/proofs.json: proofs and what they come to, of the verifiers in TypeScript (src/reader/verifier) and Go
 * (chain/internal/verifier). `node scripts/run.mjs test/kit/proof-vectors.ts`, whenever the proofs
 * behind src/reader/audit/testdata are made anew.
 */
import { writeFileSync } from 'node:fs';
import { bn254 } from '@noble/curves/bn254.js';
import { compressProof } from '../../src/protocol/bundle/points.ts';
import {
  type Book,
  bookHash,
  type CircuitName,
  fieldSum,
  gridId,
  meterTag,
  type ProofJson,
  parseBook,
  parseProofs,
  rhoOf,
} from '../../src/protocol/index.ts';
import { clearingPublic, dayBillPublic, substitutePublic } from '../../src/reader/verifier/index.ts';
import { offSubgroup, P } from './attack/careless-verifiers.ts';
import { DAY2, load } from './audit/bundles.ts';

interface Case {
  name: string;
  circuit: CircuitName;
  inputs: readonly string[];
  /** as the audit has it; null: no affine coordinates say it */
  proof: ProofJson | null;
  /** 128 bytes, hex; null: nothing says it */
  bytes: string | null;
  verdict: 'holds' | 'does-not-hold' | 'malformed-proof' | 'wrong-inputs';
}

const R = bn254.fields.Fr.ORDER;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const negative = (y: string): string => String(P - BigInt(y));
const files = load('substituted');
const text = files.get(`days/${DAY2}/book.json`)!;
const book: Book = parseBook(text);
const proofs = parseProofs(files.get(`days/${DAY2}/proofs.json`)!);
const shared = { gridId: gridId(book.chainId), rho: rhoOf(bookHash(text)), day: book.day };

function honest(): Case[] {
  const { feePerDayNel, retailNelPerWh, feedInNelPerWh } = book.tariff;
  const of = (name: string, circuit: CircuitName, inputs: readonly bigint[], proof: ProofJson): Case => ({
    ...{ name, circuit, inputs: inputs.map(String), proof },
    ...{ bytes: hex(compressProof(proof, 'proof')), verdict: 'holds' },
  });
  const bill = (i: number) => {
    const entry = book.meters[i];
    const about = { ...shared, ...book.prices, S: proofs.bills[i].S, meterTag: meterTag(entry.meter), feePerDayNel };
    return of(`bill ${i}`, 'day-bill', dayBillPublic({ ...entry, ...about }), proofs.bills[i].proof);
  };
  const copy = book.meters.find(({ copied }) => copied !== null)!;
  const copyInputs = substitutePublic({ C: copy.C, ...shared, meterTag: meterTag(copy.meter), ...copy.copied! });
  const sumS = fieldSum(proofs.bills.map(({ S }) => S));
  const clearing = clearingPublic({ ...shared, ...book.prices, X: book.X!, sumS, tick: 1000, retailNelPerWh, feedInNelPerWh });
  return [
    bill(0),
    bill(1),
    of('copy', 'substitute', copyInputs, proofs.substitutes[0].proof),
    of('clearing', 'clearing', clearing, proofs.clearing!.proof),
  ];
}

/** The same proof in another form, and others that affine coordinates can say. */
function affine([bill, other, copy, clearing]: readonly Case[]): Case[] {
  const proof = (name: string, of: Case, p: ProofJson, verdict: Case['verdict']): Case => {
    const said = verdict === 'malformed-proof' ? null : hex(compressProof(p, 'proof'));
    return { ...of, name, proof: p, bytes: said, verdict };
  };
  const inputs = (name: string, of: Case, changed: readonly string[], verdict: Case['verdict']): Case => ({
    ...of,
    name,
    inputs: changed,
    verdict,
  });
  const { a, b, c } = copy.proof!;
  const minusA = [a[0], negative(a[1])] as const;
  const minusB = [b[0], [negative(b[1][0]), negative(b[1][1])]] as const;
  const plusOne = (values: readonly string[], at: number): string[] => values.map((v, i) => (i === at ? String(BigInt(v) + 1n) : v));
  const [x, y] = offSubgroup();
  return [
    proof('(-A, -B, C)', copy, { a: minusA, b: minusB, c }, 'holds'),
    proof('-A', copy, { a: minusA, b, c }, 'does-not-hold'),
    proof('-B', copy, { a, b: minusB, c }, 'does-not-hold'),
    proof('A and C exchanged', copy, { a: c, b, c: a }, 'does-not-hold'),
    proof("another bill's proof", bill, other.proof!, 'does-not-hold'),
    proof("a bill's proof for a copy", copy, bill.proof!, 'does-not-hold'),
    proof('B outside the subgroup', copy, { a, b: [x as [string, string], y as [string, string]], c }, 'malformed-proof'),
    proof('A off the curve', copy, { a: [a[0], String(BigInt(a[1]) + 1n)], b, c }, 'malformed-proof'),
    proof('A at infinity', copy, { a: ['0', '0'], b, c }, 'malformed-proof'),
    ...[0, 1, 2, 3, 4, 5].map((i) => inputs(`copy: input ${i} + 1`, copy, plusOne(copy.inputs, i), 'does-not-hold')),
    inputs('bill: the fee + 1', bill, plusOne(bill.inputs, 10), 'does-not-hold'),
    inputs('bill: the last price + 1', bill, plusOne(bill.inputs, 202), 'does-not-hold'),
    inputs('clearing: the sum of S + 1', clearing, plusOne(clearing.inputs, 2), 'does-not-hold'),
    inputs('copy: an input + r', copy, [String(BigInt(copy.inputs[0]) + R), ...copy.inputs.slice(1)], 'wrong-inputs'),
    inputs('copy: an input too few', copy, copy.inputs.slice(1), 'wrong-inputs'),
    inputs('copy: an input too many', copy, [...copy.inputs, '0'], 'wrong-inputs'),
  ];
}

/** What only bytes can say. */
function encoded([, , copy]: readonly Case[]): Case[] {
  const altered = (name: string, change: (bytes: Buffer) => Buffer | undefined, verdict: Case['verdict'] = 'malformed-proof'): Case => {
    const bytes = Buffer.from(copy.bytes!, 'hex');
    return { ...copy, name, proof: null, bytes: hex(change(bytes) ?? bytes), verdict };
  };
  const flags =
    (at: number, bits: number) =>
    (bytes: Buffer): undefined => {
      bytes[at] = (bytes[at] & 0x3f) | (bits << 6);
    };
  const coordinate =
    (at: number, value: bigint) =>
    (bytes: Buffer): undefined => {
      bytes.write(value.toString(16).padStart(64, '0'), at, 'hex');
      bytes[at] |= 0x80;
    };
  const noPoint = [...Array(99).keys()].map(BigInt).find((x) => !isSquare(x * x * x + 3n))!;
  const [x] = offSubgroup();
  return [
    ...[0, 32, 96].flatMap((at) => [
      altered(`byte ${at}: flags of an uncompressed point`, flags(at, 0b00)),
      altered(`byte ${at}: flags of infinity`, flags(at, 0b01)),
      altered(`byte ${at}: zeros with the flags of infinity`, (bytes) => bytes.fill(0, at, at + 32).fill(0x40, at, at + 1)),
      altered(`byte ${at}: the other y`, (bytes) => bytes.fill(bytes[at] ^ 0x40, at, at + 1), 'does-not-hold'),
    ]),
    altered('A: the x of a point, + p', coordinate(0, P + 1n)),
    altered('A: an x without a point', coordinate(0, noPoint)),
    altered('B: c1 + p', coordinate(32, P + 1n)),
    altered('B: c0 + p', (bytes) => void bytes.write((P + 1n).toString(16).padStart(64, '0'), 64, 'hex')),
    altered('B: the x of a point outside the subgroup', (bytes) => {
      coordinate(32, BigInt(x[1]))(bytes);
      bytes.write(BigInt(x[0]).toString(16).padStart(64, '0'), 64, 'hex');
    }),
    altered('a byte too few', (bytes) => bytes.subarray(1)),
    altered('a byte too many', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
  ];
}

function isSquare(value: bigint): boolean {
  const Fp = bn254.fields.Fp;
  return Fp.pow(Fp.create(value), (P - 1n) / 2n) === 1n;
}

const ABOUT = [
  'Proofs under the development keys (circuits/keys), and what they come to, of TypeScript (src/reader/verifier/vectors.test.ts) and of Go',
  '(chain/internal/verifier). proof: affine coordinates, as the audit has them; bytes: as ProveBook has them; null: not to be said so.',
].join(' ');

const sound = honest();
const rows = (all: readonly object[]) => all.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
writeFileSync(
  new URL('../../sdk/vectors/proofs.json', import.meta.url),
  `{
  "about": ${JSON.stringify(ABOUT)},
  "cases": [
${rows([...sound, ...affine(sound), ...encoded(sound)])}
  ]
}
`,
);
