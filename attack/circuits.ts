/**
 * Witnesses that a dishonest prover fills in by hand (protocol §6; circuits/*.circom). No proof exists of a statement whose witness
 * violates a constraint, so a prover is refused by the constraints that its best witness violates. Taken out, just those: every other
 * constraint of the compiled circuit must hold.
 *
 * The last-slot attack goes one step further: in a circuit whose exponents are 191 … 0, which is the real one with its last factor rho
 * removed, the forged witness is complete.
 */
import { completeWitness, type Groups, groupOf, type Values, violations } from '../circuits/testing/attacker.ts';
import { hashTracer } from '../circuits/testing/hashes.ts';
import { type Circuit, type LinearForm, loadCircuit } from '../circuits/testing/r1cs.ts';
import { realBills, realClearing } from '../circuits/testing/real-day.ts';
import type {
  BillPrivate,
  BillSignals,
  BillTerms,
  ClearingPrivate,
  ClearingSignals,
  ClearingTerms,
} from '../circuits/testing/statements.ts';
import {
  amountOf,
  billHashes,
  billHints,
  billOf,
  clearing,
  clearingHashes,
  clearingHints,
  clearingOf,
  closingOf,
  dayBill,
  maskedSum,
  meterDayOf,
  p4,
  registersOf,
  withRemainders,
} from '../circuits/testing/statements.ts';
import { FIELD_ORDER } from '../src/protocol/index.ts';
import { once } from '../test/kit/made-once.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'witnesses';

interface Statement {
  circuit: Circuit;
  witness(signals: object): bigint[];
  groups: Groups;
}

