/**
 * The offline audit of a main chain, whose members are communities (docs/audit.md): text in, verdict out, as of a community's
 * (../audit.ts), by the same lines where the same holds.
 *
 * It trusts none of what the chain's own validators have verified: another language, another verifier, the same rules.
 */
import { departures, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import type { Files } from '../../bundle.ts';
import type { Backend } from '../../verifier/index.ts';
import { byDayAndNumber, notChecked, settled } from '../checks.ts';
import { faultLines, fileChecks, gapChecks, genesisChecks, ignoredNotes } from '../file-checks.ts';
import { ageChecks, asOf, type Headers, headerChecks, headerNotes, type TrustOptions, validatorHistory } from '../header-checks.ts';
import { type KeyOptions, readMainKeys } from '../key-checks.ts';
import { logChecks, type ProvenLog } from '../log-checks.ts';
import { operatorChecks } from '../operator-checks.ts';
import type { VerifyClaims } from '../proof-checks.ts';
import type { Verified } from '../proven-checks.ts';
import { stateChecks } from '../state-checks.ts';
import { conclude, type Verdict, withoutGenesis } from '../verdict.ts';
import { type MainBundle, type MainDay, parseMainBundle } from './bundle.ts';
import { dayChecks, type Void, voidOf } from './day-checks.ts';
import { mainDueOf } from './due.ts';
import { type ModuleResult, moduleChecks } from './module-checks.ts';
import { mainProofChecks } from './proof-checks.ts';
import { otherWeeksNote } from './sum-checks.ts';

/** As AuditOptions, of what there is here: nothing is gone on from, and nobody is left out. */
export interface MainAuditOptions extends KeyOptions, TrustOptions {
  /** bytes of a CSPRNG */
  random: (length: number) => Uint8Array;
  backend?: Backend;
  verifyClaims?: VerifyClaims;
  /** the exchange's own audit before it anchors. Default false */
  draft?: boolean;
  genesisHash?: string;
  /** the reader's clock, real time in seconds */
  clockUnixS?: number;
  /** bundles of communities of the same days, which are audited too */
  communities?: readonly Files[];
}

const DRAFT_MODULES: ModuleResult = { checks: [], periods: [], state: null, proven: new Map() };

const DRAFT_HEADERS: Headers = { checks: [], state: null, evidence: null, timeOf: () => 0 };

const notes = (headers: Headers, ignored: readonly string[], draft: boolean): string[] => [
  ...headerNotes(headers),
  ...(draft ? ['A draft: books without an anchor were accepted.'] : []),
  ...ignoredNotes(ignored),
];

/** What each day's state proofs show. */
function provenDays(days: readonly MainDay[], headers: Headers, genesis: SharedGenesis, log: ProvenLog | null) {
  return new Map(days.map((day, i) => [day.day, stateChecks(day, { headers, genesis, log, isLast: i === days.length - 1 })] as const));
}

/** Why days have no book, by day: as proven, but in a draft. */
function voidDays(days: readonly MainDay[], verified: (day: number) => Verified | null, draft: boolean): Map<number, Void> {
  return new Map(
    days.flatMap((day): [number, Void][] => {
      const why = draft || verified(day.day) ? voidOf(day, verified(day.day)) : null;
      return why === null ? [] : [[day.day, why]];
    }),
  );
}

const disputesOf = (days: readonly MainDay[]): number => days.reduce((sum, { chain }) => sum + (chain?.disputes.length ?? 0), 0);
const noBillsOf = (days: readonly MainDay[]): number =>
  days.reduce((sum, { chain }) => sum + (chain?.noBills.filter(({ open }) => open).length ?? 0), 0);

/**
 * Audits a main chain's bundle.
 * @returns the verdict; a bad bundle is never an exception
 * @throws VerifierError when `random` does not deliver
 */
export const auditMain = async (files: Files, options: MainAuditOptions): Promise<Verdict> =>
  (await auditMainFully(new Set(), files, options)).verdict;

/** The same with checks taken out, as `5 bills`: see auditWithout. */
export const auditMainWithout = async (takenOut: ReadonlySet<string>, files: Files, options: MainAuditOptions): Promise<Verdict> =>
  (await auditMainFully(takenOut, files, options)).verdict;

/** What an audit has found, and what the chain's proven state says of the communities. */
export interface MainAudit {
  verdict: Verdict;
  bundle: MainBundle;
  modules: ModuleResult;
}

export async function auditMainFully(takenOut: ReadonlySet<string>, files: Files, options: MainAuditOptions): Promise<MainAudit> {
  const bundle = parseMainBundle(files);
  if (bundle.genesis.fault) {
    const verdict = withoutGenesis(faultLines({ id: '3', name: 'genesis' }, bundle.genesis.fault));
    return { verdict, bundle, modules: DRAFT_MODULES };
  }
  const genesis = bundle.genesis.value;
  const draft = options.draft ?? false;
  const headers = draft ? DRAFT_HEADERS : headerChecks(bundle, genesis, options);
  const { checks: ofLog, log } = draft ? { checks: [], log: null } : logChecks(bundle, headers, genesis, null);
  const { checks: ofOperators, operators } = draft ? { checks: [], operators: null } : operatorChecks(bundle, headers, genesis);
  const states = provenDays(draft ? [] : bundle.days, headers, genesis, log);
  const verified = (day: number): Verified | null => states.get(day)?.verified ?? null;
  const voids = voidDays(bundle.days, verified, draft);
  const { keys, checks: ofKeys } = readMainKeys(genesis, options);
  const billed = bundle.days.filter(({ day }) => !voids.has(day));
  const proofs = await mainProofChecks(billed, genesis, keys, options);
  // Whatever book a void day has, it counts for nothing.
  const days = bundle.days.map((day) => (voids.has(day.day) ? { ...day, book: null, proofs: null } : day));
  const modules = draft ? DRAFT_MODULES : await moduleChecks({ ...bundle, days }, headers, genesis, { ...options, keys });
  const moment = asOf(headers, genesis, options.clockUnixS);
  const checks = [
    ...headers.checks,
    ...ofLog,
    ...ofOperators,
    ...ageChecks(moment, genesis),
    ...genesisChecks(genesis, options.genesisHash),
    ...ofKeys,
    ...modules.checks,
    ...fileChecks(bundle, draft),
    ...gapChecks(bundle.days),
    ...bundle.days.flatMap((day) => [
      ...(states.get(day.day)?.checks ?? []),
      ...dayChecks(day, genesis, { draft, verified: verified(day.day), why: voids.get(day.day) ?? null }),
    ]),
    ...proofs.checks,
    ...(draft ? [notChecked('1', 'headers', 'a draft: nothing of it is on the chain yet')] : []),
  ];
  const verdict = conclude(
    {
      chainId: genesis.chainId,
      genesisHash: genesis.hash,
      days: bundle.days.map(({ date }) => date),
      checks: settled(checks, takenOut).sort(byDayAndNumber),
      counts: { substitutes: 0, disputes: disputesOf(bundle.days), openRuns: 0, noBills: noBillsOf(bundle.days), objections: 0 },
      evidence: headers.evidence,
      resume: null,
      asOf: moment,
      validators: validatorHistory(headers, genesis),
      operators,
      copies: [],
      development: departures(genesis),
      notes: [...notes(headers, bundle.ignored, draft), ...(modules.state ? otherWeeksNote(modules.state.settlement, bundle.days) : [])],
    },
    mainDueOf(bundle.days, voids, { draft, periods: modules.periods }),
    { entries: proofs.entries, takenOut },
  );
  return { verdict, bundle, modules };
}
