/**
 * `days/YYYY-MM-DD/state.json`: the chain's own word on a day, as ICS-23 proofs of its state after one block (protocol §7, check 2).
 *
 * Every proof is of store `meter`, whose root is proven once (`store`) against the app hash of header `height` + 1. A list proves a whole
 * range: it holds absence proofs that chain from neighbour to neighbour, so that nothing between two of them can be left out. Proofs are
 * CommitmentProof messages in base64; the reader makes the keys itself, so a file cannot choose what it proves.
 */
import { canonicalJson, parseCanonical } from '../values/canonical.ts';
import { object, oneOf, small, text } from '../values/shape.ts';
import { proof, proofs, U32 } from './parts.ts';

export const STATE_FORMAT = 'electra/state/v4';

/** What is asked of the state besides ranges: one key each. */
export const STATE_SINGLES = ['genesis', 'roster', 'lateRoster', 'tariff', 'nextSeq'] as const;
/** All of a day, from key to key. */
export const STATE_RANGES = ['anchors', 'proven', 'disputes', 'noBills', 'finalReadings', 'slotPrices'] as const;

export interface StateFile {
  chainId: string;
  day: number;
  /** the proofs are of the state after this block; the next header holds its app hash */
  height: number;
  /** the store's root in the app hash */
  store: string;
  /** of the hash of the chain's genesis */
  genesis: string;
  roster: string;
  lateRoster: string;
  /** of the key of this day: the tariff itself, or the absence whose left neighbour is the tariff in force */
  tariff: string;
  /** how far the chain's log was at this block: whatever it says of this day from that number on is news */
  nextSeq: string;
  anchors: readonly string[];
  /** of the versions of the day's book that the chain has verified */
  proven: readonly string[];
  disputes: readonly string[];
  noBills: readonly string[];
  /** of meters whose last day this is */
  finalReadings: readonly string[];
  /** of the day's 96 slots: prices that were set over the tariff */
  slotPrices: readonly string[];
  /** of the day after: its roster, its first anchor, its proven version 1, there or absent. Null in all but a bundle's last day */
  following: { roster: string; anchor: string; proven: string } | null;
}

export function encodeStateFile(file: StateFile): string {
  const { day, height, anchors, proven, disputes, noBills, finalReadings, slotPrices, following, ...rest } = file;
  return canonicalJson({
    format: STATE_FORMAT,
    ...rest,
    day: String(day),
    height: String(height),
    anchors: [...anchors],
    proven: [...proven],
    disputes: [...disputes],
    noBills: [...noBills],
    finalReadings: [...finalReadings],
    slotPrices: [...slotPrices],
    following: following === null ? null : { ...following },
  });
}

/** @throws ProtocolError naming the field. What is in the proofs is not looked at. */
export function parseStateFile(bytes: string): StateFile {
  const f = object(parseCanonical(bytes, 'state'), 'state', [
    'format',
    'chainId',
    'day',
    'height',
    'store',
    ...STATE_SINGLES,
    ...STATE_RANGES,
    'following',
  ]);
  oneOf(f.format, 'state.format', [STATE_FORMAT]);
  const following = f.following === null ? null : object(f.following, 'state.following', ['roster', 'anchor', 'proven']);
  return {
    chainId: text(f.chainId, 'state.chainId'),
    day: small(f.day, 'state.day', 0, U32),
    height: small(f.height, 'state.height', 1, 2 ** 40),
    store: proof(f.store, 'state.store'),
    genesis: proof(f.genesis, 'state.genesis'),
    roster: proof(f.roster, 'state.roster'),
    lateRoster: proof(f.lateRoster, 'state.lateRoster'),
    tariff: proof(f.tariff, 'state.tariff'),
    nextSeq: proof(f.nextSeq, 'state.nextSeq'),
    anchors: proofs(f.anchors, 'state.anchors'),
    proven: proofs(f.proven, 'state.proven'),
    disputes: proofs(f.disputes, 'state.disputes'),
    noBills: proofs(f.noBills, 'state.noBills'),
    finalReadings: proofs(f.finalReadings, 'state.finalReadings'),
    slotPrices: proofs(f.slotPrices, 'state.slotPrices'),
    following:
      following === null
        ? null
        : {
            roster: proof(following.roster, 'state.following.roster'),
            anchor: proof(following.anchor, 'state.following.anchor'),
            proven: proof(following.proven, 'state.following.proven'),
          },
  };
}
