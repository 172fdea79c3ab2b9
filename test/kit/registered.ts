/** Communities that a main chain has registered from its genesis on, each with one header of its chain that is kept. */
import { CIRCUIT_NAMES } from '../../src/protocol/circuits.ts';
import { DEVELOPMENT_KEY_IDS } from '../../src/protocol/genesis/index.ts';
import type { LightBlock } from '../../src/reader/light/index.ts';
import { TEST_DAY } from './chain.ts';
import { hashOfBlock, setOf } from './light/forge.ts';

const BEGIN_UNIX_S = String(TEST_DAY * 86_400);

/** `names`: the validators who sign the chain's next block. */
export const keptHeader = (uplink: string, block: LightBlock, names: Parameters<typeof setOf>[0]) => ({
  ...{ uplink, height: String(block.signed_header.header.height), hash: Buffer.from(hashOfBlock(block)).toString('base64') },
  unix_ns: String(BigInt(Date.parse(block.signed_header.header.time)) * 1_000_000n),
  next_validators_hash: Buffer.from(setOf(names).hash).toString('base64'),
});

/** `suspended`: why, or empty. */
export const registered = (uplink: string, chainId: string, { suspended = '', members = 1 } = {}) => ({
  ...{ uplink, chain_id: chainId, genesis_hash: Buffer.alloc(32, 9).toString('base64'), credit_nel: '0', members, height: '0' },
  clock: { start_unix_s: BEGIN_UNIX_S, rate: '1', genesis_unix_s: BEGIN_UNIX_S },
  ...{ unix_s: BEGIN_UNIX_S, suspended, suspended_unix_s: suspended ? BEGIN_UNIX_S : '0' },
});

/** The state of x/register. `development`: whether communities may have the keys that ship with the project. */
export const registerState = (development: boolean, communities: object[], kept: object[]) => ({
  ...{ development, communities, kept, pending: [], next_id: '1', suspend_votes: [] },
  community_keys: CIRCUIT_NAMES.toSorted().map((circuit) => ({ circuit, id: DEVELOPMENT_KEY_IDS[circuit] })),
});
