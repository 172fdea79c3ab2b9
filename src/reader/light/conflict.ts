/**
 * Two valid headers at one height: proof that the chain's validators, or those who stole their keys, showed two histories. An audit that
 * meets it fails whatever else holds, and hands the evidence on. More than two thirds signed each, so more than a third signed both, or (in
 * another set or round) lied to somebody; `doubleSigners` are those whose signatures for both blocks are at hand.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ValidatorSet, VerifyEd25519 } from '../../protocol/comet/index.ts';
import { equalBytes, verifyEd25519 } from '../../protocol/comet/index.ts';
import type { Header, LightBlock } from './blocks.ts';
import { readLightBlock } from './blocks.ts';
import { LightError } from './errors.ts';
import type { LightState } from './state.ts';

export interface HeaderConflict {
  height: number;
  /** of the two headers, lower-case hex */
  hashes: readonly [string, string];
  /** addresses of validators that voted for both, lower-case hex, sorted */
  doubleSigners: readonly string[];
  /** of the two commits: a vote for both in one round is equivocation by itself */
  rounds: readonly [number, number];
}

export class ConflictError extends LightError {
  readonly evidence: HeaderConflict;

  constructor(evidence: HeaderConflict) {
    super(
      'conflicting-headers',
      `header ${evidence.height}`,
      `one header at this height, not both ${evidence.hashes.join(' and ')}: ${evidence.doubleSigners.length} validators signed both`,
    );
    this.evidence = evidence;
  }
}

/** The power of `set` that voted for a header, whatever set the header itself names. */
export function powerOf(set: ValidatorSet, { signers }: Header): bigint {
  return set.validators.reduce((sum, { address, power }) => (signers.has(bytesToHex(address)) ? sum + power : sum), 0n);
}

/**
 * Whether a header that is valid by itself has standing with this state: from genesis, that its set was introduced; from a trusted header,
 * that more than a third of the nearest accepted set below signed it.
 * @throws LightError `unknown-validators`, `insufficient-trust`
 */
function assertStanding(state: LightState, header: Header): void {
  const field = `header ${header.height}: header.validators_hash`;
  if (!state.trusted) {
    if (!state.sets.has(bytesToHex(header.validatorsHash)))
      throw new LightError('unknown-validators', field, 'a set that an accepted header announced');
    return;
  }
  const below = [...state.headers.values()].filter(({ height }) => height <= header.height).at(-1);
  if (!below || powerOf(below.validators, header) * 3n <= below.validators.totalPower)
    throw new LightError('insufficient-trust', field, 'more than a third of the trusted power to have signed');
}

/**
 * The evidence in two headers of one height that are both valid by themselves. @throws LightError when the second has no standing with the
 * state
 */
export function conflictBetween(state: LightState, accepted: Header, other: Header): HeaderConflict {
  assertStanding(state, other);
  return {
    height: other.height,
    hashes: [bytesToHex(accepted.hash), bytesToHex(other.hash)],
    doubleSigners: [...accepted.signers].filter((address) => other.signers.has(address)).sort(),
    rounds: [accepted.round, other.round],
  };
}

/**
 * Compares two blocks, say from two bundles or two nodes.
 * @returns evidence when both are valid, of one height, and different; null when they agree or are of different heights
 * @throws LightError when one is not valid, or not by validators that the state knows: that proves nothing against anybody
 */
export function conflict(a: LightBlock, b: LightBlock, state: LightState, verify: VerifyEd25519 = verifyEd25519): HeaderConflict | null {
  const [first, second] = [a, b].map((block) => readLightBlock(block, state.chainId, verify));
  if (first.height !== second.height || equalBytes(first.hash, second.hash)) return null;
  assertStanding(state, first);
  return conflictBetween(state, first, second);
}
