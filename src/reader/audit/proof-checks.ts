/**
 * Checks 4, 5, 6 and 9: every bill and the clearing are proven for the book's own numbers (protocol §7).
 *
 * From the proof file come S and the proofs, nothing else: rho, prices, commitments, the day and the meters are the book's. A proof that
 * holds for other numbers is worth nothing here, however honest it is. All DayBills of a bundle go through one batch, all Clearings through
 * another.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import {
  type Book,
  bookPath,
  fieldSum,
  gridId,
  meterTag,
  type ProofsFile,
  ProtocolError,
  pricesOf,
  proofsPath,
  rhoOf,
} from '../../protocol/index.ts';
import type { BookVersion, BundleDay } from '../bundle.ts';
import {
  type Backend,
  type BadProof,
  type BatchResult,
  type Claim,
  clearingPublic,
  dayBillPublic,
  type Random,
  type VerificationKey,
  VerifierError,
  verifyBatch,
} from '../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { checkOf } from './file-checks.ts';
import type { Keys } from './key-checks.ts';

/** A proof's place in the bundle. */
export interface Place {
  date: string;
  version: number;
  meter: string | null;
}

/** An entry of a book, or its clearing, in one word. */
const idOf = (place: Place): string => `${place.date}/${place.version}/${place.meter ?? 'clearing'}`;

interface Prepared {
  day: BundleDay;
  of: BookVersion;
  faults: Fault[];
  bills: Claim[];
  clearing: Claim | null;
}

/** The book's meters whose bills are to be verified: all, unless the reader asked for some. */
const wantedOf = (book: Book, only: ReadonlySet<string> | undefined): Book['meters'] =>
  only ? book.meters.filter((m) => only.has(m.meter)) : book.meters;

/** Public inputs from the book, or why there are none. */
function publicInputs(build: () => bigint[], meter: string | undefined, faults: Fault[]): bigint[] | null {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    faults.push({ ...(meter === undefined ? {} : { meter }), detail: `no public inputs: ${error.message}` });
    return null;
  }
}

/** Check 4: what the proof file must repeat of the book, entry by entry in the book's order. */
function fileFaults(of: BookVersion, proofs: ProofsFile): Fault[] {
  const { book } = of;
  const faults: Fault[] = [];
  if (proofs.chainId !== book.chainId) faults.push({ detail: `proofs.chainId is ${proofs.chainId}, the book's is ${book.chainId}` });
  if (proofs.day !== book.day) faults.push({ detail: `proofs.day is ${proofs.day}, the book's is ${book.day}` });
  if (proofs.version !== book.version) faults.push({ detail: `proofs.version is ${proofs.version}, the book's is ${book.version}` });
  if (proofs.bookHash !== of.hash) faults.push({ detail: `proofs.bookHash is ${proofs.bookHash}, the book's hash is ${of.hash}` });
  if ((proofs.clearing === null) !== (book.X === null))
    faults.push({ detail: book.X === null ? 'a correction has no clearing' : "the clearing's proof is missing" });
  if (proofs.bills.length !== book.meters.length) faults.push({ detail: `${proofs.bills.length} bills for ${book.meters.length} meters` });
  const at = book.meters.findIndex((m, i) => proofs.bills[i] !== undefined && proofs.bills[i].meter !== m.meter);
  if (at >= 0)
    faults.push({
      meter: book.meters[at].meter,
      detail: `proofs.bills[${at}] is that of ${proofs.bills[at].meter}: expected the book's meters in the book's order`,
    });
  return faults;
}

function clearingInputs(book: Book, X: bigint, rho: bigint, sumS: bigint, grid: bigint, tick: number): bigint[] {
  return clearingPublic({
    X,
    rho,
    sumS,
    gridId: grid,
    day: book.day,
    tick,
    ...book.prices,
    retailNelPerWh: book.tariff.retailNelPerWh,
    feedInNelPerWh: book.tariff.feedInNelPerWh,
  });
}

