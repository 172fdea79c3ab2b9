/**
 * Where a community shares (docs/main-chain.md), as the genesis of a chain that goes on has it: `uplinks`, left out where none was ever
 * set. The rules are those of chain/x/meter/types/uplinks.go, by the same table: sdk/vectors/geneses.json.
 */
import { type Shape, text } from '../values/shape.ts';
import { address, bytesOrNone, day, eachOf, fileHeight, type HeightReader, STATE, wrong } from './fields.ts';
import { checkChainId } from './rules.ts';

export const UPLINKS_KEY = 'uplinks';
const HASH_BYTES = 32;
const KEYS = ['from_day', 'main_chain_id', 'main_genesis_hash', 'uplink', 'height'];

/** main: null where from this day on nothing is shared. */
export interface GenesisUplink {
  fromDay: number;
  main: { chainId: string; genesisHash: Uint8Array; uplink: string } | null;
  height: number;
}

function readMain(u: Shape, field: string): GenesisUplink['main'] {
  const genesisHash = bytesOrNone(u.main_genesis_hash, `${field}.main_genesis_hash`, HASH_BYTES);
  const chainId = text(u.main_chain_id, `${field}.main_chain_id`);
  if (chainId === '' && genesisHash === null && u.uplink === '') return null;
  checkChainId(chainId, `${field}.main_chain_id`);
  if (genesisHash === null) throw wrong(`${field}.main_genesis_hash`, `${HASH_BYTES} bytes`);
  return { chainId, genesisHash, uplink: address(u.uplink, `${field}.uplink`) };
}

/** Empty where the key is left out. @throws ProtocolError naming the field */
export function readUplinks(state: Shape, at: HeightReader): GenesisUplink[] {
  if (!Object.hasOwn(state, UPLINKS_KEY)) return [];
  const all = eachOf(state)(UPLINKS_KEY, KEYS, (u, field) => ({
    fromDay: day(u.from_day, `${field}.from_day`),
    main: readMain(u, field),
    height: at(u.height, `${field}.height`),
  }));
  if (all.length < 2) throw wrong(`${STATE}.${UPLINKS_KEY}`, 'the key left out where none was ever set');
  if (all[0].fromDay !== 0 || all[0].main !== null) throw wrong(`${STATE}.${UPLINKS_KEY}[0]`, 'none from day 0 on');
  // In the chain's state it is a value with bytes: one without has no proof.
  const [first] = state[UPLINKS_KEY] as readonly { height: unknown }[];
  if (fileHeight(first.height, `${STATE}.${UPLINKS_KEY}[0].height`) < 1) throw wrong(`${STATE}.${UPLINKS_KEY}[0].height`, 'at least 1');
  for (const [i, one] of all.slice(1).entries())
    if (one.fromDay <= all[i].fromDay) throw wrong(`${STATE}.${UPLINKS_KEY}[${i + 1}].from_day`, `more than ${all[i].fromDay}`);
  return all;
}
