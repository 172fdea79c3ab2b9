/**
 * What an audit concludes (protocol §7): checks kept from running, matters that are forgotten from one audit to the next, evidence that
 * nobody verified. Everything in these bundles that is checked holds; what is false is what a careless reader takes for checked.
 */
import {
  bookHash,
  type ChainFile,
  encodeBook,
  encodeChainFile,
  parseBook,
  parseChainFile,
  parseRosterFile,
  perCircuit,
  VOID_AFTER_S,
} from '../src/protocol/index.ts';
import type { AuditOptions } from '../src/reader/audit/index.ts';
import { offSubgroup } from '../test/kit/attack/careless-verifiers.ts';
import {
  DAY1,
  DAY2,
  day1,
  day2,
  type Files,
  honest,
  measured,
  meterOf,
  onItsChain,
  overlay,
  path2,
  plan2,
} from '../test/kit/attack/forged-bundle.ts';
import { bookDay } from '../test/kit/attack/forged-day.ts';
import { booksOf, edit, load } from '../test/kit/audit/bundles.ts';
import { type Logged, withChain } from '../test/kit/audit/chain.ts';
import { FIRST_DAY } from '../test/kit/audit/readings.ts';
import { type VkJson, verificationKeys } from '../test/kit/development-keys.ts';
import type { Attack } from './attack.ts';
import { audit, auditAttack } from './audit-attack.ts';
import { corrected, LATE_S, lateMeters } from './books.ts';
import { forgedBundle } from './keys.ts';

const group = 'conclusions';
const YEARS_LATER = 1_900_000_000;

// ── Keys ─────────────────────────────────────────────────────────────────────

const deltaOutside = (): VkJson => ({ ...verificationKeys()['day-bill'], vk_delta_2: [...offSubgroup(), ['1', '0']] }) as VkJson;

/** Books that call the development keys by names of the operator's own. */
const underAnotherName = (): Promise<Files> => onItsChain(bookDay({ ...plan2('renamed keys'), keys: perCircuit(() => 'ab'.repeat(32)) }));

// ── From one audit to the next ───────────────────────────────────────────────

/** The first day of `exceptions` as the next month has it: for its links, with a correction that nobody proved and whose ends fit. */
function unprovenCorrection(): Files {
  const files = load('exceptions');
  const [first, second] = [DAY1, DAY2].map((date) => parseBook(files.get(`days/${date}/book.json`)!));
  const chain = parseChainFile(files.get(`days/${DAY1}/chain.json`)!);
  const { digest, meters } = parseRosterFile(files.get(`days/${DAY1}/roster.json`)!);
  const frozen = { frozenUnixS: chain.frozenUnixS + LATE_S + 3, frozenHeight: chain.frozenHeight + 500_000 };
  const corrections = first.meters
    .filter(({ source }) => source !== 'metered')
    .map((m) => {
      const end = second.meters.find((n) => n.meter === m.meter)!.L0;
      return { ...m, copied: null, B: 7n, L0: end, L1: end };
    });
  const text = encodeBook({ ...first, version: 2, X: null, meters: corrections, rosterDigest: digest });
  files.set(`days/${DAY1}/book.v2.json`, text);
  files.set(
    `days/${DAY1}/chain.json`,
    encodeChainFile({
      ...chain,
      lateRoster: { digest, ...frozen, meters },
      anchors: [
        ...chain.anchors,
        { version: 2, bookHash: bookHash(text), totals: null, height: frozen.frozenHeight + 9, unixS: frozen.frozenUnixS + 9 },
      ],
    }),
  );
  files.delete(`days/${DAY1}/proofs.json`);
  return withChain(files);
}

/** What an audit of both days saved, before anything was corrected. */
async function beforeTheCorrection(): Promise<Partial<AuditOptions>> {
  const { resume } = await audit(load('exceptions'));
  return { since: resume! };
}

const correctedDay = (): number => parseChainFile(load('exceptions').get(`days/${DAY1}/chain.json`)!).day;
/** The chain's log when both days were audited, and a correction of the first since. */
const logged = (): Logged[] => [
  ...parseChainFile(load('exceptions').get(`days/${DAY1}/chain.json`)!).disputes.map(
    ({ meter }): Logged => ({ kind: 'dispute', day: correctedDay(), meter }),
  ),
  { kind: 'correction', day: correctedDay(), version: 2 },
];
const LATER = { height: 900_000, nowUnixS: FIRST_DAY * 86_400 + 3_000_000 };

/** The month after: both days as the earlier audit saw them, on a chain that has logged a correction since. */
const withoutTheCorrection = (): Files => withChain(load('exceptions'), { ...LATER, log: logged() });

