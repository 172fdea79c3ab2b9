/**
 * Check 2: what the bundle says of the chain is the chain's state, by ICS-23 proofs against verified headers (protocol §7).
 *
 * Each proof is about a key that is made here, and ranges are walked from neighbour to neighbour, so the file can leave out no anchor,
 * dispute, NoBill or final reading, and invent none. What was proven is then held against roster.json and chain.json, on which all later
 * checks work. Genesis is held against the hash that the chain keeps of it: so all of it is the chain's, whoever wrote the file.
 */
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import {
  type ChainFile,
  canonicalJson,
  isVoid,
  isVoidAtFreeze,
  type Json,
  ProtocolError,
  type Roster,
  type StateFile,
} from '../../protocol/index.ts';
import type { BundleDay } from '../bundle.ts';
import {
  type AnchorState,
  appHashAfter,
  type DisputeState,
  type FinalReadingState,
  type Header,
  type LightState,
  type NoBillState,
  type ProvenState,
  type RosterState,
  readAnchor,
  readDispute,
  readFinalReading,
  readGenesisHash,
  readNextSeq,
  readNoBill,
  readProven,
  readRoster,
  readSlotPrices,
  readTariffInForce,
  type SlotPricesState,
  StateReader,
  stateKeys,
  stateRanges,
  type TariffState,
} from '../light/index.ts';
import { type Check, type Fault, lines, notChecked } from './checks.ts';
import type { Headers } from './header-checks.ts';
import { newsChecks, type ProvenLog } from './log-checks.ts';
import { type Verified, VOID_MEANS } from './proven-checks.ts';

/** What the chain's state says of a day. */
interface Proven {
  roster: RosterState | null;
  lateRoster: RosterState | null;
  tariff: TariffState;
  anchors: AnchorState[];
  books: ProvenState[];
  disputes: DisputeState[];
  noBills: NoBillState[];
  finalReadings: FinalReadingState[];
  slotPrices: SlotPricesState[];
  /** how far the chain's log was */
  nextSeq: number;
  /** of the day after; null where the file does not say */
  following: { roster: RosterState | null; anchor: AnchorState | null; book: ProvenState | null } | null;
}

function nextSeqOf(reader: StateReader, file: StateFile): number {
  const nextSeq = reader.one(stateKeys.nextSeq(), file.nextSeq, readNextSeq);
  if (nextSeq === null) throw new ProtocolError('wrong-value', 'state.nextSeq', "the number of the log's next entry");
  return nextSeq;
}

/** Verifies every proof of a day's state file. @throws ProtocolError naming what does not hold */
function prove(file: StateFile, appHash: Uint8Array, genesis: ChainGenesis): Proven {
  const { day } = file;
  const reader = new StateReader(file, appHash);
  const begun = reader.one(stateKeys.genesisHash(), file.genesis, readGenesisHash);
  if (begun !== genesis.hash)
    throw new ProtocolError('wrong-value', 'state.genesis', `${genesis.hash}, the hash of genesis.json: this chain began with ${begun}`);
  return {
    roster: reader.one(stateKeys.roster(day, false), file.roster, readRoster),
    lateRoster: reader.one(stateKeys.roster(day, true), file.lateRoster, readRoster),
    tariff: readTariffInForce(day, reader.shown(stateKeys.tariff(day), file.tariff)),
    anchors: reader.all(stateRanges.anchors(day), file.anchors, readAnchor),
    books: reader.all(stateRanges.proven(day), file.proven, readProven),
    disputes: reader.all(stateRanges.disputes(day), file.disputes, readDispute),
    noBills: reader.all(stateRanges.noBills(day), file.noBills, readNoBill),
    finalReadings: reader.all(stateRanges.finalReadings(day), file.finalReadings, readFinalReading),
    slotPrices: reader.all(stateRanges.slotPrices(day), file.slotPrices, readSlotPrices),
    nextSeq: nextSeqOf(reader, file),
    following: file.following && {
      roster: reader.one(stateKeys.roster(day + 1, false), file.following.roster, readRoster),
      anchor: reader.one(stateKeys.anchor(day + 1, 1), file.following.anchor, readAnchor),
      book: reader.one(stateKeys.proven(day + 1, 1), file.following.proven, readProven),
    },
  };
}

const sameMeters = (a: Roster['meters'], b: Roster['meters']): boolean =>
  a.length === b.length && a.every(({ meter, commitment }, i) => meter === b[i].meter && commitment === b[i].commitment);

