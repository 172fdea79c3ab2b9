/** Where a community shares (docs/main-chain.md), behind its proven key: values.ts says how a value is read. */
import { bytesToHex } from '@noble/hashes/utils.js';
import { Uplink } from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import type { Entry, Shown } from './ics23.ts';
import { PREFIX, stateKeys } from './keys.ts';
import { address, bad, bytesOf, dayOf, heightOf, read } from './state-fields.ts';

/** `main`: null where nothing is shared from this day on. Hash in lower-case hex. */
export interface UplinkState {
  fromDay: number;
  main: { chainId: string; genesisHash: string; uplink: string } | null;
  height: number;
}

const readUplink = (entry: Entry): UplinkState =>
  read(
    entry,
    'uplink',
    Uplink,
    (m) => ({
      fromDay: dayOf(m.fromDay, 'uplink.from_day'),
      main: m.mainChainId === '' ? null : mainOf(m),
      height: heightOf(m.height, 'uplink'),
    }),
    ({ fromDay }) => stateKeys.uplink(fromDay),
  );

const mainOf = (m: Uplink) => ({
  chainId: m.mainChainId,
  genesisHash: bytesToHex(bytesOf(m.mainGenesisHash, 'uplink.main_genesis_hash')),
  uplink: address(m.uplink, 'uplink.uplink'),
});

/** What is in force on a day: the value at the key, or of its left neighbour. @throws LightError `bad-value` where the store holds none */
export function readUplinkInForce(day: number, shown: Shown): UplinkState {
  if (!shown.absent) return readUplink({ key: stateKeys.uplink(day), value: shown.value });
  if (shown.left?.key[0] !== PREFIX.uplink) throw bad('uplink', `one in force on day ${day}, or none from an earlier day on`);
  return readUplink(shown.left);
}