function prepare(day: BundleDay, of: BookVersion, genesis: Genesis, only: ReadonlySet<string> | undefined): Prepared | null {
  const proofs = day.proofs.get(of.version);
  if (!proofs) return null;
  const { book } = of;
  const faults = fileFaults(of, proofs);
  // Proofs for another book hold for another rho: there is nothing to try, and no use in naming every bill.
  if (proofs.bookHash !== of.hash || proofs.bills.length !== book.meters.length || faults.some((f) => f.meter !== undefined))
    return { day, of, faults, bills: [], clearing: null };
  const grid = gridId(genesis.chainId);
  const rho = rhoOf(of.hash);
  const bills = book.meters.flatMap((entry, i): Claim[] => {
    if (only && !only.has(entry.meter)) return [];
    const { S, proof } = proofs.bills[i];
    const inputs = publicInputs(
      () =>
        dayBillPublic({
          C: entry.C,
          K: entry.K,
          B: entry.B,
          L0: entry.L0,
          L1: entry.L1,
          S,
          rho,
          gridId: grid,
          meterTag: meterTag(entry.meter),
          day: book.day,
          feePerDayNel: book.tariff.feePerDayNel,
          ...pricesOf(entry.source, book, genesis.params.tick),
        }),
      entry.meter,
      faults,
    );
    return inputs ? [{ id: idOf({ date: day.date, version: of.version, meter: entry.meter }), proof, publicInputs: inputs }] : [];
  });
  const sumS = fieldSum(proofs.bills.map((bill) => bill.S));
  const inputs =
    only || book.X === null || !proofs.clearing
      ? null
      : publicInputs(() => clearingInputs(book, book.X!, rho, sumS, grid, genesis.params.tick), undefined, faults);
  const clearing =
    inputs && proofs.clearing
      ? { id: idOf({ date: day.date, version: of.version, meter: null }), proof: proofs.clearing.proof, publicInputs: inputs }
      : null;
  return { day, of, faults, bills, clearing };
}

/** Verifies claims against a key: verifyBatch, or the same on several cores. */
export type VerifyClaims = (vk: VerificationKey, claims: readonly Claim[]) => Promise<BatchResult>;

export interface VerifyOptions {
  random: Random;
  /** default: noble */
  backend?: Backend;
  /** instead of a batch on this thread */
  verifyClaims?: VerifyClaims;
  /** verify the bills of these meters alone, and no clearing: it says nothing while any S is unproven */
  only?: ReadonlySet<string>;
}

interface Outcome {
  bad: ReadonlyMap<string, BadProof>;
  /** why nothing was verified; `refused`: the key is at fault, though check 8 took it */
  unusable: string | null;
  refused?: boolean;
}

async function verify(
  key: VerificationKey | null,
  claims: readonly Claim[],
  { random, backend, verifyClaims }: VerifyOptions,
): Promise<Outcome> {
  if (!key) return { bad: new Map(), unusable: 'no usable key (check 8)' };
  if (claims.length === 0) return { bad: new Map(), unusable: null };
  try {
    const { bad } = await (verifyClaims ? verifyClaims(key, claims) : verifyBatch(key, claims, random, backend));
    return { bad: new Map(bad.map((b) => [b.id, b])), unusable: null };
  } catch (error) {
    if (!(error instanceof VerifierError)) throw error;
    return { bad: new Map(), unusable: error.message, refused: true };
  }
}

