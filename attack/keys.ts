/**
 * Verification keys with which somebody can forge (protocol §8, §7 check 8). The dishonest ceremony is played for real on a small circuit:
 * a setup without any contribution, which snarkjs' own key check calls OK, then a false statement "proven" with it; and on DayBill's own
 * key, for every bill of a book.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { curves, powersOfTau, zKey } from 'snarkjs';
import { compile } from '../circuits/scripts/compile.ts';
import { verificationKeyId } from '../src/protocol/genesis/index.ts';
import { bookHash, encodeProofs, type ProofJson } from '../src/protocol/index.ts';
import { decodeVerificationKey, VerifierError } from '../src/reader/verifier/index.ts';
import { forge, forgersKey, snarkjsAccepts } from '../test/kit/attack/careless-verifiers.ts';
import { DAY1, DAY2, type Files, honest, onItsChain, plan2 } from '../test/kit/attack/forged-bundle.ts';
import { bookDay, provenSubstitutes } from '../test/kit/attack/forged-day.ts';
import { prove } from '../test/kit/attack/kept-proofs.ts';
import type { BookedDay } from '../test/kit/audit/booked-day.ts';
import { edit, putKey } from '../test/kit/audit/bundles.ts';
import { withChain } from '../test/kit/audit/chain.ts';
import { CHAIN_ID } from '../test/kit/audit/readings.ts';
import { keyIds, rawBytesOf, type VkJson, verificationKeys } from '../test/kit/development-keys.ts';
import { once } from '../test/kit/made-once.ts';
import type { Attack, Outcome } from './attack.ts';
import { auditAttack } from './audit-attack.ts';

const group = 'verification keys';
const CACHE = fileURLToPath(new URL('../.cache', import.meta.url));

// ── A ceremony without a contribution ────────────────────────────────────────

const SQUARE =
  'pragma circom 2.1.6;\ntemplate Square() { signal input x; signal input y; x * x === y; }\ncomponent main {public [y]} = Square();\n';

/** circom → powers of tau, honestly → `groth16 setup`, to which nobody contributes. */
const ceremony = once(async (): Promise<{ vk: VkJson; keyCheckSaysOk: boolean }> => {
  mkdirSync(CACHE, { recursive: true });
  const dir = mkdtempSync(join(CACHE, 'attack-'));
  try {
    writeFileSync(join(dir, 'square.circom'), SQUARE);
    const { r1cs } = await compile(join('..', '.cache', dir.slice(CACHE.length + 1), 'square.circom'), dir);
    const [empty, tau, ready, key] = ['0.ptau', '1.ptau', '2.ptau', 'square.zkey'].map((name) => join(dir, name));
    await powersOfTau.newAccumulator(await curves.getCurveFromName('bn128'), 3, empty);
    await powersOfTau.contribute(empty, tau, 'somebody honest', randomBytes(32).toString('hex'));
    await powersOfTau.preparePhase2(tau, ready);
    await zKey.newZKey(r1cs, ready, key);
    return {
      keyCheckSaysOk: await zKey.verifyFromR1cs(r1cs, ready, key),
      vk: JSON.parse(JSON.stringify(await zKey.exportVerificationKey(key))) as VkJson,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

const codeOf = (work: () => unknown): string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    return [error.code];
  }
};

async function uncontributed(): Promise<Outcome> {
  const { vk, keyCheckSaysOk } = await ceremony();
  const nonResidue = [5n]; // "I know x with x² = 5": nobody does, 5 is no square mod r
  const accepted = await snarkjsAccepts(vk, nonResidue, forge(vk, nonResidue, 1n));
  return {
    refusals: codeOf(() => decodeVerificationKey(vk, 1)),
    without: {
      succeeds: keyCheckSaysOk && accepted,
      how:
        `snarkjs zkey verify: ${keyCheckSaysOk ? 'OK' : 'refused'}; snarkjs groth16 verify of the forged proof: ` +
        `${accepted ? 'OK' : 'refused'}`,
    },
  };
}

// ── The same on DayBill ──────────────────────────────────────────────────────

/** Everybody's bill lowered to nothing: proofs are forged under `vk`, only the clearing is proven. `named`: the key that the book names. */
async function forgedBills(
  vk: VkJson,
  named: string,
  ratio?: bigint,
): Promise<{ day: BookedDay; bills: { meter: string; S: bigint; proof: ProofJson }[] }> {
  const free = () => ({ buyNelPerWh: Array<number>(96).fill(0), sellNelPerWh: Array<number>(96).fill(0) });
  const honestPlan = plan2('forged bills');
  const day = bookDay({
    ...honestPlan,
    entries: honestPlan.entries.map((e) => ({ ...e, billedAt: free })),
    keys: { ...keyIds(), 'day-bill': named },
  });
  const bills = day.bills.map(({ meter, S, publicInputs }) => ({ meter, S, proof: forge(vk, publicInputs(), ratio) }));
  return { day, bills };
}

const idOf = (vk: VkJson): string => verificationKeyId('day-bill', rawBytesOf(vk));

/** The bundle of forged bills: genesis and every book name the forger's key. `begunWith`: the chain began with another genesis. */
export async function forgedBundle(vk: VkJson, { begunWith, ratio }: { begunWith?: string; ratio?: bigint } = {}): Promise<Files> {
  const { day, bills } = await forgedBills(vk, idOf(vk), ratio);
  const { book, hash } = day;
  const files = await onItsChain({ ...day, bills: [], substitutes: [], clearing: null });
  const clearing = { proof: await prove('clearing', day.clearing!()) };
  const substitutes = await provenSubstitutes(day);
  const proofs = { chainId: CHAIN_ID, day: book.day, version: 1, bookHash: hash, bills, clearing, substitutes };
  files.set(`days/${DAY2}/proofs.json`, encodeProofs(proofs));
  putKey(files, 'day-bill', rawBytesOf(vk));
  edit(files, `days/${DAY1}/chain.json`, (chain) => {
    chain.anchors[0].bookHash = bookHash(files.get(`days/${DAY1}/book.json`)!);
  });
  return withChain(files, begunWith === undefined ? {} : { begunWith });
}

const equalKey = (): VkJson => ({ ...verificationKeys()['day-bill'], vk_delta_2: verificationKeys()['day-bill'].vk_gamma_2 }) as VkJson;

export const keyAttacks: readonly Attack[] = [
  {
    name: 'setup-without-a-contribution',
    group,
    by: 'operator',
    does: 'runs groth16 setup, contributes nothing (gamma = delta), proves a false statement',
    refusedBy: ['weak-key'],
    run: uncontributed,
  },
  auditAttack({
    name: 'gamma-equals-delta',
    group,
    by: 'operator',
    does: "puts a DayBill key into genesis with gamma = delta and forges everybody's bill to the bare fee",
    refusedBy: ['8 day-bill key'],
    bundle: () => forgedBundle(equalKey(), { ratio: 1n }),
    also: async () => {
      const { day, bills } = await forgedBills(equalKey(), idOf(equalKey()), 1n);
      const inputs = day.bills[0].publicInputs();
      return { succeeds: await snarkjsAccepts(equalKey(), inputs, bills[0].proof), how: 'snarkjs verifies the forged bills' };
    },
  }),
  auditAttack({
    name: 'keys-that-the-chain-did-not-begin-with',
    group,
    by: 'node',
    does: 'puts a key of its own, whose secret it knows, into genesis.json, and forges under it',
    refusedBy: ['2 state proofs'],
    bundle: async () => forgedBundle(forgersKey(), { begunWith: (await honest()).get('genesis.json')! }),
  }),
  auditAttack({
    name: 'development-keys',
    group,
    by: 'operator',
    does: 'bills with the keys that anybody could have made',
    refusedBy: ['8 clearing key', '8 day-bill key', '8 substitute key'],
    bundle: honest,
    options: () => ({ developmentKeys: false }),
  }),
];