const text = (value: unknown): string => canonicalJson(value as Json);

const plainReading = <T extends { link: bigint }>(reading: T) => ({ ...reading, link: String(reading.link) });

function listFault(what: string, proven: readonly unknown[], said: readonly unknown[]): Fault[] {
  return text(proven) === text(said)
    ? []
    : [{ detail: `chain.${what}: the chain's state has ${proven.length} of them, proven; the file lists ${said.length} or other ones` }];
}

/** What roster.json and chain.json say that the state does not. */
function contradictions(proven: Proven, chain: ChainFile, roster: Roster & { digest: string }): Fault[] {
  const faults: Fault[] = [];
  if (!proven.roster) faults.push({ detail: "the chain's state has no roster of this day" });
  else {
    if (
      proven.roster.digest !== chain.rosterDigest ||
      proven.roster.digest !== roster.digest ||
      !sameMeters(proven.roster.roster.meters, roster.meters)
    )
      faults.push({ detail: `the chain froze another roster: ${proven.roster.digest}` });
    if (proven.roster.unixS !== chain.frozenUnixS || proven.roster.height !== chain.frozenHeight)
      faults.push({ detail: `the chain froze the roster at height ${proven.roster.height}, chain time ${proven.roster.unixS}` });
  }
  const late = proven.lateRoster;
  if ((late === null) !== (chain.lateRoster === null))
    faults.push({ detail: `the chain's state has ${late ? 'a' : 'no'} late roster of this day` });
  else if (
    late &&
    chain.lateRoster &&
    (late.digest !== chain.lateRoster.digest ||
      !sameMeters(late.roster.meters, chain.lateRoster.meters) ||
      late.unixS !== chain.lateRoster.frozenUnixS ||
      late.height !== chain.lateRoster.frozenHeight)
  ) {
    faults.push({ detail: `the chain froze another late roster: ${late.digest} at height ${late.height}` });
  }
  const { height: _, ...tariff } = proven.tariff;
  const plain = (t: ChainFile['tariff']) => ({ ...t, feePerDayNel: String(t.feePerDayNel) });
  if (text(plain(tariff)) !== text(plain(chain.tariff)))
    faults.push({ detail: `the tariff in force on the chain is another one: that of day ${tariff.fromDay}` });
  return [
    ...faults,
    ...listFault(
      'anchors',
      proven.anchors.map(({ day: _, ...anchor }) => anchor),
      chain.anchors,
    ),
    ...listFault(
      'disputes',
      proven.disputes.map(({ meter, reason }) => ({ meter, reason })),
      chain.disputes,
    ),
    ...listFault(
      'noBills',
      proven.noBills.map(({ meter }) => ({ meter, open: true })),
      chain.noBills.filter(({ open }) => open),
    ),
    ...listFault(
      'finalReadings',
      proven.finalReadings.map(({ day: _, ...reading }) => plainReading(reading)),
      chain.finalReadings.map(plainReading),
    ),
    ...listFault(
      'slotPrices',
      proven.slotPrices.map(({ height: _, ...prices }) => prices),
      chain.slotPrices,
    ),
  ];
}

/**
 * A range ends where its reader wants, but the node cannot end it because it withholds the next book, or its proofs. Where they are not
 * there yet, the day has to be proven as of the newest header: what came later would not be in sight. A next day that is void is named: it
 * fails the range that contains it.
 */
function rangeFaults(following: NonNullable<Proven['following']>, isNewest: boolean, nowUnixS: number, genesis: ChainGenesis): Fault[] {
  const { roster, anchor, book } = following;
  if (book) return [];
  if (roster && genesis.params.rule !== null && isVoidAtFreeze(roster.roster.meters)) return []; // it has none
  if (roster && isVoid({ frozenUnixS: roster.unixS, proven: false }, nowUnixS))
    return [{ status: 'open', detail: `the next day is void: ${VOID_MEANS}` }];
  if (!isNewest) {
    const detail = `proven as of chain time ${nowUnixS}, though headers go further: whether the next book is withheld is not in sight`;
    return [{ detail, status: 'unreadable' }];
  }
  if (!roster || nowUnixS <= roster.unixS + genesis.params.anchorDueS) return [];
  const lateS = nowUnixS - roster.unixS;
  const missing = anchor ? 'the chain has not verified its book' : 'no book of it is anchored';
  return [{ detail: `the next day froze at chain time ${roster.unixS}, and ${lateS} s later ${missing}: withheld` }];
}

