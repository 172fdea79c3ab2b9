/**
 * The offline audit of a bundle: checks 1 … 9 of protocol §7 on text, without network, clock, database or secret.
 *
 * Checks 1 and 2 prove what the chain says; the others take roster, tariff, anchors, disputes and NoBills from there. A node's own draft
 * has nothing on the chain yet: there they are not run, and the verdict is partial. What a pass means: docs/audit.md.
 */
import { departures, type Genesis } from '../../protocol/genesis/index.ts';
import { type Bundle, type BundleDay, type Files, parseBundle } from '../bundle.ts';
import type { Backend } from '../verifier/index.ts';
import { anchoredLateS, bookChecks, latestEntries } from './book-checks.ts';
import { carried, namedChecks, openOf, resumeChecks } from './carried.ts';
import { byDayAndNumber, type Check, notChecked, settled } from './checks.ts';
import { copyChecks } from './copy-checks.ts';
import { correctionChecks } from './correction-checks.ts';
import { type Asked, dueOf, evidenceVersions } from './due.ts';
import { type EarlierChecks, earlierChecks } from './earlier-checks.ts';
import { faultLines, fileChecks, gapChecks, genesisChecks, ignoredNotes } from './file-checks.ts';
import { ageChecks, asOf, type Headers, headerChecks, headerNotes, type TrustOptions, validatorHistory } from './header-checks.ts';
import { type KeyOptions, pinnedKeyChecks, readKeys } from './key-checks.ts';
import { latestChainTime, linkChecks } from './link-checks.ts';
import { logChecks, type ProvenLog } from './log-checks.ts';
import { operatorChecks } from './operator-checks.ts';
import { proofChecks, type VerifyClaims } from './proof-checks.ts';
import { earlierVoids, isVoidDay, provenChecks, withoutBooks } from './proven-checks.ts';
import { type MeterDay, type Open, type Resume, resumeOf } from './resume.ts';
import { runChecks } from './run-checks.ts';
import { type OpenRun, type RunFrame, runFrame } from './run-frame.ts';
import { provenChainTime, type StateResult, stateChecks } from './state-checks.ts';
import { type Counts, conclude, type Verdict, withoutGenesis } from './verdict.ts';

export interface AuditOptions extends KeyOptions, TrustOptions {
  /**
   * bytes of a CSPRNG, e.g. `(n) => crypto.getRandomValues(new Uint8Array(n))`: whoever foresees them can slip a false proof into the batch
   */
  random: (length: number) => Uint8Array;
  /** who computes the pairings. Default: @noble/curves, which runs everywhere */
  backend?: Backend;
  /** instead of a batch on this thread: the same on several cores (audit-path.ts) */
  verifyClaims?: VerifyClaims;
  /** the node's own audit before it anchors: due is what can be known of a draft, and the verdict is partial. Default false */
  draft?: boolean;
  /** verify the bills of these meters alone; the verdict is partial and says what was left out. Default: everybody's */
  only?: ReadonlySet<string>;
  /** SHA-256 of the genesis that the reader trusts, as a verdict's genesisHash; any other is refused */
  genesisHash?: string;
  /** what an earlier audit wrote down (a verdict's `resume`): this bundle goes on from there. Not together with a trusted header */
  since?: Resume;
  /** hashes of books that the reader has audited before, besides those of `since`: the day before may come without their proofs */
  auditedBooks?: ReadonlySet<string>;
  /** the reader's clock, real time in seconds: the verdict then says how old the bundle is */
  clockUnixS?: number;
  /** chain time to judge open runs by, if later than what the bundle itself shows */
  nowUnixS?: number;
}

const DRAFT_HEADERS: Headers = {
  checks: [
    notChecked('1', 'headers', 'a draft: nothing of it is on the chain yet'),
    notChecked('2', 'log', 'a draft: nothing of it is on the chain yet'),
    notChecked('2', 'operators', 'a draft: nothing of it is on the chain yet'),
    notChecked('2', 'state proofs', "a draft: roster, tariff and disputes are as the node's own index has them"),
  ],
  state: null,
  evidence: null,
  timeOf: () => 0,
};

/** Days whose prices include copied profiles, by meter: those of version 1, since no correction changes a price. */
const copies = (days: readonly BundleDay[]): Verdict['copies'] =>
  days
    .filter((day) => day.audited)
    .map((day) => ({
      day: day.date,
      meters: (day.books.get(1)?.book.meters ?? []).filter(({ source }) => source !== 'metered').map(({ meter }) => meter),
    }))
    .filter(({ meters }) => meters.length > 0);

function count(days: readonly BundleDay[], { runs, noBills, disputes, objections }: Open): Counts {
  const entries = days.filter((day) => day.audited).flatMap((day) => latestEntries(day));
  return {
    substitutes: entries.filter((e) => e.source === 'substitute').length,
    disputes: disputes.length,
    openRuns: runs.length,
    noBills: noBills.length,
    objections: objections.length,
  };
}

