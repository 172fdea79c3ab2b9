/**
 * What a production chain is (protocol §5, §9.5): wall-clock time, the durations and the tick of the protocol, keys of a ceremony. A
 * chain whose anchors are due after ten years may well pass every check, so whatever differs is named, first of all, in every verdict; and
 * neither validator nor node work on such a chain unless `--development` is said. chain/x/meter/types/production.go names the same in the
 * same words: sdk/vectors/geneses.json.
 */
import { ALL_CIRCUIT_NAMES, type AnyCircuitName } from '../circuits.ts';
import type { ChainClock } from '../clock.ts';
import { type GenesisParams, PARAMS, productionParams, snake } from './params.ts';

/**
 * The development keys that ship with the project (circuits/keys), by their points, circuit → id. Whoever made them could forge proofs.
 * They are data, so that no caller can forget them, and go by points, so that no other file with the same points passes for another key.
 * A test
 * holds this list to those files.
 */
export const DEVELOPMENT_KEY_IDS: Readonly<Record<AnyCircuitName, string>> = {
  'bill-sum': 'd08e8e85e8c5d2de304e8430c5170517d8976492943bc1753f9708cc3a429958',
  'clearing-shared': '072078fc6752bd3a40ef16b6ba542cbb8ead60ce9877a599fcbe3248fddb1904',
  net: 'b6aeae408e2cfd70f3787a10d57baa066d2b8a0c6e95cae93244db378ff432b2',
  'day-bill': '2db77628d9e73890aca7854eb1238d21f6fc69e5f130865a8c7bf5377b6d0d6a',
  clearing: '2f023ccc9fc35c2e4bb9c0527095368a904e4b08f3d472170a492b9e32ca7e11',
  substitute: '5fc3d03f972c3942033ed11ebcc4cfcd84e877fa9883401d0bb5908ce9fde62d',
};

/** Whether an id is that of a key under which somebody is known to be able to forge proofs. */
export const isDevelopmentKeyId = (circuit: string, id: string): boolean =>
  DEVELOPMENT_KEY_IDS[circuit as keyof typeof DEVELOPMENT_KEY_IDS] === id;

interface Departing {
  clock: ChainClock;
  params: GenesisParams;
  /** by circuit, of those that the chain has */
  keyIds: Readonly<Partial<Record<AnyCircuitName, string>>>;
  /** of a main chain's further modules: main-departures.ts */
  mainDepartures?: readonly string[];
}

/** Everything in a genesis that production would not have, in words. */
export function departures({ clock, params, keyIds, mainDepartures = [] }: Departing): string[] {
  const development = ALL_CIRCUIT_NAMES.filter((circuit) => keyIds[circuit] === DEVELOPMENT_KEY_IDS[circuit]);
  const production = productionParams(params.rule);
  return [
    ...(clock.startUnixS === clock.genesisUnixS
      ? []
      : [`clock.start_unix_s is ${clock.startUnixS}, not the genesis time ${clock.genesisUnixS}`]),
    ...(clock.rate === 1 ? [] : [`clock.rate is ${clock.rate}, not 1`]),
    ...PARAMS.filter((key) => params[key] !== production[key]).map((key) => `${snake(key)} is ${params[key]}, not ${production[key]}`),
    ...(development.length === 0 ? [] : [`development keys (${development.join(', ')}), with which whoever made them can forge proofs`]),
    ...mainDepartures,
  ];
}

/** The sentence that comes before all others; null on a production chain. */
export function notProduction(genesis: Departing): string | null {
  const all = departures(genesis);
  return all.length === 0 ? null : `not a production chain: ${all.join('; ')}`;
}
