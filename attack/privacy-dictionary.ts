/**
 * A curious neighbour with a dictionary (protocol §1, §3, §6). It has every published number of a day and guesses that the meter drew the
 * same in each slot: one guess per value of a slot, 2^12 of them, 2^20 with --deep, which is all there are. It even knows the registers at
 * midnight and all other members' readings.
 *
 * Each field comes with a control: the same number with its blinding taken out, in which the same dictionary does find the day. So "not
 * found" means hidden, not mistyped.
 */
import { boxPublicKey, drawBlinding, encodeStatement, SEALED_REPORT_BYTES, SEALED_STATEMENT_BYTES, sealBox } from '../sdk/ts/src/index.ts';
import { csprng } from '../src/node/books/draft/randomness.ts';
import {
  bigEndian,
  billAmount,
  billCommitment,
  commitDay,
  FIELD_ORDER,
  gridDay,
  gridId,
  linkCommitment,
  maskCommitment,
  maskedSum,
  meterDay,
  meterTag,
  p4,
  rhoOf,
  toField,
  totalsCommitment,
} from '../src/protocol/index.ts';
import { dictionarySize } from '../test/kit/attack/dictionary-size.ts';
import { day2, meterOf } from '../test/kit/attack/forged-bundle.ts';
import { CHAIN_ID, FIRST_DAY } from '../test/kit/audit/readings.ts';
import { once } from '../test/kit/made-once.ts';
import type { Attack, Outcome } from './attack.ts';

const group = 'privacy: dictionaries';
const DAY = FIRST_DAY + 1;
/** What the victim drew in every slot. In the default dictionary. */
const SECRET_WH = 2718;

const flat = (wh: number): number[] => Array<number>(96).fill(wh);
const NONE = flat(0);
const zero31 = new Uint8Array(31);
const grid = gridId(CHAIN_ID);
const victim = () => meterOf('consumer');
const [tag, md] = [() => meterTag(victim()), () => meterDay(grid, meterTag(victim()), DAY)];
const STARTS = { importStartWh: 1_000_000n, exportStartWh: 0n };
const rho = rhoOf('5e'.repeat(32));
/** Σ rho^(192−i) over the 96 import slots: a flat day's S without its mask is wh times this. */
const flatPowers = maskedSum(flat(1), NONE, rho, 0n);
const secret = (): bigint => csprng.billBlindingOf('');
const draw = (): Uint8Array => csprng.dayBlindingOf('');

/** Values in the dictionary that match. */
function search(matches: (wh: number) => boolean): number[] {
  const found: number[] = [];
  for (let wh = 0; wh < dictionarySize(); wh++) if (matches(wh)) found.push(wh);
  return found;
}

/** The same for the published number and for its control at once: a guess is computed once, hashes being what takes the time. */
function searchBoth(guess: (wh: number) => bigint, real: bigint | null, control: bigint | null): { found: number[]; opened: number[] } {
  const [found, opened]: [number[], number[]] = [[], []];
  for (let wh = 0; wh < dictionarySize(); wh++) {
    const value = guess(wh);
    if (value === real) found.push(wh);
    if (value === control) opened.push(wh);
  }
  return { found, opened };
}

const hit = (found: readonly number[]): boolean => found.length === 1 && found[0] === SECRET_WH;

/** `published` as the protocol says and without its blinding; `guess` is all that the neighbour can compute. */
function dictionary(
  name: string,
  field: string,
  published: (blinded: boolean) => bigint,
  guess: (wh: number) => bigint,
  blinding: string,
): Attack {
  return {
    name: `dictionary-${name}`,
    group,
    by: 'neighbour',
    does: `compares ${field} with that of every flat day`,
    refusedBy: [blinding],
    run: async (): Promise<Outcome> => {
      const [real, control] = [published(true), published(false)];
      const { found, opened } = searchBoth(guess, real, control);
      return {
        refusals: found.length === 0 ? [blinding] : [],
        without: {
          succeeds: hit(opened),
          how:
            `${dictionarySize()} values tried; with ${blinding} taken out ` +
            `${opened.length === 0 ? 'none fits' : `${opened.join(', ')} Wh per slot fits`}`,
        },
      };
    },
  };
}

const packed = (wh: number, perWord: number, bits: bigint): bigint =>
  Array.from({ length: perWord }, (_, j) => BigInt(wh) << (bits * BigInt(j))).reduce((sum, x) => sum + x, 0n);
const tagOf = once(tag);
const noExport = once(() => p4(0n, 0n, 0n, 0n));
const meterDayOf = once(md);