function notes(genesis: Genesis, { days, ignored }: Bundle, headers: Headers, options: AuditOptions): string[] {
  const linkOnly = days.filter((day) => !day.audited);
  return [
    ...headerNotes(headers),
    ...(options.only ? ['Only some bills were verified, as asked: that the prices are the rule of the true sums was not.'] : []),
    ...(options.draft ? ['A draft: books without an anchor were accepted.'] : []),
    ...linkOnly.map((day) => {
      const late = day.chain !== null && anchoredLateS(day.chain, genesis) > 0 ? ', and its book was anchored late' : '';
      return `${day.date} is here for the links of the day after; its own links were not audited${late}.`;
    }),
    ...ignoredNotes(ignored),
  ];
}

/**
 * Audits a bundle.
 * @param files path → text, paths as in docs/audit.md, relative to the bundle, with `/`
 * @returns the verdict; a bad bundle is never an exception
 * @throws VerifierError when `random` does not deliver
 */
export const auditBundle = (files: Files, options: AuditOptions): Promise<Verdict> => auditParsed(parseBundle(files), options);

/** As auditBundle, of a bundle that has been parsed. */
export const auditParsed = (bundle: Bundle, options: AuditOptions): Promise<Verdict> => auditWithout(new Set(), bundle, options);

const askedOf = ({ draft, only, since, auditedBooks }: AuditOptions): Asked => ({
  draft: draft ?? false,
  goesOn: since !== undefined,
  only,
  known: new Set([...(since?.lastBooks ?? []), ...(auditedBooks ?? [])]),
});

/** What the checks of single days are made of. */
interface OfDays {
  bundle: Bundle;
  genesis: Genesis;
  headers: Headers;
  log: ProvenLog | null;
  /** what each day's state proofs show */
  states: ReadonlyMap<number, StateResult>;
  /** days whose books count for nothing, which are not in `bundle` any more */
  voids: ReadonlySet<number>;
  proofs: readonly Check[];
  /** days that copies may come from */
  seen: EarlierChecks['seen'];
  asked: Asked;
  nowUnixS: number;
}

/** What each day's state proofs show, and the days that are void by them. A draft has none: the node tells void days by its own index. */
function stateResults(
  days: readonly BundleDay[],
  { draft, headers, genesis, log }: { draft: boolean; headers: Headers; genesis: Genesis; log: ProvenLog | null },
): Pick<OfDays, 'states' | 'voids'> {
  const judged = draft ? [] : days;
  const states = new Map(
    judged.map((day, i) => [day.day, stateChecks(day, { headers, genesis, log, isLast: i === days.length - 1 })] as const),
  );
  return { states, voids: new Set([...states].flatMap(([day, { verified }]) => (verified && isVoidDay(verified) ? [day] : []))) };
}

/** Every day's lines, and those of the runs in them. */
function daysChecks(of: OfDays, since: Resume | undefined): { checks: Check[]; runs: readonly OpenRun[]; frame: RunFrame } {
  const { bundle, genesis, headers, states, voids, proofs, seen, asked, nowUnixS } = of;
  const { days } = bundle;
  const copyFrame = { seen, believed: asked.draft || headers.state !== null, nowUnixS };
  const next = new Map([...states].flatMap(([day, { next: roster }]) => (roster ? [[day + 1, roster] as const] : [])));
  const evidence = (day: BundleDay) => evidenceVersions(day, asked);
  const frame = runFrame(days, genesis, { evidence, next, carried: since?.runs ?? [], voids, nowUnixS });
  const checks = days.flatMap((day): Check[] => {
    const before = frame.byDay.get(day.day - 1);
    const link = { day: before, evidence: before ? evidence(before) : new Set<number>(), isVoid: voids.has(day.day - 1) };
    const isVoid = voids.has(day.day);
    const { verified, checks: ofState } = states.get(day.day) ?? { verified: null, checks: [] };
    return [
      ...ofState,
      ...(verified ? provenChecks(day, verified, genesis) : []),
      ...bookChecks(day, before, genesis, { draft: asked.draft, nowUnixS, isVoid }),
      ...(day.proven && !isVoid && (day.audited || !asked.draft) ? copyChecks(day, copyFrame) : []),
      ...(asked.draft ? [] : correctionChecks(day, frame, genesis)),
      ...proofs.filter((check) => check.day === day.date),
      ...(day.audited ? linkChecks(day, link, genesis) : []),
      ...pinnedKeyChecks(day, genesis),
    ];
  });
  const upTo = Math.max(since?.lastDay ?? 0, ...days.filter(({ audited }) => audited).map(({ day }) => day));
  const runs = asked.draft ? { checks: [], open: [] } : runChecks(frame, genesis, upTo);
  return { checks: [...checks, ...runs.checks], runs: runs.open, frame };
}

