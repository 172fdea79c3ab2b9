/**
 * Checks 4, 5, 5s, 6 and 9: every bill, every substitute and the clearing are proven for the book's own numbers (protocol §7, §9.2).
 * All proofs of one circuit in a bundle go through one batch.
 */
import type { Genesis } from '../../protocol/genesis/index.ts';
import { bookPath, proofsPath } from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import {
  type Backend,
  type BadProof,
  type BatchResult,
  type Claim,
  type Random,
  type VerificationKey,
  VerifierError,
  verifyBatch,
} from '../verifier/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import { copiesOf, idOf, type Prepared, prepare, wantedOf } from './claims.ts';
import { checkOf } from './file-checks.ts';
import type { Keys } from './key-checks.ts';

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

export interface Outcome {
  bad: ReadonlyMap<string, BadProof>;
  /** why nothing was verified; `refused`: the key is at fault, though check 8 took it */
  unusable: string | null;
  refused?: boolean;
}

export async function verify(
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

interface Outcomes {
  bills: Outcome;
  substitutes: Outcome;
  clearing: Outcome;
}

/** Of which version of which day. */
interface Of {
  day: { date: string };
  of: { version: number };
}

/** The proofs of one circuit in a version, and how many there should be. */
export interface Kind {
  id: '5' | '5s' | '6';
  name: string;
  claims: readonly Claim[];
  wanted: number;
  outcome: Outcome;
  summary: string;
}

function kindsOf(p: Prepared, outcomes: Outcomes, only: ReadonlySet<string> | undefined): Kind[] {
  const wanted = wantedOf(p.of.book, only);
  const copies = copiesOf(wanted).length;
  const count = (claims: readonly Claim[]): string => `${claims.length} of ${claims.length}`;
  const bills = { claims: p.bills, wanted: wanted.length, outcome: outcomes.bills, summary: `DayBills that hold: ${count(p.bills)}` };
  const substitutes = {
    claims: p.substitutes,
    wanted: copies,
    outcome: outcomes.substitutes,
    summary: `copies of what the meter signed, or zero: ${count(p.substitutes)}`,
  };
  const clearing = {
    claims: p.clearing ? [p.clearing] : [],
    wanted: 1,
    outcome: outcomes.clearing,
    summary: 'the prices are mid-market/1 of the hidden totals',
  };
  return [
    { id: '5', name: 'bills', ...bills },
    ...(copies > 0 ? [{ id: '5s' as const, name: 'substitutes', ...substitutes }] : []),
    ...(p.of.book.X !== null && !only ? [{ id: '6' as const, name: 'clearing', ...clearing }] : []),
  ];
}

export function kindLines(p: Of, { id, name, claims, wanted, outcome, summary }: Kind, meterOf: ReadonlyMap<string, string>): Check[] {
  const head = { id, name, day: p.day.date, version: p.of.version };
  if (claims.length < wanted) return [notChecked(id, name, 'the proofs do not belong to this book (check 4)', p.day.date, '4')];
  if (outcome.unusable !== null) return unusableLines(head, outcome);
  const faults = claims.flatMap((claim): Fault[] => {
    const bad = outcome.bad.get(claim.id);
    if (!bad) return [];
    const meter = meterOf.get(claim.id);
    const about = meter === undefined ? {} : { meter };
    if (bad.reason !== 'does-not-hold') return [{ ...about, detail: 'no proof to verify (check 9)' }];
    return [{ ...about, detail: meter === undefined ? `clearing: ${bad.detail}` : bad.detail }];
  });
  return lines(head, faults, summary);
}

/** Check 9: the form of every proof. */
export function pointLines(p: Of, kinds: readonly Kind[], meterOf: ReadonlyMap<string, string>): Check[] {
  const malformed = kinds.flatMap(({ id, claims, outcome }) =>
    claims.flatMap((claim): Fault[] => {
      const bad = outcome.bad.get(claim.id);
      if (!bad || bad.reason === 'does-not-hold') return [];
      const meter = meterOf.get(claim.id);
      const what = { '5': '', '5s': 'substitute: ', '6': 'clearing: ' }[id];
      return [{ ...(meter === undefined ? {} : { meter }), detail: `${what}${bad.detail}` }];
    }),
  );
  const checked = kinds.reduce((sum, { claims, outcome }) => sum + (outcome.unusable === null ? claims.length : 0), 0);
  const expected = kinds.reduce((sum, { wanted }) => sum + wanted, 0);
  if (checked === expected || malformed.length > 0)
    return lines(
      { id: '9', name: 'points', day: p.day.date, version: p.of.version },
      malformed,
      `${3 * checked} points canonical, on their curves, in the subgroup, none infinite; every public input below r`,
    );
  const why = kinds.some(({ outcome }) => outcome.unusable !== null) ? '8' : '4';
  return [notChecked('9', 'points', `not every proof could be looked at (check ${why})`, p.day.date, why)];
}

function outcomeChecks(p: Prepared, outcomes: Outcomes, only: ReadonlySet<string> | undefined): Check[] {
  const { book } = p.of;
  const kinds = kindsOf(p, outcomes, only);
  const place = { date: p.day.date, version: p.of.version };
  const meterOf = new Map(
    book.meters.flatMap(({ meter }): [string, string][] => [
      [idOf({ ...place, meter }), meter],
      [idOf({ ...place, meter, copy: true }), meter],
    ]),
  );
  const others = book.meters.length - wantedOf(book, only).length;
  return [
    ...lines(
      { id: '4', name: 'inputs', day: p.day.date, version: p.of.version },
      p.faults,
      `rho and all public inputs recomputed from the book; from the proof file only ${p.bills.length} S and the proofs`,
    ),
    ...kinds.flatMap((kind) => kindLines(p, kind, meterOf)),
    ...(others > 0 ? [notChecked('5', 'bills', `the bills of ${others} other meters: not asked for`, p.day.date)] : []),
    ...(book.X !== null && only ? [notChecked('6', 'clearing', 'says nothing while not every bill is verified', p.day.date)] : []),
    ...pointLines(p, kinds, meterOf),
  ];
}

/** A key that check 8 took and the verifier refuses is a failure; where check 8 refused it, this hangs on that. */
const unusableLines = (head: Pick<Check, 'id' | 'name' | 'day' | 'version'>, { unusable, refused }: Outcome): Check[] =>
  refused ? lines(head, [{ detail: `the key: ${unusable}` }], '') : [notChecked(head.id, head.name, unusable!, head.day, '8')];

/** Proofs that were verified and hold, as keys of due.ts. */
export const proven = (claims: readonly Claim[], { bad, unusable }: Outcome): string[] =>
  unusable !== null ? [] : claims.filter(({ id }) => !bad.has(id)).map(({ id }) => id);

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
      ['5s', 'substitutes'],
      ['6', 'clearing'],
      ['9', 'points'],
    ] as const
  )
    .filter(([id]) => version === 1 || (id !== '5s' && id !== '6'))
    .filter(([id]) => id !== '5s' || (day.books.get(version)?.book.meters ?? []).some(({ copied }) => copied !== null))
    .filter(([id]) => id !== because)
    .map(([id, name]) => notChecked(id, name, why, day.date, because));
}