function outcomeChecks(p: Prepared, bills: Outcome, clearing: Outcome, only: ReadonlySet<string> | undefined): Check[] {
  const { book } = p.of;
  const wanted = wantedOf(book, only).length;
  const head = (id: '4' | '5' | '6' | '9', name: string) => ({ id, name, day: p.day.date, version: p.of.version });
  const checks = lines(
    head('4', 'inputs'),
    p.faults,
    `rho and all public inputs recomputed from the book; from the proof file only ${p.bills.length} S and the proofs`,
  );
  const expected = wanted + (book.X === null || only ? 0 : 1);
  const ofMeter = new Map(book.meters.map((m) => [idOf({ date: p.day.date, version: p.of.version, meter: m.meter }), m.meter]));
  const bad = [...p.bills, ...(p.clearing ? [p.clearing] : [])].flatMap((c) => bills.bad.get(c.id) ?? clearing.bad.get(c.id) ?? []);
  const faultsOf = (list: readonly BadProof[]) =>
    list.map(
      (b): Fault => ({
        ...(ofMeter.has(b.id) ? { meter: ofMeter.get(b.id)! } : {}),
        detail: ofMeter.has(b.id) ? b.detail : `clearing: ${b.detail}`,
      }),
    );
  const malformed = bad.filter((b) => b.reason !== 'does-not-hold');
  const false5 = bad.filter((b) => b.reason === 'does-not-hold' && ofMeter.has(b.id));
  const false6 = bad.filter((b) => b.reason === 'does-not-hold' && !ofMeter.has(b.id));

  if (p.bills.length < wanted) checks.push(notChecked('5', 'bills', 'the proofs do not belong to this book (check 4)', p.day.date, '4'));
  else if (bills.unusable !== null) checks.push(...unusableLines(head('5', 'bills'), bills));
  else
    checks.push(
      ...lines(
        head('5', 'bills'),
        [
          ...faultsOf(false5),
          ...malformed.filter((b) => ofMeter.has(b.id)).map((b) => ({ meter: ofMeter.get(b.id)!, detail: 'no proof to verify (check 9)' })),
        ],
        `DayBills that hold: ${p.bills.length} of ${p.bills.length}`,
      ),
    );
  if (wanted < book.meters.length)
    checks.push(notChecked('5', 'bills', `the bills of ${book.meters.length - wanted} other meters: not asked for`, p.day.date));

  if (book.X !== null) {
    if (only) checks.push(notChecked('6', 'clearing', 'says nothing while not every bill is verified', p.day.date));
    else if (!p.clearing) checks.push(notChecked('6', 'clearing', 'the proofs do not belong to this book (check 4)', p.day.date, '4'));
    else if (clearing.unusable !== null) checks.push(...unusableLines(head('6', 'clearing'), clearing));
    else
      checks.push(
        ...lines(
          head('6', 'clearing'),
          [...faultsOf(false6), ...malformed.filter((b) => !ofMeter.has(b.id)).map(() => ({ detail: 'no proof to verify (check 9)' }))],
          'the prices are mid-market/1 of the hidden totals',
        ),
      );
  }
  const checked = (bills.unusable === null ? p.bills.length : 0) + (clearing.unusable === null && p.clearing ? 1 : 0);
  if (checked === expected || malformed.length > 0)
    checks.push(
      ...lines(
        head('9', 'points'),
        faultsOf(malformed),
        `${3 * checked} points canonical, on their curves, in the subgroup, none infinite; every public input below r`,
      ),
    );
  else {
    const why = bills.unusable !== null || clearing.unusable !== null ? '8' : '4';
    checks.push(notChecked('9', 'points', `not every proof could be looked at (check ${why})`, p.day.date, why));
  }
  return checks;
}

/** A key that check 8 took and the verifier refuses is a failure; where check 8 refused it, this hangs on that. */
const unusableLines = (head: Pick<Check, 'id' | 'name' | 'day' | 'version'>, { unusable, refused }: Outcome): Check[] =>
  refused ? lines(head, [{ detail: `the key: ${unusable}` }], '') : [notChecked(head.id, head.name, unusable!, head.day, '8')];

/** Entries whose proof was verified and holds, as keys of due.ts. */
const provenEntries = (p: Prepared, { bad, unusable }: Outcome): string[] =>
  unusable !== null ? [] : p.bills.filter(({ id }) => !bad.has(id)).map(({ id }) => id);

/**
 * Nothing of a version can be verified where its book or its proofs could not be read; what was wrong with them says which check it was.
 */
function unreadLines(day: BundleDay, version: number): Check[] {
  const paths = [proofsPath(day.date, version), bookPath(day.date, version)];
  const fault = day.faults.find(({ path }) => paths.includes(path));
  const because = fault ? checkOf(fault).id : '3';
  const why = `book or proofs of version ${version} could not be read`;
  return (
    [
      ['4', 'inputs'],
      ['5', 'bills'],
      ['6', 'clearing'],
      ['9', 'points'],
    ] as const
  )
    .filter(([id]) => id !== '6' || version === 1)
    .filter(([id]) => id !== because)
    .map(([id, name]) => notChecked(id, name, why, day.date, because));
}

export interface ProofResult {
  checks: Check[];
  /** `DATE/VERSION/METER` of every entry whose proof holds */
  entries: ReadonlySet<string>;
}

/** Checks 4, 5, 6 and 9 of every day that comes with proofs. */
export async function proofChecks(days: readonly BundleDay[], genesis: Genesis, keys: Keys, options: VerifyOptions): Promise<ProofResult> {
  const given = days.filter((day) => day.proven);
  const prepared = given.flatMap((day) => [...day.books.values()].flatMap((of) => prepare(day, of, genesis, options.only) ?? []));
  const bills = await verify(
    keys['day-bill'],
    prepared.flatMap((p) => p.bills),
    options,
  );
  const clearing = await verify(
    keys.clearing,
    prepared.flatMap((p) => p.clearing ?? []),
    options,
  );
  const unread = given.flatMap((day) =>
    day.versions.filter((v) => !day.books.has(v) || !day.proofs.has(v)).flatMap((version) => unreadLines(day, version)),
  );
  return {
    checks: [...prepared.flatMap((p) => outcomeChecks(p, bills, clearing, options.only)), ...unread],
    entries: new Set(prepared.flatMap((p) => provenEntries(p, bills))),
  };
}
