/** What a genesis may have of uplinks to main chains, and what no chain could have come to. */
import { base64, genesisAddress } from './genesis.ts';
import type { GenesisCase } from './genesis-changes.ts';

const AT = ['app_state', 'meter', 'uplinks'];
const NONE = { from_day: 0, main_chain_id: '', main_genesis_hash: null, uplink: '', height: '1' };
const SET = {
  from_day: 20_640,
  main_chain_id: 'electra-main-5eed0002',
  main_genesis_hash: base64(6),
  uplink: genesisAddress(50),
  height: '7',
};

const uplinks = (what: string, value: readonly object[], field?: string): GenesisCase => ({
  what,
  of: 'continued',
  set: [{ at: AT, value }],
  ...(field === undefined ? {} : { field }),
});

export const UPLINK_CASES: readonly GenesisCase[] = [
  uplinks('an uplink, and none again', [NONE, SET, { ...NONE, from_day: 20_650, height: '8' }]),
  uplinks('no uplink ever, said', [NONE], 'uplinks'),
  uplinks('an uplink from the first day on', [SET, { ...SET, from_day: 20_641 }], 'uplinks[0]'),
  uplinks('a beginning without an uplink at no height', [{ ...NONE, height: '0' }, SET], 'uplinks[0].height'),
  uplinks('two uplinks of one day', [NONE, SET, SET], 'uplinks[2].from_day'),
  uplinks('an uplink to a chain without an id', [NONE, { ...SET, main_chain_id: 'main' }], 'uplinks[1]'),
  uplinks('a hash without a chain', [NONE, { ...NONE, from_day: 9, main_genesis_hash: base64(6) }], 'uplinks[1]'),
  uplinks('an uplink without the hash of its chain', [NONE, { ...SET, main_genesis_hash: null }], 'uplinks[1]'),
  uplinks('an uplink that is no address', [NONE, { ...SET, uplink: 'electra1x' }], 'uplinks[1]'),
  uplinks('an uplink with more than there is', [NONE, { ...SET, more: 1 }], 'uplinks[1]'),
];
