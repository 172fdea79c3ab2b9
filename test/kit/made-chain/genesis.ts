/** The genesis of a made chain: its meters, of whom the first four are its validators, and the clock by which a block is a quarter-hour. */
import { createHash } from 'node:crypto';
import { toBech32 } from '@cosmjs/encoding';
import { ADDRESS_PREFIX } from '../../../src/protocol/values/address.ts';
import { DAY_S } from '../../../src/protocol/values/time.ts';
import { type TestValidator, validators } from '../audit/headers.ts';
import { genesisJson, genesisMeter, genesisParams, genesisState } from '../genesis.ts';
import type { ChainPlan } from './plans.ts';

export const FIRST_DAY = 20_635;
export const BLOCK_S = 900;
export const BLOCKS_PER_DAY = DAY_S / BLOCK_S;
export const GRACE_S = 6 * 3600;
export const LATE_S = 2 * DAY_S;
export const DELAY_S = 604_800;
export const GENESIS_UNIX_S = 1_782_896_400;

export interface MadeMeter {
  address: string;
  bytes: Buffer;
  member: string;
  consensusKey: Buffer | null;
}

const bytesOf = (label: string): Buffer => createHash('sha256').update(label).digest().subarray(0, 20);

export const validatorsOf = ({ seed }: ChainPlan): TestValidator[] => validators(4, seed);

/** In the order of their addresses. */
export function metersOf(plan: ChainPlan): MadeMeter[] {
  const keys = validatorsOf(plan).map(({ publicKey }) => Buffer.from(publicKey));
  return Array.from({ length: plan.meters }, (_, i) => {
    const bytes = bytesOf(`${plan.seed} meter ${i}`);
    const member = toBech32(ADDRESS_PREFIX, bytesOf(`${plan.seed} member ${i}`));
    return { address: toBech32(ADDRESS_PREFIX, bytes), bytes, member, consensusKey: keys[i] ?? null };
  }).sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}

/** The one tariff, as genesisState has it. */
export const tariffOf = (): {
  from_day: number;
  rule: string;
  retail_nel_per_wh: string[];
  feed_in_nel_per_wh: string[];
  fee_per_day_nel: string;
} => genesisState().tariffs[0];

export function genesisOf(plan: ChainPlan, meters: readonly MadeMeter[]): Record<string, unknown> {
  const change = (state: Record<string, unknown>): void => {
    state.params = genesisParams({
      grace_s: String(GRACE_S),
      grace_blocks: '1',
      late_s: String(LATE_S),
      validator_delay_s: String(DELAY_S),
    });
    state.clock = { start_unix_s: String(FIRST_DAY * DAY_S), rate: String(BLOCK_S), genesis_unix_s: '0' };
    state.meters = meters.map(({ address, member, consensusKey }, i) =>
      genesisMeter(i + 1, { address, member, first_day: FIRST_DAY, consensus_key: consensusKey?.toString('base64') ?? null }),
    );
    state.tariffs = [tariffOf()];
  };
  return genesisJson(change, {
    chain_id: chainIdOf(plan),
    genesis_time: new Date(GENESIS_UNIX_S * 1000).toISOString().replace('.000Z', 'Z'),
    validators: meters.flatMap(({ consensusKey, address }) =>
      consensusKey
        ? [{ pub_key: { type: 'tendermint/PubKeyEd25519', value: consensusKey.toString('base64') }, power: '1', name: address }]
        : [],
    ),
    app_hash: '',
  });
}

export const chainIdOf = ({ seed, name }: ChainPlan): string =>
  `electra-${name}-${createHash('sha256').update(seed).digest('hex').slice(0, 8)}`;
