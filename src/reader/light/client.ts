/**
 * Which headers are true (protocol §7, check 1). Pure: a state and a block give the next state; nothing is fetched, and the only clock is
 * the number that the caller gave.
 *
 * Blocks come in rising order of height. From genesis, the set that a header names must be the one that the last accepted header announced,
 * not just any that was once known: so a header at each change is needed, and the keys of a set that is known to be replaced sign nothing
 * any more. From a trusted header, the next block's set must be the announced one too, and a later block needs more than a third of the
 * last accepted header's set (one honest validator at least, while fewer than a third are not) besides more than two thirds of its own.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import { chainUnixS } from '../../protocol/clock.ts';
import type { VerifyEd25519 } from '../../protocol/comet/index.ts';
import { equalBytes, readHex, verifyEd25519 } from '../../protocol/comet/index.ts';
import type { Header, LightBlock } from './blocks.ts';
import { readLightBlock } from './blocks.ts';
import { ConflictError, conflictBetween, powerOf } from './conflict.ts';
import { LightError } from './errors.ts';
import type { Last, LightState, TrustedHeader } from './state.ts';

/** How far a header's time may be ahead of the verifier's clock. */
const CLOCK_DRIFT_S = 10;

/**
 * Takes one more block.
 * @param verify Ed25519 by ZIP-215
 * @returns the next state; the same one when the header is already in it
 * @throws ConflictError with the evidence when another valid header was accepted at this height
 * @throws LightError otherwise, naming height and field; the state given is as good as before
 */
export function accept(state: LightState, block: LightBlock, verify: VerifyEd25519 = verifyEd25519): LightState {
  const header = readLightBlock(block, state.chainId, verify);
  const seen = state.headers.get(header.height);
  if (seen) {
    if (equalBytes(seen.hash, header.hash)) return state;
    throw new ConflictError(conflictBetween(state, seen, header));
  }
  if (state.last === null) assertTrustedHeader(state.trusted!, header);
  else assertFollows(state.last, header);
  if (state.trusted) assertFresh(state.trusted, state.last ?? header, header);
  if (state.last) assertSet(state, state.last, header);
  return {
    ...state,
    last: header,
    headers: new Map(state.headers).set(header.height, header),
    sets: new Set(state.sets).add(bytesToHex(header.validatorsHash)).add(bytesToHex(header.nextValidatorsHash)),
  };
}

/** Takes blocks in their order. */
export const acceptAll = (state: LightState, blocks: readonly LightBlock[], verify: VerifyEd25519 = verifyEd25519): LightState =>
  blocks.reduce((known, block) => accept(known, block, verify), state);

/**
 * The app hash that proofs about the state after block `height` are held against: the next header's.
 * @throws LightError `wrong-block` when that header was not accepted
 */
export function appHashAfter(state: LightState, height: number): Uint8Array {
  const header = state.headers.get(height + 1);
  if (!header) throw new LightError('wrong-block', `state after block ${height}`, `header ${height + 1} among the accepted ones`);
  return header.appHash;
}

function assertTrustedHeader({ height, hash }: TrustedHeader, header: Header): void {
  if (header.height !== height) throw new LightError('wrong-block', `header ${header.height}`, `the trusted header ${height} first`);
  if (!equalBytes(readHex(hash, 'trusted header.hash'), header.hash))
    throw new LightError('wrong-block', `header ${height}`, `the trusted hash ${hash.toLowerCase()}`);
}

function assertFollows(last: Last, header: Header): void {
  const field = `header ${header.height}`;
  if (header.height <= last.height)
    throw new LightError('not-rising', `${field}: header.height`, `above ${last.height}, the last one accepted`);
  const elapsedS = header.timeUnixS - last.timeUnixS;
  // The first block's time is the genesis time.
  const later =
    elapsedS > 0 ||
    (elapsedS === 0 && (header.timeNanos > last.timeNanos || (last.hash.length === 0 && header.timeNanos === last.timeNanos)));
  if (!later)
    throw new LightError(
      'not-rising',
      `${field}: header.time`,
      `after that of ${last.height === 0 ? 'the genesis' : `header ${last.height}`}`,
    );
  if (header.height === last.height + 1 && last.hash.length > 0 && !equalBytes(header.lastBlockHash, last.hash)) {
    throw new LightError('wrong-block', `${field}: header.last_block_id.hash`, `the hash of the accepted header ${last.height}`);
  }
}

/** The trusted header's age, in chain time: trust periods are. */
function assertFresh(
  { trustPeriodS, nowUnixS, clock }: TrustedHeader,
  trusted: { height: number; timeUnixS: number; timeNanos: number },
  header: Header,
): void {
  const at = (time: { timeUnixS: number; timeNanos: number }): number => (clock ? chainUnixS(clock, time) : time.timeUnixS);
  const ageS = at({ timeUnixS: Math.floor(nowUnixS), timeNanos: 0 }) - at(trusted);
  if (ageS >= trustPeriodS)
    throw new LightError(
      'expired',
      `header ${trusted.height}`,
      `a trusted header younger than ${trustPeriodS} s, not ${ageS} s old: start from genesis, or from a newer one`,
    );
  if (header.timeUnixS > nowUnixS + CLOCK_DRIFT_S)
    throw new LightError('from-the-future', `header ${header.height}: header.time`, 'not after the present');
}

function assertSet(state: LightState, last: Last, header: Header): void {
  const field = `header ${header.height}: header.validators_hash`;
  if (!state.trusted || header.height === last.height + 1) {
    if (equalBytes(header.validatorsHash, last.nextValidatorsHash)) return;
    const by = last.height === 0 ? 'the genesis names' : `header ${last.height} announced`;
    throw new LightError(
      'unknown-validators',
      field,
      `the set ${bytesToHex(last.nextValidatorsHash)} that ${by} (a header is needed at each change of the set)`,
    );
  }
  const { validators } = state.headers.get(last.height)!;
  const power = powerOf(validators, header);
  if (power * 3n <= validators.totalPower) {
    throw new LightError(
      'insufficient-trust',
      field,
      `more than a third of the ${validators.totalPower} in power of header ${last.height}'s set to have signed, not ${power}: ` +
        'a header between is needed',
    );
  }
}
