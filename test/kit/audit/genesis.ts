/** The genesis of the audit's test community: production's. */
import type { PerCircuit } from '../../../src/protocol/circuits.ts';
import { type VerificationKeyBytes, verificationKeysJson } from '../../../src/protocol/genesis/index.ts';
import { keyBytes } from '../development-keys.ts';
import { genesisJson, genesisMeter, genesisParams, genesisTariff } from '../genesis.ts';
import { TARIFF, TARIFF_FROM_DAY, TICK } from './booked-day.ts';
import { FIRST_DAY } from './readings.ts';

/** The first four meters are validators, the first is the operator and owns them all. */
export function genesisDocument(meters: readonly string[], keys: PerCircuit<VerificationKeyBytes> = keyBytes()) {
  return genesisJson((state) =>
    Object.assign(state, {
      params: genesisParams({ tick: String(TICK) }),
      operator: meters[0],
      verification_keys: verificationKeysJson(keys),
      meters: meters.map((address, i) =>
        genesisMeter(i + 1, { address, member: meters[0], first_day: FIRST_DAY, ...(i < 4 ? {} : { consensus_key: null }) }),
      ),
      tariffs: [genesisTariff(TARIFF_FROM_DAY, TARIFF)],
    }),
  );
}