/** C of a flat day in three hashes instead of eight: all its words are equal. */
function flatCommitment(wh: number, blinding: bigint): bigint {
  const word = packed(wh, 12, 20n);
  const node = p4(word, word, word, word);
  return p4(meterDayOf(), STARTS.importStartWh, p4(node, node, noExport(), noExport()), blinding);
}

const commitment = (wh: number, blinding: Uint8Array): bigint =>
  commitDay({ gridId: grid, meterTag: tag(), day: DAY, ...STARTS, importWh: flat(wh), exportWh: NONE, blinding });
const prices = () => day2().book.prices;
const amount = (wh: number): bigint =>
  billAmount({ importWh: flat(wh), exportWh: NONE, prices: prices(), feePerDayNel: day2().book.tariff.feePerDayNel });
const closing = (wh: number): bigint => STARTS.importStartWh + BigInt(96 * wh);
/** Everybody else drew nothing, as the neighbour knows: the totals are the one unknown day. */
const total = (wh: number, maskSum: bigint, x: bigint): bigint =>
  totalsCommitment({ gridDay: gridDay(grid, DAY), importWh: flat(wh), exportWh: NONE, maskSum, x });
const gridDayOf = once(() => gridDay(grid, DAY));

/** X of a flat day, without mask and blinding, in four hashes: words 0 … 8 are full, word 9 holds the last six imports and no export. */
function flatTotal(wh: number): bigint {
  const [full, last] = [packed(wh, 10, 24n), packed(wh, 6, 24n)];
  const [n01, n2] = [p4(full, full, full, full), p4(full, last, 0n, 0n)];
  return p4(6n, gridDayOf(), p4(n01, n01, n2, noExport()), emptyTail());
}
const emptyTail = once(() => p4(noExport(), 0n, 0n, 0n));

const fields = (): Attack[] => [
  dictionary(
    'C',
    'C',
    (blinded) => commitment(SECRET_WH, blinded ? draw() : zero31),
    (wh) => flatCommitment(wh, 0n),
    'blinding',
  ),
  dictionary(
    'S',
    'S',
    (blinded) => maskedSum(flat(SECRET_WH), NONE, rho, blinded ? csprng.maskOf('') : 0n),
    (wh) => (BigInt(wh) * flatPowers) % FIELD_ORDER,
    'k',
  ),
  dictionary(
    'B',
    'B',
    (blinded) => billCommitment(md(), amount(SECRET_WH), blinded ? secret() : 0n),
    (wh) => billCommitment(meterDayOf(), amount(wh), 0n),
    's',
  ),
  dictionary(
    'L0',
    'L0, the register guessed as ninety-six times a value',
    (blinded) => linkCommitment(tag(), closing(SECRET_WH), 0n, blinded ? secret() : 0n),
    (wh) => linkCommitment(tagOf(), closing(wh), 0n, 0n),
    'u0',
  ),
  dictionary(
    'L1',
    'L1, the register before known',
    (blinded) => linkCommitment(tag(), closing(SECRET_WH), 0n, blinded ? secret() : 0n),
    (wh) => linkCommitment(tagOf(), closing(wh), 0n, 0n),
    'u1',
  ),
  dictionary(
    'X',
    "X, everybody else's readings known to be none",
    (blinded) => (blinded ? total(SECRET_WH, csprng.maskOf(''), secret()) : total(SECRET_WH, 0n, 0n)),
    flatTotal,
    'M and x',
  ),
];

// ── Pairs: (S, K), and two S under one mask ──────────────────────────────────

/** k = S − wh·Σ rho^j for the right guess, and K would confirm it. */
async function pair(): Promise<Outcome> {
  const k = csprng.maskOf('');
  const S = maskedSum(flat(SECRET_WH), NONE, rho, k);
  const [K, bare] = [maskCommitment(md(), k, secret()), maskCommitment(md(), k, 0n)];
  const { found, opened } = searchBoth((wh) => maskCommitment(meterDayOf(), toField(S - BigInt(wh) * flatPowers), 0n), K, bare);
  return {
    refusals: found.length === 0 ? ['v'] : [],
    without: {
      succeeds: hit(opened),
      how: `${dictionarySize()} values tried; with v taken out ${opened.join(', ')} Wh per slot fits (S, K)`,
    },
  };
}

/** Two books of one day, both released. S1 − S2 is free of a mask that both share. */
async function reused(): Promise<Outcome> {
  const other = rhoOf('a5'.repeat(32));
  const powers = maskedSum(flat(1), NONE, other, 0n);
  const S = (at: bigint, k: bigint) => maskedSum(flat(SECRET_WH), NONE, at, k);
  const [k, fresh] = [csprng.maskOf(victim()), csprng.maskOf(victim())];
  const guess = (first: bigint, second: bigint) => search((wh) => toField(first - second) === toField(BigInt(wh) * (flatPowers - powers)));
  const [found, opened] = [guess(S(rho, k), S(other, fresh)), guess(S(rho, k), S(other, k))];
  return {
    refusals: found.length === 0 ? ['a new k for every draft'] : [],
    without: {
      succeeds: hit(opened),
      how: `${dictionarySize()} values tried; with one k in both books ${opened.join(', ')} Wh per slot fits`,
    },
  };
}

