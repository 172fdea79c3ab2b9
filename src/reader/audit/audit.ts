/**
 * The offline audit of a bundle: checks 1 … 9 of protocol §7 on text, without network, clock, database or secret.
 *
 * Checks 1 and 2 prove what the chain says; the others take roster, tariff, anchors, disputes and NoBills from there. A node's own draft
 * has nothing on the chain yet: there they are not run, and the verdict is partial. What a pass means: docs/audit.md.
 */
import { departures, type Genesis } from '../../protocol/genesis/index.ts';
import { dayToDate } from '../../protocol/index.ts';
import { type Bundle, type BundleDay, type Files, parseBundle } from '../bundle.ts';
import type { Backend } from '../verifier/index.ts';
import { anchoredLateS, bookChecks, latestEntries } from './book-checks.ts';
import { type Check, lines, notChecked } from './checks.ts';
import { copyChecks } from './copy-checks.ts';
import { correctionChecks, type RunFrame } from './correction-checks.ts';
import { type Asked, dueOf, evidenceVersions } from './due.ts';
import { earlierChecks } from './earlier-checks.ts';
import { faultLines, fileChecks, gapChecks } from './file-checks.ts';
import { ageChecks, asOf, type Headers, headerChecks, headerNotes, type TrustOptions, validatorHistory } from './header-checks.ts';
import { type KeyOptions, pinnedKeyChecks, readKeys } from './key-checks.ts';
import { latestChainTime, linkChecks } from './link-checks.ts';
import { proofChecks, type VerifyClaims } from './proof-checks.ts';
import { carriedDays, carriedLinks, type OpenLink, type Resume, resumeChecks, resumeOf } from './resume.ts';
import { provenChainTime, staleNotes, stateChecks } from './state-checks.ts';
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
  /** chain time to judge open links by, if later than what the bundle itself shows */
  nowUnixS?: number;
}

const DRAFT_HEADERS: Headers = {
  checks: [
    notChecked('1', 'headers', 'a draft: nothing of it is on the chain yet'),
    notChecked('2', 'state proofs', "a draft: roster, tariff and disputes are as the node's own index has them"),
  ],
  state: null,
  evidence: null,
  timeOf: () => 0,
};

/** Everything hangs on the genesis: it names the chain and pins the keys. A reader who knows which one it should be says so. */
function genesisChecks(genesis: Genesis, trusted: string | undefined): Check[] {
  const faults =
    trusted === undefined || trusted === genesis.hash
      ? []
      : [{ detail: `genesis.json has hash ${genesis.hash}, the trusted one is ${trusted}` }];
  return lines(
    { id: '3', name: 'genesis' },
    faults,
    `${genesis.hash}${trusted === undefined ? ', taken on trust: compare it with one from a source of your own' : ', the trusted one'}`,
  );
}

/** Days with substitutes, by meter: their prices include profiles that were copied. */
const copies = (days: readonly BundleDay[]): Verdict['copies'] =>
  days
    .filter((day) => day.audited)
    .map((day) => ({
      day: day.date,
      meters: latestEntries(day)
        .filter(({ source }) => source === 'substitute')
        .map(({ meter }) => meter),
    }))
    .filter(({ meters }) => meters.length > 0);

function count(days: readonly BundleDay[], openLinks: number): Counts {
  const entries = days.filter((day) => day.audited).flatMap((day) => latestEntries(day));
  return {
    substitutes: entries.filter((e) => e.source === 'substitute').length,
    disputes: entries.filter((e) => e.source === 'disputed').length,
    openLinks,
    noBills: days.reduce((sum, { chain }) => sum + (chain?.noBills.filter((n) => n.open).length ?? 0), 0),
  };
}

function notes(genesis: Genesis, { days, ignored }: Bundle, headers: Headers, options: AuditOptions): string[] {
  const linkOnly = days.filter((day) => !day.audited);
  return [
    ...headerNotes(headers),
    ...staleNotes(days, headers),
    ...(options.only ? ['Only some bills were verified, as asked: that the prices are the rule of the true sums was not.'] : []),
    ...(options.draft ? ['A draft: books without an anchor were accepted.'] : []),
    ...linkOnly.map((day) => {
      const late = day.chain !== null && anchoredLateS(day.chain, genesis) > 0 ? ', and its book was anchored late' : '';
      return `${day.date} is here for the links of the day after; its own links were not audited${late}.`;
    }),
    ...(options.since
      ? [`Days up to ${dayToDate(options.since.lastDay)} that are not here were not looked at: corrections of them since are not covered.`]
      : []),
    ...(ignored.length === 0
      ? []
      : [`Not looked at: ${ignored.slice(0, 5).join(', ')}${ignored.length > 5 ? ` and ${ignored.length - 5} more` : ''}.`]),
  ];
}

/** What about a chain production would not have. */
const developmentOf = (genesis: Genesis, developmentKeys: boolean): string[] => [
  ...departures(genesis),
  ...(developmentKeys ? ['development keys, with which whoever made them can forge proofs'] : []),
];

/**
 * Audits a bundle.
 * @param files path → text, paths as in docs/audit.md, relative to the bundle, with `/`
 * @returns the verdict; a bad bundle is never an exception
 * @throws VerifierError when `random` does not deliver
 */
export const auditBundle = (files: Files, options: AuditOptions): Promise<Verdict> => auditParsed(parseBundle(files), options);