/** The days as of the earlier audit's block, beside a newer header whose log names the correction. */
function correctionHidden(): Files {
  const old = load('exceptions');
  const files = withoutTheCorrection();
  const [{ header, commit }] = JSON.parse(old.get('light.json')!).blocks;
  files.set(`days/${DAY1}/state.json`, old.get(`days/${DAY1}/state.json`)!);
  edit(files, 'light.json', (light) => light.blocks.unshift({ header, commit }));
  return files;
}

/** The log with its last entry cut off. */
function logShortened(): Files {
  const files = withoutTheCorrection();
  edit(files, 'log.json', (log) => log.proofs.pop());
  return files;
}

/** The log with an entry in its middle left out. */
function logEntryLeftOut(): Files {
  const files = withoutTheCorrection();
  edit(files, 'log.json', (log) => log.proofs.splice(1, 1));
  return files;
}

/** The log as of the earlier audit's header, beside a newer one. */
function logOfAnOlderHeader(): Files {
  const old = load('exceptions');
  const files = withoutTheCorrection();
  const [{ header, commit }] = JSON.parse(old.get('light.json')!).blocks;
  files.set('log.json', old.get('log.json')!);
  edit(files, 'light.json', (light) => light.blocks.unshift({ header, commit }));
  return files;
}

/** Both days again, as they are: the late statement that the earlier audit left to be billed is of a day that is not here. */
async function leftToBeBilled(): Promise<Partial<AuditOptions>> {
  const { resume } = await audit(await honest());
  const unbilled = [{ day: FIRST_DAY - 9, meter: meterOf('missing'), dueUnixS: FIRST_DAY * 86_400 }];
  return { since: { ...resume!, firstDay: FIRST_DAY - 20, unbilled } };
}

const firstBookOnly = (): Partial<AuditOptions> => ({ auditedBooks: booksOf(load('exceptions'), DAY1) });

/** The second day again, without the one before it: the earlier audit has a run of it as open, long overdue. */
async function dayAfterARunAlone(): Promise<Files> {
  const files = await honest();
  for (const path of [...files.keys()]) if (path.startsWith(`days/${DAY1}/`)) files.delete(path);
  const before = [{ roster: day1().roster }];
  return withChain(files, { before, height: day2().chain.anchors[0].height + 500_000, nowUnixS: YEARS_LATER });
}

async function withAnOpenRun(): Promise<Partial<AuditOptions>> {
  const { resume } = await audit(await honest());
  // The earlier audit ended with a header below all of this bundle's.
  const run = { meter: meterOf('consumer'), firstDay: FIRST_DAY, lastDay: FIRST_DAY, follows: 'metered' as const };
  return { since: { ...resume!, runs: [run] } };
}

/** The earlier audit began days after these: what closes the run with which they end is in neither. */
async function weeksLater(): Promise<Partial<AuditOptions>> {
  const { resume } = await audit(load('substituted'));
  const { lastDay } = resume!;
  return { since: { ...resume!, firstDay: lastDay + 8, lastDay: lastDay + 20, runs: [] } };
}

// ── Late statements and late disputes ────────────────────────────────────────

/** The late roster has the missing meter's statement; no correction is ever anchored. */
async function lateStatementUnbilled(): Promise<Files> {
  const first = day2();
  const { digest, meters } = await lateRosterOf();
  const frozen = { frozenUnixS: first.chain.frozenUnixS + LATE_S + 3, frozenHeight: first.chain.frozenHeight + 500_000 };
  const chain: ChainFile = { ...first.chain, lateRoster: { digest, ...frozen, meters } };
  const files = await overlay(await honest(), first);
  files.set(path2('chain.json'), encodeChainFile(chain));
  return withChain(files, { nowUnixS: frozen.frozenUnixS + 172_802 });
}

async function lateRosterOf(): Promise<{ digest: string; meters: NonNullable<ChainFile['lateRoster']>['meters'] }> {
  const files = await corrected({});
  const { digest } = JSON.parse(files.get(path2('chain.json'))!).lateRoster;
  return { digest, meters: lateMeters() };
}

/** Version 1 has the producer's day as it signed it, proven. Version 2 disputes it and sells the same energy in other slots. */
async function disputedAfterwards(): Promise<Files> {
  const values = measured('producer');
  const files = await corrected({
    name: 'disputed after it was proven',
    entries: [{ source: 'disputed', values: { ...values, exportWh: [...values.exportWh].reverse() } }],
    roster: day2().roster.meters,
  });
  edit(files, path2('chain.json'), (chain) => {
    chain.disputes = [{ meter: meterOf('producer'), reason: 'commitment-mismatch' }];
  });
  return withChain(files);
}

/** State proofs of the anchor's block beside a header of months later: what came of the next day is not in sight. */
async function oldState(): Promise<Files> {
  const files = await honest();
  const old = new Map(files);
  const [{ header, commit, validators }] = JSON.parse(files.get('light.json')!).blocks;
  withChain(files, { height: Number(header.height) + 500_000, nowUnixS: day2().chain.frozenUnixS + 80 * 86_400 });
  for (const date of [DAY1, DAY2]) files.set(`days/${date}/state.json`, old.get(`days/${date}/state.json`)!);
  edit(files, 'light.json', (light) => {
    light.blocks.unshift(validators === undefined ? { header, commit } : { header, commit, validators });
  });
  return files;
}