/** Groups of constraints by the signals in them, as the circuits' own tests name them. */
const BILL_GROUPS: Groups = [
  ['values', /^main\.(import|export)Bits\[/],
  ['registers', /^main\.(opening|closing)\./],
  ['C', /^main\.C$/],
  ['K', /^main\.K$/],
  ['B', /^main\.B$/],
  ['L0', /^main\.L0$/],
  ['L1', /^main\.L1$/],
  ['S', /^main\.S$/],
];
const CLEARING_GROUPS: Groups = [
  ['mean', /\.inside$/, /\.outside$/, /\.rounding$/],
  ['rem < V', /\.remHigh\./],
  ['rem ≥ 0', /\.remLow\./],
  ['other price is mid', /^main\.buy/],
  ['totals', /^main\.totalBits/],
  ['X', /^main\.X$/],
  ['S', /^main\.S$/],
];

const bills = once(async (): Promise<Statement> => {
  const circuit = await loadCircuit('day-bill');
  const tracer = await hashTracer(circuit);
  return {
    circuit,
    groups: BILL_GROUPS,
    witness: (s) => completeWitness(circuit, s as Values, { ...billHints(s as BillSignals), ...tracer(billHashes(s as BillSignals)) }),
  };
});
const clearings = once(async (): Promise<Statement> => {
  const circuit = await loadCircuit('clearing');
  const tracer = await hashTracer(circuit);
  return {
    circuit,
    groups: CLEARING_GROUPS,
    witness: (s) =>
      completeWitness(circuit, s as Values, { ...clearingHints(s as ClearingSignals), ...tracer(clearingHashes(s as ClearingSignals)) }),
  };
});

/** The best witness for `signals`: which constraints stop it, and whether all others hold. */
async function tried({ circuit, groups, witness }: Statement, signals: object, what: string): Promise<Outcome> {
  const broken = violations(circuit, witness(signals));
  const refusals = broken.map((i) => groupOf(circuit, groups, i));
  const rest = circuit.constraints.length - broken.length;
  return {
    refusals,
    without: {
      succeeds: refusals.length > 0 && refusals.every((name) => groups.some(([known]) => known === name)),
      how: `${what}; the witness satisfies the other ${rest} of ${circuit.constraints.length} constraints`,
    },
  };
}

const busy = (): BillPrivate & BillTerms => ({
  ...billOf(realBills[0]),
  importWh: Array.from({ length: 96 }, (_, i) => BigInt(1000 + i)),
  exportWh: Array.from({ length: 96 }, (_, i) => BigInt(500 + 2 * i)),
  importStart: 123_456_789n,
  exportStart: 987_654n,
});
const real = (): ClearingPrivate & ClearingTerms => clearingOf(realClearing);
const at = (values: readonly bigint[], changes: Record<number, bigint>): bigint[] => values.map((v, i) => changes[i] ?? v);

type Case = readonly [name: string, does: string, refusedBy: readonly string[], what: string, signals: () => object];

const billCases: readonly Case[] = [
  [
    'value-of-21-bits',
    'trades a Wh of one slot for 2^20 Wh of its neighbour in the same packed word, which leaves C as signed',
    ['values'],
    'the bill is of readings that nobody signed',
    () => {
      const b = busy();
      return dayBill({ ...b, importWh: at(b.importWh, { 0: b.importWh[0] + 2n ** 20n, 1: b.importWh[1] - 1n }) });
    },
  ],
  [
    'registers-traded',
    'moves one Wh between the two registers of a word, which leaves C and L0 as they were',
    ['registers'],
    'the registers say another past',
    () => {
      const b = busy();
      return dayBill({ ...b, importStart: b.importStart + 2n ** 64n, exportStart: b.exportStart - 1n });
    },
  ],
  [
    'bill-of-other-readings',
    'proves a bill of readings that C does not commit to',
    ['C'],
    'the bill is of made-up readings',
    () => ({ ...dayBill(busy()), C: dayBill({ ...busy(), importWh: busy().importWh.map((x) => x + 1n) }).C }),
  ],
  [
    'mask-chosen-after-rho',
    'picks the mask after it knows rho, so that any total fits',
    ['K'],
    'S is whatever the forger needs',
    () => ({ ...dayBill(busy()), K: p4(3n, meterDayOf(busy()), busy().k + 1n, busy().v) }),
  ],
  [
    'amount-not-computed',
    'commits to an amount lower by a nELECTRA',
    ['B'],
    'B opens to the false amount',
    () => ({ ...dayBill(busy()), B: p4(4n, meterDayOf(busy()), amountOf(busy()) - 1n, busy().s) }),
  ],
  [
    'energy-lost-overnight',
    'lets the day end a Wh lower than it began plus what flowed',
    ['L1'],
    'a Wh is gone',
    () => {
      const [importEnd, exportEnd] = closingOf(busy());
      return { ...dayBill(busy()), L1: p4(5n, busy().meterTag, registersOf(importEnd - 1n, exportEnd), busy().u1) };
    },
  ],
];

const clearingCases: readonly Case[] = [
  [
    'total-of-25-bits',
    'clears a day whose total passed 2^24 Wh',
    ['totals'],
    'with such a roster the day can be cleared again',
    () => {
      const c = real();
      const last = at(c.T, { 0: 2n ** 24n, 96: 0n });
      return clearing(withRemainders({ ...c, T: last, buy: at(c.buy, { 0: c.R[0] }), sell: at(c.sell, { 0: (c.R[0] + c.F[0]) / 2n }) }));
    },
  ],
  [
    'totals-other-than-committed',
    'clears other totals than X commits to',
    ['X'],
    'prices follow from made-up totals',
    () => ({ ...clearing(real()), X: clearing({ ...real(), x: real().x + 1n }).X }),
  ],
  [
    'sum-that-lacks-a-bill',
    'clears without the S of one bill',
    ['S'],
    'a bill is not in the totals',
    () => ({ ...clearing(real()), S: (clearing(real()).S + FIELD_ORDER - 12_345n) % FIELD_ORDER }),
  ],
];

/** The circuit with exponents 191 … 0: in the constraint that defines S the factor rho becomes 1. */
function withExponentsFromZero(circuit: Circuit): { variant: Circuit; changed: number } {
  const wireOfS = circuit.wireOf.get('main.S')!;
  const wireOfRho = circuit.wireOf.get('main.rho')!;
  const isRho = ({ wires }: LinearForm): boolean => wires.length === 1 && wires[0] === wireOfRho;
  const last = circuit.constraints.findIndex((forms) => forms.some(isRho) && forms.some(({ wires }) => wires.includes(wireOfS)));
  const constraints = circuit.constraints.map((forms, i) =>
    i !== last
      ? forms
      : (forms.map((form) => (isRho(form) ? { wires: [0], coefficients: form.coefficients } : form)) as unknown as typeof forms),
  );
  return { variant: { ...circuit, constraints }, changed: last };
}

/** Adds a Wh to the last total and takes it from the sum of masks. */
async function lastSlot(): Promise<Outcome> {
  const { circuit, groups, witness } = await clearings();
  const c = real();
  const forged = withRemainders({ ...c, T: at(c.T, { 191: c.T[191] + 1n }), M: c.M - 1n });
  const X = clearing(forged).X; // the node commits before rho, to whatever it likes
  const claim = (exponent: 0 | 1) => ({ ...clearing(forged), X, S: maskedSum(c.T, c.rho, c.M, exponent) });
  const broken = violations(circuit, witness(claim(1)));
  const { variant, changed } = withExponentsFromZero(circuit);
  const inVariant = violations(
    variant,
    completeWitness(variant, claim(0) as unknown as Values, {
      ...clearingHints(claim(0) as unknown as ClearingSignals),
      ...(await hashTracer(variant))(clearingHashes(claim(0) as unknown as ClearingSignals)),
    }),
  );
  return {
    refusals: broken.map((i) => groupOf(circuit, groups, i)),
    without: {
      succeeds: changed >= 0 && inVariant.length === 0,
      how: `with exponents 191 … 0 the forged total satisfies all ${variant.constraints.length} constraints, ΣS unchanged`,
    },
  };
}

const attackOf =
  (statement: () => Promise<Statement>) =>
  ([name, does, refusedBy, what, signals]: Case): Attack => ({
    name,
    group,
    by: 'node',
    does,
    refusedBy,
    run: async () => tried(await statement(), signals(), what),
  });

export const circuitAttacks: readonly Attack[] = [
  ...billCases.map(attackOf(bills)),
  ...clearingCases.map(attackOf(clearings)),
  {
    name: 'last-slot-against-the-masks',
    group,
    by: 'node',
    does: "adds a Wh to the last slot's total and takes it from the sum of the masks",
    refusedBy: ['S'],
    run: lastSlot,
  },
];