/** As auditBundle, of a bundle that has been parsed. */
export const auditParsed = (bundle: Bundle, options: AuditOptions): Promise<Verdict> => auditWithout(new Set(), bundle, options);

/** What runs are judged by: the days in sight, and where a meter's service is seen to begin. */
function runFrame(days: readonly BundleDay[], genesis: Genesis, asked: Asked, nowUnixS: number): RunFrame {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const firstDays = new Map(genesis.meters.map(({ meter, firstDay }) => [meter, firstDay]));
  return {
    days,
    nowUnixS,
    evidence: (day) => evidenceVersions(day, asked),
    beginsWith(meter, day) {
      const before = byDay.get(day - 1)?.roster;
      if (before) return !before.meters.some((one) => one.meter === meter);
      return firstDays.get(meter) === day ? true : undefined;
    },
  };
}

/** A check that is out passes, whatever it found. */
const settled = (checks: readonly Check[], takenOut: ReadonlySet<string>): Check[] =>
  checks.map((check) =>
    takenOut.has(`${check.id} ${check.name}`) ? { ...check, status: 'passed', detail: `taken out: ${check.detail}` } : check,
  );

/**
 * An audit with checks taken out, named as in `5 bills`: each passes whatever it found. No reader's business: it shows what an audit would
 * let through that did not have them.
 */
export async function auditWithout(takenOut: ReadonlySet<string>, bundle: Bundle, options: AuditOptions): Promise<Verdict> {
  if (bundle.genesis.fault) return withoutGenesis(faultLines({ id: '3', name: 'genesis' }, bundle.genesis.fault));
  const genesis = bundle.genesis.value;
  const { days } = bundle;
  const draft = options.draft ?? false;
  const asked: Asked = {
    draft,
    only: options.only,
    known: new Set([...(options.since?.lastBooks ?? []), ...(options.auditedBooks ?? [])]),
  };
  const headers = draft ? DRAFT_HEADERS : headerChecks(bundle, genesis, { ...options, resume: options.since?.light ?? null });
  const { keys, checks: keyChecks, development } = readKeys(genesis, options);
  const byDay = new Map(days.map((day) => [day.day, day]));
  const nowUnixS = Math.max(options.nowUnixS ?? 0, latestChainTime(days), provenChainTime(headers));
  const proofs = await proofChecks(days, genesis, keys, {
    random: options.random,
    ...(options.backend ? { backend: options.backend } : {}),
    ...(options.only ? { only: options.only } : {}),
    ...(options.verifyClaims ? { verifyClaims: options.verifyClaims } : {}),
  });

  const earlier = earlierChecks(bundle, genesis, draft ? null : headers);

  const checks = [
    ...headers.checks,
    ...ageChecks(asOf(headers, genesis, options.clockUnixS), genesis),
    ...genesisChecks(genesis, options.genesisHash),
    ...keyChecks,
    ...fileChecks(bundle, draft),
    ...gapChecks(days),
    ...earlier.checks,
    ...(options.since ? resumeChecks(options.since, genesis, days) : []),
  ];
  const frame = runFrame(days, genesis, asked, nowUnixS);
  const openLinks: OpenLink[] = [];
  const fitting = new Map<number, ReadonlySet<string>>();
  for (const [i, day] of days.entries()) {
    if (!draft) checks.push(...stateChecks(day, i === days.length - 1, headers, genesis));
    const before = byDay.get(day.day - 1);
    checks.push(...bookChecks(day, before, genesis, { draft, nowUnixS }));
    if (day.proven && (day.audited || !draft)) checks.push(...copyChecks(day, earlier.seen));
    if (!draft) checks.push(...correctionChecks(day, frame, genesis));
    checks.push(...proofs.checks.filter((check) => check.day === day.date));
    if (day.audited) {
      const evidence = before ? evidenceVersions(before, asked) : new Set<number>();
      const links = linkChecks(day, { day: before, evidence }, genesis, draft ? 0 : nowUnixS);
      checks.push(...links.checks);
      openLinks.push(...links.open.map((meter) => ({ day: day.day, meter })));
      fitting.set(day.day, links.fitting);
    }
    checks.push(...pinnedKeyChecks(day, genesis));
  }
  if (options.since) {
    const carried = carriedLinks(options.since, genesis, { fitting, open: openLinks }, nowUnixS);
    checks.push(...carried.checks, ...carriedDays(options.since, genesis, days, nowUnixS));
    openLinks.push(...carried.open);
  }
  const said = {
    chainId: genesis.chainId,
    genesisHash: genesis.hash,
    days: days.filter((day) => day.audited).map((day) => day.date),
    checks: settled(checks, takenOut).sort((a, b) => (a.day ?? '').localeCompare(b.day ?? '', 'en') || a.id.localeCompare(b.id, 'en')),
    counts: count(days, openLinks.length),
    evidence: headers.evidence,
    resume: null,
    asOf: asOf(headers, genesis, options.clockUnixS),
    validators: validatorHistory(headers, genesis),
    copies: copies(days),
    development: developmentOf(genesis, development && options.developmentKeys),
    notes: notes(genesis, bundle, headers, options),
  };
  const verdict = conclude(said, dueOf(bundle, asked), { entries: proofs.entries, takenOut });
  return verdict.exitCode === 0 || verdict.exitCode === 3
    ? { ...verdict, resume: resumeOf(genesis, days, openLinks, headers.state, options.since ?? null) }
    : verdict;
}
