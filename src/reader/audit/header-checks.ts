/**
 * Check 1: the headers that the state proofs lead to are the chain's (protocol §7).
 *
 * From the genesis by validator sets, from where an earlier audit stopped, or from a recent header that the reader trusts. Which of these
 * decides what the verdict rests on, and it says so. Two valid headers at one height are a failure whatever else holds, and the evidence
 * goes into the verdict.
 */
import { bytesToHex } from '@noble/hashes/utils.js';
import type { VerifyEd25519 } from '../../protocol/comet/index.ts';
import type { ChainGenesis } from '../../protocol/genesis/index.ts';
import { LIGHT_PATH, ProtocolError } from '../../protocol/index.ts';
import type { Bundle } from '../bundle.ts';
import {
  acceptAll,
  ConflictError,
  chainUnixS,
  type Header,
  type HeaderConflict,
  type LightBlock,
  LightError,
  type LightState,
  resumeState,
  type SavedState,
  startFromGenesis,
  startFromHeader,
} from '../light/index.ts';
import { type Check, lines } from './checks.ts';
import { faultLines } from './file-checks.ts';
import type { AsOf, ValidatorHistory } from './verdict.ts';

export interface TrustOptions {
  /** a recent header of the chain, from a source of the reader's own; `nowUnixS` is the reader's clock, real time */
  trustedHeader?: {
    height: number;
    hash: string;
    nowUnixS: number;
    /** the header itself with its commit and set, where the bundle does not have it */
    block?: LightBlock;
  };
  /** Ed25519 by ZIP-215. Default: node:crypto where there is one, else noble */
  verify?: VerifyEd25519;
}

type Options = TrustOptions & { resume?: SavedState | null };

export interface Headers {
  checks: Check[];
  /** null where the headers cannot be believed */
  state: LightState | null;
  evidence: HeaderConflict | null;
  /** chain time of a header, in seconds */
  timeOf: (header: Header) => number;
}

const head = { id: '1' as const, name: 'headers' };

/** The trusted header first, then what the bundle has above it. */
function fromTrusted(blocks: readonly LightBlock[], { height, block }: NonNullable<TrustOptions['trustedHeader']>): readonly LightBlock[] {
  const rest = blocks.filter(({ signed_header: { header } }) => Number(header.height) >= height);
  return block ? [block, ...rest] : rest;
}

function startOf(genesis: ChainGenesis, { trustedHeader, resume }: Options): { state: LightState; words: string } {
  const { chainId, clock } = genesis;
  if (trustedHeader) {
    const { height, hash, nowUnixS } = trustedHeader;
    const state = startFromHeader({ chainId, height, hash, nowUnixS, trustPeriodS: genesis.params.trustPeriodS, clock });
    return { state, words: `from the trusted header ${trustedHeader.height}` };
  }
  if (resume) return { state: resumeState(resume), words: `from header ${resume.height}, where the earlier audit stopped` };
  return { state: startFromGenesis(genesis), words: `from genesis, ${genesis.validators.validators.length} validators` };
}

/**
 * Headers that come after the one where an earlier audit ended go on from it. Proofs of earlier days may lead to earlier headers: these are
 * believed from genesis, as that audit believed them, and at its own height there must be its own header. Two bundles may end with the same
 * header.
 * @throws LightError
 */
function acceptSince(
  { start, resume, genesis }: { start: LightState; resume: SavedState; genesis: ChainGenesis },
  blocks: readonly LightBlock[],
  verify: VerifyEd25519 | undefined,
): LightState {
  const heightOf = ({ signed_header: { header } }: LightBlock): number => Number(header.height);
  const earlier = acceptAll(
    startFromGenesis(genesis),
    blocks.filter((block) => heightOf(block) <= resume.height),
    verify,
  );
  const same = earlier.headers.get(resume.height);
  if (same && bytesToHex(same.hash) !== resume.hash)
    throw new LightError('wrong-block', `header ${resume.height}`, `${resume.hash}, with which the earlier audit ended`);
  const later = acceptAll(
    start,
    blocks.filter((block) => heightOf(block) > resume.height),
    verify,
  );
  if (!same && later.headers.size === 0)
    throw new LightError('not-rising', 'headers', `one of height ${resume.height}, where the earlier audit ended, or above`);
  return { ...later, headers: new Map([...earlier.headers, ...later.headers]), sets: new Set([...earlier.sets, ...later.sets]) };
}