/** Whether what comes after the bundle's last day is in order (3). */
function rangeChecks(day: StateDay, proven: Proven, isNewest: boolean, nowUnixS: number, genesis: ChainGenesis): Check[] {
  const head = { id: '3' as const, name: 'range', day: day.date };
  const missing = 'state.following: expected in the last day, to show that the next book is not withheld';
  const faults: Fault[] = proven.following
    ? rangeFaults(proven.following, isNewest, nowUnixS, genesis)
    : [{ detail: missing, status: 'unreadable' }];
  return lines(head, faults, 'no later book is withheld');
}

/** What of a day is held against the chain's state. */
export type StateDay = Pick<BundleDay, 'date' | 'day' | 'roster' | 'chain' | 'state'>;

/** What a day's state proofs are judged by besides the day. */
export interface Shown {
  headers: Headers;
  genesis: ChainGenesis;
  /** null where it is not proven */
  log: ProvenLog | null;
  isLast: boolean;
}

/** What a day's state proofs show: the checks, and the roster of the day after where they show that one, too. */
export interface StateResult {
  checks: Check[];
  next: Roster | null;
  /** what the chain has verified; null where it is not proven */
  verified: Verified | null;
}

const alone = (checks: Check[]): StateResult => ({ checks, next: null, verified: null });

/** Checks 2, and what they tell about the end of the range (3). Never called for a draft. */
export function stateChecks(day: StateDay, { headers, genesis, log, isLast }: Shown): StateResult {
  const head = { id: '2' as const, name: 'state proofs', day: day.date };
  const { chain, roster, state: file } = day;
  const hanging = (because: '1' | '2', ...checks: Check[]): StateResult =>
    alone([
      ...checks,
      notChecked('3', 'proven', `what the chain has verified is not proven (check ${because})`, day.date, because),
      notChecked('2', 'log', `as of when the day is proven is not known (check ${because})`, day.date, because),
      ...(isLast ? [notChecked('3', 'range', `what comes after is not proven (check ${because})`, day.date, because)] : []),
    ]);
  if (!headers.state)
    return hanging('1', notChecked('2', 'state proofs', 'the headers they lead to are not believed (check 1)', day.date, '1'));
  if (!file || !chain || !roster)
    return alone(file ? [notChecked('2', 'state proofs', 'chain.json or roster.json could not be read', day.date)] : []);
  const said: Fault[] = [];
  if (file.chainId !== genesis.chainId) said.push({ detail: `state.chainId is ${file.chainId}, genesis says ${genesis.chainId}` });
  if (file.day !== day.day) said.push({ detail: `state.day is ${file.day}, the folder's day is ${day.day}` });
  if (said.length > 0) return hanging('2', ...lines(head, said, ''));
  try {
    const proven = prove(file, appHashAfter(headers.state, file.height), genesis);
    const at = headers.timeOf(headerOf(headers.state, file.height + 1));
    const isNewest = file.height + 1 === newestHeader(headers.state).height;
    const what = 'genesis, roster, late roster, tariff, prices of slots, anchors, proven books, disputes, NoBills and final readings';
    const summary = `${what} as in the state after block ${file.height}, chain time ${at}`;
    const checks = [
      ...lines(head, contradictions(proven, chain, roster), summary),
      ...newsChecks(day, proven.nextSeq, log),
      ...(isLast ? rangeChecks(day, proven, isNewest, at, genesis) : []),
    ];
    const books = new Map(proven.books.map((book) => [book.version, book]));
    const verified = proven.roster && { frozenUnixS: proven.roster.unixS, books, height: file.height, asOfUnixS: at };
    return { checks, next: proven.following?.roster?.roster ?? null, verified };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return hanging('2', ...lines(head, [{ detail: `state.json: ${error.message}` }], ''));
  }
}

const headerOf = (state: LightState, height: number): Header => state.headers.get(height)!;
const newestHeader = ({ headers }: LightState): Header => [...headers.values()].at(-1)!;

/** Latest chain time of the verified headers, in seconds; 0 without any. */
export function provenChainTime({ state, timeOf }: Headers): number {
  return state ? Math.max(0, ...[...state.headers.values()].map(timeOf)) : 0;
}