// ── What a meter draws ───────────────────────────────────────────────────────

const statement = (wh: number, blinding: Uint8Array) =>
  encodeStatement(
    { day: DAY, ...STARTS, importWh: flat(wh), exportWh: NONE, blinding, flags: 0 },
    { chainId: CHAIN_ID, meter: victim(), keyEpoch: 1 },
  );
const stuck = new Uint8Array(32).fill(7);

/** A meter whose random generator is stuck, which the neighbour knows. */
async function predictable(): Promise<Outcome> {
  const signingKey = draw();
  const key = Uint8Array.from([...signingKey, 1]);
  const hedged = (wh: number, by: Uint8Array) => drawBlinding({ secret: by, plaintext: statement(wh, zero31), random: stuck });
  const naive = stuck.subarray(0, 31);
  const [C, bare] = [commitment(SECRET_WH, hedged(SECRET_WH, key)), commitment(SECRET_WH, naive)];
  const { found, opened } = searchBoth((wh) => flatCommitment(wh, bigEndian(naive)), C, bare);
  return {
    refusals: found.length === 0 && C !== bare ? ['hedge'] : [],
    without: { succeeds: hit(opened), how: `with the generator's bytes used as they are ${opened.join(', ')} Wh per slot fits C` },
  };
}

/** The same stuck generator on two days: one blinding for both would tell that they are alike, to whoever has opened one. */
async function repeated(): Promise<Outcome> {
  const key = Uint8Array.from([...draw(), 1]);
  const hedged = (wh: number) => drawBlinding({ secret: key, plaintext: statement(wh, zero31), random: stuck });
  const [first, second] = [hedged(SECRET_WH), hedged(SECRET_WH + 1)];
  const differs = Buffer.compare(first, second) !== 0;
  const C = commitment(SECRET_WH + 1, stuck.subarray(0, 31)); // the blinding that an opened day gave away
  const { found, opened } = searchBoth((wh) => flatCommitment(wh, bigEndian(stuck.subarray(0, 31))), commitment(SECRET_WH + 1, second), C);
  return {
    refusals: differs && found.length === 0 ? ['hedge'] : [],
    without: {
      succeeds: opened[0] === SECRET_WH + 1,
      how: `with one blinding for two days the other day is ${opened.join(', ')} Wh per slot`,
    },
  };
}

// ── Sizes of boxes ───────────────────────────────────────────────────────────

async function boxSizes(): Promise<Outcome> {
  const nodeKey = boxPublicKey(new Uint8Array(32).fill(3));
  const sizeOf = (wh: number) => sealBox(statement(wh, draw()), nodeKey, Uint8Array.from([...draw(), 9])).length;
  const sizes = new Set([0, 1, SECRET_WH, 2 ** 20 - 1].map(sizeOf));
  const asText = (wh: number) => JSON.stringify(flat(wh)).length;
  const opened = search((wh) => asText(wh) === asText(SECRET_WH));
  return {
    refusals: sizes.size === 1 && sizes.has(SEALED_STATEMENT_BYTES) ? ['one size per kind'] : [],
    without: {
      succeeds: opened.length < dictionarySize(),
      how:
        `as decimal text the size alone leaves ${opened.length} of ${dictionarySize()} values; sealed, a statement has ` +
        `${SEALED_STATEMENT_BYTES} bytes and a report ${SEALED_REPORT_BYTES}, whatever is in it`,
    },
  };
}

const attack = (name: string, does: string, refusedBy: string, run: () => Promise<Outcome>): Attack => ({
  name,
  group,
  by: 'neighbour',
  does,
  refusedBy: [refusedBy],
  run,
});

export const dictionaryAttacks: readonly Attack[] = [
  ...fields(),
  attack('dictionary-S-and-K', 'takes each flat day from S and looks whether K commits to what is left', 'v', pair),
  attack('mask-used-twice', 'subtracts the S of two books of one day', 'a new k for every draft', reused),
  attack('predictable-blinding', "knows what a meter's stuck random generator gives", 'hedge', predictable),
  attack('repeated-blinding', 'has opened one day of a meter whose generator is stuck, and guesses the next', 'hedge', repeated),
  attack('sealed-sizes', 'looks at the size of sealed boxes', 'one size per kind', boxSizes),
];