export interface ProofResult {
  checks: Check[];
  /** ids of every entry whose bill's proof holds, and of every one whose copy's does */
  entries: ReadonlySet<string>;
}

/** Checks 4, 5, 5s, 6 and 9 of every day that comes with proofs. */
export async function proofChecks(days: readonly BundleDay[], genesis: Genesis, keys: Keys, options: VerifyOptions): Promise<ProofResult> {
  const given = days.filter((day) => day.proven);
  const prepared = given.flatMap((day) => [...day.books.values()].flatMap((of) => prepare(day, of, genesis, options.only) ?? []));
  const bills = prepared.flatMap((p) => p.bills);
  const substitutes = prepared.flatMap((p) => p.substitutes);
  const outcomes = {
    bills: await verify(keys['day-bill'], bills, options),
    substitutes: await verify(keys.substitute, substitutes, options),
    clearing: await verify(
      keys.clearing,
      prepared.flatMap((p) => p.clearing ?? []),
      options,
    ),
  };
  const unread = given.flatMap((day) =>
    day.versions.filter((v) => !day.books.has(v) || !day.proofs.has(v)).flatMap((version) => unreadLines(day, version)),
  );
  return {
    checks: [...prepared.flatMap((p) => outcomeChecks(p, outcomes, options.only)), ...unread],
    entries: new Set([...proven(bills, outcomes.bills), ...proven(substitutes, outcomes.substitutes)]),
  };
}
