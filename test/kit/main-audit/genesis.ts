/** The genesis of the audit's test main chain: production's, four uplinks, all of them validators. */
import { readFileSync } from 'node:fs';
import { keysJson, type VerificationKeyBytes } from '../../../src/protocol/genesis/index.ts';
import { canonicalJson, type Json, MAIN_CIRCUIT_NAMES, type MainCircuitName, type Tariff } from '../../../src/protocol/index.ts';
import { VALIDATORS } from '../audit/chain.ts';
import { bytesOf, KEYS, type VkJson } from '../development-keys.ts';
import { FIRST_DAY, genesisAddress, genesisJson, genesisMeter, genesisParams, genesisTariff } from '../genesis.ts';
import { once } from '../made-once.ts';

export const MAIN_CHAIN_ID = 'electra-main-5eed0001';
export const UPLINKS = [1, 2, 3, 4].map(genesisAddress);
export const CAPACITY_WH = 20_000;
export const TARIFF_FROM_DAY = FIRST_DAY - 7;
export const TARIFF: Tariff = {
  rule: 'shared/1',
  retailNelPerWh: Array<number>(96).fill(191_000),
  feedInNelPerWh: Array<number>(96).fill(0),
  feePerDayNel: 250_000_000n,
};

export const mainKeyBytes = once(
  () =>
    Object.fromEntries(
      MAIN_CIRCUIT_NAMES.map((name) => [name, bytesOf(name, JSON.parse(readFileSync(`${KEYS}/${name}.vk.json`, 'utf8')) as VkJson)]),
    ) as Record<MainCircuitName, VerificationKeyBytes>,
);

export const mainGenesisText = (): string =>
  canonicalJson(
    genesisJson(
      (state) =>
        Object.assign(state, {
          params: genesisParams({ grace_s: '216000', late_s: '0', rule: 'shared/1' }),
          verification_keys: keysJson(MAIN_CIRCUIT_NAMES, mainKeyBytes()),
          meters: VALIDATORS.map(({ publicKey }, i) =>
            genesisMeter(i + 1, {
              member: genesisAddress(201 + i),
              max_wh_per_slot: CAPACITY_WH,
              consensus_key: Buffer.from(publicKey).toString('base64'),
            }),
          ),
          tariffs: [genesisTariff(TARIFF_FROM_DAY, TARIFF)],
        }),
      { chain_id: MAIN_CHAIN_ID, genesis_time: '2026-07-01T00:00:00Z' },
    ) as Json,
  );
