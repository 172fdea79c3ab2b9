/**
 * Second forms of a proof's numbers, and numbers that are no points (protocol §7, check 9).
 *
 * Each is put into an honest bundle, where the audit refuses it, and shown to a verifier that does not test. A second form of a true proof
 * goes through there as it is. A point off curve or group makes the pairing compute nonsense: alone it proves nothing, but whoever chose
 * the key arranges the nonsense on both sides of the equation.
 */

import { FIELD_ORDER, type ProofJson, parseProofs } from '../src/protocol/index.ts';
import { bareEquationHolds, forge, forgersKey, offSubgroup, P, snarkjsAccepts } from '../test/kit/attack/careless-verifiers.ts';
import { day2, type Files, honest, path2 } from '../test/kit/attack/forged-bundle.ts';
import { proofsText } from '../test/kit/attack/forged-day.ts';
import { edit } from '../test/kit/audit/bundles.ts';
import { type VkJson, verificationKeys } from '../test/kit/development-keys.ts';
import type { Untyped } from '../test/kit/untyped.ts';
import type { Attack } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'points and inputs';
const AT = 0;

/** The public inputs of the first bill. */
export const inputsOf = (at = AT): bigint[] => day2().bills[at].publicInputs();
const proofOf = async (): Promise<ProofJson> => parseProofs(await proofsText(day2())).bills[AT].proof;

async function withProof(change: (proof: Untyped) => void): Promise<Files> {
  const files = await honest();
  edit(files, path2('proofs.json'), (proofs) => change(proofs.bills[AT].proof));
  return files;
}

/** The proof as changed; kept apart from the bundle so that a lax verifier can be asked. */
async function changed(change: (proof: Untyped) => void): Promise<ProofJson> {
  const proof = structuredClone(await proofOf());
  change(proof);
  return proof;
}

const secondForm = (name: string, does: string, change: (proof: Untyped) => void): Attack =>
  auditAttack({
    name,
    group,
    by: 'forger',
    does,
    refusedBy: ['5 bills', '9 points'],
    bundle: () => withProof(change),
    also: async () => ({
      succeeds: await snarkjsAccepts(verificationKeys()['day-bill'], inputsOf(), await changed(change)),
      how: 'snarkjs accepts the proof in this form',
    }),
  });

const noPoint = (
  name: string,
  does: string,
  key: () => Partial<VkJson>,
  change: (proof: Untyped, key: VkJson) => void,
  lax: typeof bareEquationHolds,
  who: string,
): Attack =>
  auditAttack({
    name,
    group,
    by: 'forger',
    does,
    refusedBy: ['5 bills', '9 points'],
    bundle: () => withProof((proof) => change(proof, forgersKey(key()))),
    also: async () => {
      const vk = forgersKey(key());
      const inputs = inputsOf().map((x, i) => (i === 2 ? x + 1n : x)); // another B: a false statement
      return { succeeds: await lax(vk, inputs, forge(vk, inputs)), how: `under a key with the same point ${who} accepts a false bill` };
    },
  });

async function shiftedS(): Promise<Files> {
  const files = await honest();
  edit(files, path2('proofs.json'), (proofs) => {
    proofs.bills[AT].S = String(BigInt(proofs.bills[AT].S) + FIELD_ORDER);
  });
  return files;
}

export const pointAttacks: readonly Attack[] = [
  secondForm('coordinate-plus-q', 'adds the field order to a coordinate', (p) => {
    p.a[0] = String(BigInt(p.a[0]) + P);
  }),
  secondForm('coordinate-in-hexadecimal', 'writes a coordinate in hexadecimal', (p) => {
    p.a[0] = `0x${BigInt(p.a[0]).toString(16)}`;
  }),
  secondForm('coordinate-with-a-leading-zero', 'writes a coordinate with a leading zero', (p) => {
    p.c[1] = `0${p.c[1]}`;
  }),
  noPoint(
    'point-off-the-curve',
    'proves with a point that is on no curve',
    () => ({ vk_alpha_1: ['1', '3', '1'] }),
    (p, key) => {
      p.a = key.vk_alpha_1.slice(0, 2);
    },
    bareEquationHolds,
    'the bare equation',
  ),
  noPoint(
    'point-off-the-subgroup',
    'proves with a point of the twist outside the group of order r',
    () => ({ vk_beta_2: offSubgroup() }),
    (p, key) => {
      p.b = key.vk_beta_2.slice(0, 2);
    },
    snarkjsAccepts,
    'snarkjs',
  ),
  noPoint(
    'point-at-infinity',
    'proves with the point at infinity',
    () => ({ vk_alpha_1: ['0', '0', '0'] }),
    (p) => {
      p.a = ['0', '0'];
    },
    bareEquationHolds,
    'the bare equation',
  ),
  auditAttack({
    name: 'input-plus-r',
    group,
    by: 'forger',
    does: 'adds r to S: another number, the same point',
    refusedBy: ['9 points'],
    bundle: shiftedS,
    also: async () => {
      const inputs = inputsOf().map((x, i) => (i === 5 ? x + FIELD_ORDER : x));
      return {
        succeeds: await bareEquationHolds(verificationKeys()['day-bill'], inputs, await proofOf()),
        how: 'the bare equation holds for S + r as well',
      };
    },
  }),
];
