/** What a chain node shows of a day: state proofs, what they say, and the books that the chain has verified. */
import { type Genesis, isShared, type SharedGenesis } from '../../../protocol/genesis/index.ts';
import {
  bookPath,
  type ChainFile,
  compareAddresses,
  dayPath,
  dayToDate,
  decodeSharedWhole,
  decodeWhole,
  encodeChainFile,
  encodeRosterFile,
  encodeStateFile,
  isVoid,
  type LogEntry,
  proofsPath,
  type StateFile,
} from '../../../protocol/index.ts';
import {
  METER_STORE,
  type NoBillState,
  type ProvenState,
  type RosterState,
  readAnchor,
  readDispute,
  readFinalReading,
  readNoBill,
  readProven,
  readRoster,
  readSlotPrices,
  readTariffInForce,
  StateReader,
  stateKeys,
  stateRanges,
  verifyState,
} from '../../../reader/light/index.ts';
import { believed, FatalError } from '../errors.ts';
import type { Target } from '../range-proof.ts';
import { stateOf } from '../state-proofs.ts';
import { bookFromBlocks } from './wholes.ts';

export interface NodeDay {
  day: number;
  state: StateFile;
  roster: RosterState;
  chain: ChainFile;
  /** of the versions that are proven: texts */
  books: ReadonlyMap<number, { book: string; proofs: string }>;
  /** the chain has verified version 1 */
  proven: boolean;
  /** it has not, and takes none any more: there is no book to show */
  isVoid: boolean;
}

/**
 * The day as it is in the state; null where it is not frozen. `newest`: where it is asked what is proven by now, which a bundle does not
 * show; `log`: the chain's, for NoBills that were withdrawn
 */
export async function dayOf(
  target: Target,
  day: number,
  { newest, log, nowUnixS, genesis }: { newest: Target; log: readonly LogEntry[]; nowUnixS: number; genesis: Genesis | SharedGenesis },
): Promise<NodeDay | null> {
  const state = await stateOf(target, day);
  const reader = new StateReader(state, target.appHash);
  const roster = reader.one(stateKeys.roster(day, false), state.roster, readRoster);
  if (!roster) return null;
  const chain = chainOf(target, { state, roster, log });
  const books = new Map<number, { book: string; proofs: string }>();
  const proven = reader.one(stateKeys.proven(day, 1), state.proven[0], readProven) !== null;
  const done = { day, state, roster, chain, books, proven };
  for (const { version } of chain.anchors) {
    const found = await provenOf(newest, day, version);
    if (found) books.set(version, await bookFromBlocks(target.node, found, isShared(genesis) ? decodeSharedWhole : decodeWhole));
    else if (version === 1 && isVoid({ frozenUnixS: roster.unixS, proven: false }, nowUnixS)) return { ...done, isVoid: true };
    else throw new NotProven(day, `version ${version} of its book is anchored, and the chain has no proofs of it yet`);
  }
  return { ...done, isVoid: false };
}

/** A day of which there is nothing to show whole. */
export class NotProven extends FatalError {
  constructor(day: number, why: string) {
    super('not-proven', `${dayToDate(day)}: ${why}`);
  }
}

/** What the state says of a day. */
function chainOf(
  { appHash, chainId }: Target,
  { state, roster, log }: { state: StateFile; roster: RosterState; log: readonly LogEntry[] },
): ChainFile {
  const { day } = state;
  const reader = new StateReader(state, appHash);
  const late = reader.one(stateKeys.roster(day, true), state.lateRoster, readRoster);
  const { height: _, ...tariff } = readTariffInForce(day, reader.shown(stateKeys.tariff(day), state.tariff));
  return {
    chainId,
    day,
    frozenUnixS: roster.unixS,
    frozenHeight: roster.height,
    rosterDigest: roster.digest,
    tariff,
    slotPrices: reader.all(stateRanges.slotPrices(day), state.slotPrices, readSlotPrices).map(({ height: _, ...prices }) => prices),
    anchors: reader.all(stateRanges.anchors(day), state.anchors, readAnchor).map(({ day: _, ...anchor }) => anchor),
    disputes: reader.all(stateRanges.disputes(day), state.disputes, readDispute).map(({ meter, reason }) => ({ meter, reason })),
    noBills: noBillsOf(day, reader.all(stateRanges.noBills(day), state.noBills, readNoBill), log),
    finalReadings: reader
      .all(stateRanges.finalReadings(day), state.finalReadings, readFinalReading)
      .map(({ day: _, ...reading }) => reading),
    lateRoster: late && { digest: late.digest, frozenUnixS: late.unixS, frozenHeight: late.height, meters: late.roster.meters },
    provenance: 'exported',
  };
}

/** The state has those that are open; the log those that were withdrawn, too. */
function noBillsOf(day: number, open: readonly NoBillState[], log: readonly LogEntry[]): ChainFile['noBills'] {
  const standing = new Set(open.map(({ meter }) => meter));
  const said = log.flatMap((entry) => (entry.kind === 'no-bill' && entry.day === day && entry.meter !== null ? [entry.meter] : []));
  return [...new Set([...standing, ...said])].sort(compareAddresses).map((meter) => ({ meter, open: standing.has(meter) }));
}

async function provenOf({ node, height, appHash }: Target, day: number, version: number): Promise<ProvenState | null> {
  const key = stateKeys.proven(day, version);
  const [ops] = await node.stateProofs(METER_STORE, [key], height);
  return believed(node, `proven book of day ${day}`, () => {
    const shown = verifyState(appHash, METER_STORE, key, ops);
    return shown.absent ? null : readProven({ key, value: shown.value });
  });
}

/** The files of a day. `isLast`: of the days asked for, whose state says what follows. */
export function filesOf({ day, state, roster, chain, books }: NodeDay, { isLast }: { isLast: boolean }): Record<string, string> {
  const date = dayToDate(day);
  return {
    [dayPath(date, 'roster')]: encodeRosterFile(roster.roster, roster.digest),
    [dayPath(date, 'chain')]: encodeChainFile(chain),
    [dayPath(date, 'state')]: encodeStateFile(isLast ? state : { ...state, following: null }),
    ...Object.fromEntries(
      [...books].flatMap(([version, { book, proofs }]) => [
        [bookPath(date, version), book],
        [proofsPath(date, version), proofs],
      ]),
    ),
  };
}
