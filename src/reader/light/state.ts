/**
 * What the light client knows: where it started, the last header it accepted, and all of them by height. States are values: `accept` makes
 * a new one, and what an audit knew can be written down and taken up again (`saveState`, `resumeState`).
 *
 * Two starts, two kinds of trust:
 *
 * - `startFromGenesis`: the genesis names the first set of validators, every accepted header the next one. It needs only the headers at
 *   changes of the set and those that carry proofs, of any age; but whoever held the keys of more than two thirds of ANY past set could
 *   have signed another history. `trustsPastSets` says so, and a verdict repeats it.
 * - `startFromHeader`: somebody vouches for the hash of one recent header. From there a header may skip, while the last trusted one is
 *   younger than the trust period: after it, validators that left have nothing to lose.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ChainClock } from '../../protocol/clock.ts';
import type { ValidatorSet } from '../../protocol/comet/index.ts';
import { readHeight, readHex, readObject, readString, readTime } from '../../protocol/comet/index.ts';
import type { Header } from './blocks.ts';
import { LightError, within } from './errors.ts';

/** A header that somebody vouches for, and how long that is good for. */
export interface TrustedHeader {
  height: number;
  /** hex */
  hash: string;
  /** seconds of chain time: the genesis's trust_period_s */
  trustPeriodS: number;
  /** the verifier's own clock, real time */
  nowUnixS: number;
  /** the genesis's clock; left out, chain time is real time */
  clock?: ChainClock;
}

/** What the next header has to follow. */
export interface Last {
  height: number;
  /** empty at the genesis */
  hash: Uint8Array;
  timeUnixS: number;
  timeNanos: number;
  nextValidatorsHash: Uint8Array;
}

export interface LightState {
  readonly chainId: string;
  /** null: started from the genesis */
  readonly trusted: TrustedHeader | null;
  /** null: started from a header that was not shown yet */
  readonly last: Last | null;
  /** accepted headers by height, rising */
  readonly headers: ReadonlyMap<number, Header>;
  /** hashes (hex) of all sets introduced so far */
  readonly sets: ReadonlySet<string>;
  /** whether the result rests on the keys of every past set, not on a recent header */
  readonly trustsPastSets: boolean;
}

/**
 * Before the first block: the set that the genesis names (see readGenesisTrust).
 * @throws LightError `malformed`
 */
export function startFromGenesis({
  chainId,
  genesisTime,
  validators,
}: {
  chainId: string;
  genesisTime: string;
  validators: ValidatorSet;
}): LightState {
  const { seconds, nanos } = within('genesis', () => readTime(genesisTime, 'genesis_time'));
  if (validators.validators.length === 0) throw new LightError('malformed', 'genesis validators', 'at least one');
  return {
    chainId,
    trusted: null,
    headers: new Map(),
    sets: new Set([bytesToHex(validators.hash)]),
    trustsPastSets: true,
    last: { height: 0, hash: new Uint8Array(0), timeUnixS: Number(seconds), timeNanos: nanos, nextValidatorsHash: validators.hash },
  };
}

/** Before the trusted header is shown: the first block accepted must be it. @throws LightError `malformed` */
export function startFromHeader({ chainId, ...trusted }: TrustedHeader & { chainId: string }): LightState {
  within('trusted header', () => {
    readHeight(trusted.height, 'height');
    readHex(trusted.hash, 'hash', [32]);
    for (const name of ['trustPeriodS', 'nowUnixS'] as const) {
      if (!Number.isFinite(trusted[name]) || trusted[name] < 0) throw new LightError('malformed', name, 'seconds, not negative');
    }
  });
  return { chainId, trusted, last: null, headers: new Map(), sets: new Set(), trustsPastSets: false };
}

/** A state in JSON: what the next audit needs to go on from the last header of this one. */
export interface SavedState {
  chainId: string;
  height: number;
  hash: string;
  time: string;
  nextValidatorsHash: string;
}

/** What to write down after an audit from genesis. @throws LightError `malformed` when no header was accepted, or the start was a header */
export function saveState(state: LightState): SavedState {
  const header = state.last && state.headers.get(state.last.height);
  if (!header || state.trusted) throw new LightError('malformed', 'state', 'a start from genesis with at least one accepted header');
  return {
    chainId: state.chainId,
    height: header.height,
    hash: bytesToHex(header.hash),
    time: header.time,
    nextValidatorsHash: bytesToHex(header.nextValidatorsHash),
  };
}

/** Goes on where `saveState` stopped: as good as the file that it comes from. @throws LightError `malformed`, naming the field */
export function resumeState(saved: SavedState): LightState {
  return within('saved state', () => {
    const s = readObject(saved, 'it');
    const { seconds, nanos } = readTime(s.time, 'time');
    const next = readHex(s.nextValidatorsHash, 'nextValidatorsHash', [32]);
    return {
      chainId: readString(s.chainId, 'chainId'),
      trusted: null,
      headers: new Map(),
      sets: new Set([bytesToHex(next)]),
      trustsPastSets: true,
      last: {
        height: readHeight(s.height, 'height'),
        hash: readHex(s.hash, 'hash', [32]),
        timeUnixS: Number(seconds),
        timeNanos: nanos,
        nextValidatorsHash: next,
      },
    };
  });
}