/** Day 2 anchored in time and proven to nobody: the chain never verified its book. */
const neverVerified = (): Promise<Files> =>
  onItsChain(day2(), {
    provenAt: (day, _version, unixS) => (day === FIRST_DAY + 1 ? null : unixS),
    nowUnixS: day2().chain.frozenUnixS + VOID_AFTER_S,
  });

export const conclusionAttacks: readonly Attack[] = [
  auditAttack({
    name: 'book-never-verified',
    group,
    by: 'operator',
    does: 'anchors a book and never has the chain verify it, so that nobody but its readers has its proofs',
    refusedBy: ['3 proven'],
    bundle: neverVerified,
  }),
  auditAttack({
    name: 'key-outside-the-subgroup',
    group,
    by: 'operator',
    does: 'pins a DayBill key under which no verifier can verify, so that no bill is',
    refusedBy: ['8 day-bill key'],
    bundle: () => forgedBundle(deltaOutside(), { ratio: 1n }),
  }),
  auditAttack({
    name: 'development-keys-under-another-name',
    group,
    by: 'operator',
    does: 'bills with the development keys, and calls them those of a ceremony',
    refusedBy: ['8 clearing key', '8 day-bill key', '8 keys', '8 substitute key'],
    bundle: underAnotherName,
    options: () => ({ developmentKeys: false }),
  }),
  auditAttack({
    name: 'correction-that-nobody-proved',
    group,
    by: 'operator',
    does: "anchors a correction without a proof, whose ends close the next month's open links",
    refusedBy: ['4 inputs', '5 bills', '9 points'],
    bundle: async () => unprovenCorrection(),
    options: firstBookOnly,
  }),
  auditAttack({
    name: 'open-run-forgotten',
    group,
    by: 'operator',
    does: 'exports the day after an overdue open run without the day before',
    refusedBy: ['7 links', '7 runs'],
    bundle: dayAfterARunAlone,
    options: withAnOpenRun,
  }),
  auditAttack({
    name: 'days-before-a-gap',
    group,
    by: 'operator',
    does: 'answers an audit that goes on with days long before it, the last of them in an open run, and nothing of what lies between',
    refusedBy: ['3 resumed'],
    bundle: async () => load('substituted'),
    options: weeksLater,
  }),
  auditAttack({
    name: 'late-statement-left-out',
    group,
    by: 'operator',
    does: 'never bills what a meter signed in time for the late roster',
    refusedBy: ['3 late'],
    bundle: lateStatementUnbilled,
  }),
  auditAttack({
    name: 'disputed-after-it-was-proven',
    group,
    by: 'operator',
    does: 'disputes a day that version 1 proves, and bills it anew as it likes',
    refusedBy: ['3 meters'],
    bundle: disputedAfterwards,
  }),
  auditAttack({
    name: 'state-of-months-ago',
    group,
    by: 'operator',
    does: 'proves the last day as of its anchor, beside a header of months later',
    refusedBy: ['3 range'],
    exitCode: 2,
    bundle: oldState,
  }),
  auditAttack({
    name: 'correction-hidden-in-an-old-state',
    group,
    by: 'operator',
    does: "shows a day as of the earlier audit's block, though the log names a correction of it since",
    refusedBy: ['2 log'],
    exitCode: 2,
    bundle: async () => correctionHidden(),
    options: beforeTheCorrection,
  }),
  auditAttack({
    name: 'log-shortened',
    group,
    by: 'operator',
    does: "cuts the chain's log off before the entry of a correction",
    refusedBy: ['2 log'],
    bundle: async () => logShortened(),
    options: beforeTheCorrection,
  }),
  auditAttack({
    name: 'log-entry-left-out',
    group,
    by: 'operator',
    does: "leaves an entry of the chain's log out of its middle",
    refusedBy: ['2 log'],
    bundle: async () => logEntryLeftOut(),
    options: beforeTheCorrection,
  }),
  auditAttack({
    name: 'log-of-an-older-header',
    group,
    by: 'operator',
    does: "shows the chain's log as of an older header than the newest",
    refusedBy: ['2 log'],
    exitCode: 2,
    bundle: async () => logOfAnOlderHeader(),
    options: beforeTheCorrection,
  }),
  auditAttack({
    name: 'late-statement-forgotten',
    group,
    by: 'operator',
    does: 'never bills a late statement, and exports its day no more',
    refusedBy: ['3 earlier late'],
    bundle: async () => withChain(await honest(), LATER),
    options: leftToBeBilled,
  }),
];