/** A day that is here for its links alone may name what the earlier audit left open. */
const eachOnce = <T extends MeterDay>(...lists: (readonly T[])[]): T[] => [
  ...new Map(lists.flat().map((one) => [`${one.day}/${one.meter}`, one])).values(),
];

/** What an audit that goes on has to find, and what is open after all. */
function sinceChecks(
  since: Resume | undefined,
  { bundle, genesis, log, voids, nowUnixS }: OfDays,
  { frame, runs }: { frame: RunFrame; runs: readonly OpenRun[] },
): Open & { checks: Check[] } {
  const own = openOf(frame, genesis);
  if (!since) return { ...own, runs, checks: [] };
  const earlier = carried(since, { days: bundle.days, log, nowUnixS });
  return {
    checks: [
      ...resumeChecks(since, genesis, bundle.days),
      ...namedChecks(since, bundle.days, log),
      ...earlier.checks,
      ...earlierVoids(since.voids, voids),
    ],
    runs,
    unbilled: eachOnce(own.unbilled, earlier.unbilled),
    corrections: eachOnce(own.corrections, earlier.corrections),
    noBills: eachOnce(own.noBills, earlier.noBills),
    disputes: eachOnce(own.disputes, earlier.disputes),
    objections: eachOnce(own.objections, earlier.objections),
    voids: [...new Set([...since.voids, ...own.voids])],
  };
}

/**
 * An audit with checks taken out, named as in `5 bills`: each passes whatever it found. No reader's business: it shows what an audit would
 * let through that did not have them.
 */
export async function auditWithout(takenOut: ReadonlySet<string>, given: Bundle, options: AuditOptions): Promise<Verdict> {
  if (given.genesis.fault) return withoutGenesis(faultLines({ id: '3', name: 'genesis' }, given.genesis.fault));
  const genesis = given.genesis.value;
  const draft = options.draft ?? false;
  const asked = askedOf(options);
  const headers = draft ? DRAFT_HEADERS : headerChecks(given, genesis, { ...options, resume: options.since?.light ?? null });
  const { checks: ofLog, log } = draft ? { checks: [], log: null } : logChecks(given, headers, genesis, options.since?.nextSeq ?? null);
  const { checks: ofOperators, operators } = draft ? { checks: [], operators: null } : operatorChecks(given, headers, genesis);
  const { states, voids } = stateResults(given.days, { draft, headers, genesis, log });
  const days = given.days.map((day) => (voids.has(day.day) ? withoutBooks(day) : day));
  const bundle = { ...given, days };
  const { keys, checks: keyChecks } = readKeys(genesis, options);
  const nowUnixS = Math.max(options.nowUnixS ?? 0, latestChainTime(days), provenChainTime(headers));
  const proofs = await proofChecks(days, genesis, keys, options);
  const verified = new Map([...states].map(([day, state]) => [day, state.verified]));
  const earlier = earlierChecks(bundle, genesis, { headers: draft ? null : headers, verified });
  const checks = [
    ...headers.checks,
    ...ofLog,
    ...ofOperators,
    ...ageChecks(asOf(headers, genesis, options.clockUnixS), genesis),
    ...genesisChecks(genesis, options.genesisHash),
    ...keyChecks,
    ...fileChecks(bundle, draft),
    ...gapChecks(days, options.since),
    ...earlier.checks,
  ];
  const shared = { bundle, genesis, headers, log, states, voids, asked, nowUnixS };
  const of: OfDays = { ...shared, proofs: proofs.checks, seen: earlier.seen };
  const ofDays = daysChecks(of, options.since);
  const { checks: ofSince, ...open } = sinceChecks(options.since, of, ofDays);
  checks.push(...ofDays.checks, ...ofSince);
  const said = {
    chainId: genesis.chainId,
    genesisHash: genesis.hash,
    days: days.filter((day) => day.audited).map((day) => day.date),
    checks: settled(checks, takenOut).sort(byDayAndNumber),
    counts: count(days, open),
    evidence: headers.evidence,
    resume: null,
    asOf: asOf(headers, genesis, options.clockUnixS),
    validators: validatorHistory(headers, genesis),
    operators,
    copies: copies(days),
    development: departures(genesis),
    notes: notes(genesis, bundle, headers, options),
  };
  const verdict = conclude(said, dueOf(days, voids, asked), { entries: proofs.entries, takenOut });
  return verdict.exitCode === 0 || verdict.exitCode === 3
    ? {
        ...verdict,
        resume: resumeOf(genesis, days, open, { light: headers.state, nextSeq: log?.nextSeq ?? null, earlier: options.since ?? null }),
      }
    : verdict;
}