/** Verifies light.json. */
export function headerChecks({ light }: Pick<Bundle, 'light'>, genesis: ChainGenesis, options: Options): Headers {
  const timeOf = (header: Header): number => chainUnixS(genesis.clock, header);
  const none = { state: null, evidence: null, timeOf };
  // A file that is no light.json at all is told before a trusted header of no use, and that before what is wrong inside the file.
  if (light.fault?.field === null) return { ...none, checks: faultLines(head, light.fault) };
  try {
    const { state: start, words } = startOf(genesis, options);
    if (light.fault) return { ...none, checks: faultLines(head, light.fault) };
    if (light.value.chainId !== genesis.chainId)
      throw new ProtocolError('wrong-chain', 'light.chainId', `${genesis.chainId}, not ${light.value.chainId}`);
    const { resume, trustedHeader, verify } = options;
    const blocks = trustedHeader ? fromTrusted(light.value.blocks, trustedHeader) : light.value.blocks;
    const goesOn = resume && !trustedHeader;
    const state = goesOn ? acceptSince({ start, resume, genesis }, blocks, verify) : acceptAll(start, blocks, verify);
    if (state.headers.size === 0)
      return { ...none, checks: lines(head, [{ detail: `${LIGHT_PATH}: no header`, status: 'unreadable' }], '') };
    const last = [...state.headers.values()].at(-1)!;
    const which = `${state.headers.size} headers ${words}; the last is ${last.height} of chain time ${timeOf(last)}`;
    const summary = `${which}, each signed by more than two thirds of the power`;
    return { ...none, state, checks: lines(head, [], summary) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const evidence = error instanceof ConflictError ? error.evidence : null;
    return { ...none, evidence, checks: lines(head, [{ detail: `${LIGHT_PATH}: ${error.message}` }], '') };
  }
}

/** Whose signatures the headers rest on: an operator who enrols enough validators of its own has the community's word. */
export function validatorHistory({ state }: Headers, genesis: ChainGenesis): ValidatorHistory | null {
  const headers = [...(state?.headers.values() ?? [])];
  const last = headers.at(-1);
  if (!last) return null;
  const first = new Set(genesis.validators.validators.map(({ publicKey }) => bytesToHex(publicKey)));
  return {
    sets: new Set(headers.map(({ validatorsHash }) => bytesToHex(validatorsHash))).size,
    last: last.validators.validators.length,
    notGenesis: last.validators.validators.filter(({ publicKey }) => !first.has(bytesToHex(publicKey))).length,
  };
}

/** The newest header, and its age by the reader's clock: real time, turned into the chain's. */
export function asOf({ state, timeOf }: Headers, { clock }: ChainGenesis, clockUnixS: number | undefined): AsOf | null {
  const last = [...(state?.headers.values() ?? [])].at(-1);
  if (!last) return null;
  const unixS = timeOf(last);
  if (clockUnixS === undefined) return { unixS, ageS: null };
  return { unixS, ageS: Math.max(0, chainUnixS(clock, { timeUnixS: Math.floor(clockUnixS), timeNanos: 0 }) - unixS) };
}

/** A bundle that is older than a book may be late shows nothing of what should be there by now. */
export function ageChecks(moment: AsOf | null, { params }: ChainGenesis): Check[] {
  const dueS = params.graceS + params.anchorDueS;
  if (moment === null || moment.ageS === null || moment.ageS <= dueS) return [];
  const detail = `the newest header is ${moment.ageS} s old, more than ${dueS} s: what came since is not in sight: ask for a newer export`;
  return lines({ id: '1', name: 'age' }, [{ detail, status: 'open' }], 'as of an earlier time');
}

/** What a verdict that rests on these headers has to say. */
export function headerNotes({ state }: Headers): string[] {
  if (!state) return [];
  return [
    state.trustsPastSets
      ? 'Headers are believed from genesis by validator sets: whoever held the keys of more than two thirds of any past set could have ' +
        'signed another history. A recent header that you trust rules that out (--trusted-header).'
      : 'Headers are believed from the trusted header given; genesis.json is what the chain began with, by its hash in the state.',
  ];
}
