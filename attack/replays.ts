/** True proofs in the wrong place, and S moved about (protocol §6, §7 checks 4 and 5). */

import { randomBytes } from 'node:crypto';
import { bn254 } from '@noble/curves/bn254.js';
import { type ProofJson, parseProofs } from '../src/protocol/index.ts';
import { DAY_BILL_INPUTS, decodeVerificationKey, verifyBatch } from '../src/reader/verifier/index.ts';
import { day2, type Files, honest, path2 } from '../test/kit/attack/forged-bundle.ts';
import { proofsText } from '../test/kit/attack/forged-day.ts';
import { DAY1, DAY2, edit, load } from '../test/kit/audit/bundles.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { verificationKeys } from '../test/kit/development-keys.ts';
import type { Untyped } from '../test/kit/untyped.ts';
import type { Attack, Outcome } from './attack.ts';
import { audit, auditAttack, seen } from './audit-attack.ts';
import { inputsOf } from './points.ts';

const group = 'proofs in the wrong place';
const PROOFS = path2('proofs.json');

async function tampered(change: (bills: Untyped[]) => void): Promise<Files> {
  const files = await honest();
  edit(files, PROOFS, (proofs) => change(proofs.bills));
  return files;
}

/** The public inputs that say where a proof belongs, by their place. */
const PLACES = { grid: 7, meter: 8, day: 9 } as const;

/** A true proof, presented for another day, meter or grid and otherwise for the very same numbers. */
const replay = (place: keyof typeof PLACES): Attack => ({
  name: `proof-replayed-over-another-${place}`,
  group,
  by: 'node',
  does: `presents a true proof for another ${place}, every other number the same`,
  refusedBy: ['does-not-hold'],
  run: async (): Promise<Outcome> => {
    const { proof } = parseProofs(await proofsText(day2())).bills[0];
    const own = inputsOf();
    const verify = async (publicInputs: bigint[]) =>
      verifyBatch(
        decodeVerificationKey(verificationKeys()['day-bill'], DAY_BILL_INPUTS),
        [{ id: '0', proof, publicInputs }],
        (n) => new Uint8Array(randomBytes(n)),
      );
    const elsewhere = await verify(own.map((x, i) => (i === PLACES[place] ? x + 1n : x)));
    const believed = await verify(own);
    return {
      refusals: elsewhere.bad.map(({ reason }) => reason),
      without: { succeeds: believed.ok, how: `with the ${place} taken from the prover instead of the book it holds` },
    };
  },
});

/** C of one proof moved by +G, of the other by −G: both false, and their sum as before. */
function cancelling(bills: Untyped[]): void {
  const { BASE } = bn254.G1.Point;
  const move = (proof: ProofJson & { c: string[] }, by: typeof BASE) => {
    const { x, y } = bn254.G1.Point.fromAffine({ x: BigInt(proof.c[0]), y: BigInt(proof.c[1]) })
      .add(by)
      .toAffine();
    proof.c = [String(x), String(y)];
  };
  move(bills[0].proof, BASE);
  move(bills[1].proof, BASE.negate());
}

const otherDay = (): Files => {
  const files = load('honest');
  const { bills } = JSON.parse(files.get(`days/${DAY1}/proofs.json`)!) as { bills: { proof: unknown }[] };
  edit(files, `days/${DAY2}/proofs.json`, (proofs) => {
    proofs.bills[4].proof = bills[4].proof;
  });
  files.delete(`days/${DAY1}/proofs.json`);
  return withChain(files);
};

export const replayAttacks: readonly Attack[] = [
  replay('day'),
  replay('meter'),
  replay('grid'),
  auditAttack({
    name: 'yesterdays-proof',
    group,
    by: 'node',
    does: "hands in the proof of the meter's day before",
    refusedBy: ['5 bills'],
    bundle: async () => otherDay(),
  }),
  auditAttack({
    name: 'the-neighbours-proof',
    group,
    by: 'node',
    does: 'exchanges the proofs of two meters',
    refusedBy: ['5 bills'],
    bundle: () =>
      tampered((bills) => {
        [bills[0].proof, bills[1].proof] = [bills[1].proof, bills[0].proof];
      }),
  }),
  auditAttack({
    name: 'totals-shifted-between-two-bills',
    group,
    by: 'node',
    does: 'raises one S and lowers another, so that their sum and the clearing stay',
    refusedBy: ['5 bills'],
    bundle: () =>
      tampered((bills) => {
        bills[0].S = String(BigInt(bills[0].S) + 1n);
        bills[1].S = String(BigInt(bills[1].S) - 1n);
      }),
  }),
  auditAttack({
    name: 'false-proofs-that-cancel-out',
    group,
    by: 'node',
    does: 'makes two false proofs whose errors cancel in a sum of equal weights',
    refusedBy: ['5 bills'],
    bundle: () => tampered(cancelling),
    also: async (files) =>
      seen('with coefficients that the forger could foresee', audit(files, { random: (length) => new Uint8Array(length) })),
  }),
  auditAttack({
    name: 'proofs-of-another-book',
    group,
    by: 'node',
    does: 'hands in the proofs of a draft',
    refusedBy: ['4 inputs'],
    bundle: async () => {
      const files = await honest();
      edit(files, PROOFS, (proofs) => {
        proofs.bookHash = '00'.repeat(32);
      });
      return files;
    },
  }),
];
