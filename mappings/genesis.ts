/**
 * What the chain began with, as rows of height 0: the clock, the first meters, node keys and tariffs, and, where the chain continues an
 * exported one, its disputes, anchors, NoBills, rosters and commitments. An export carries commitments but no sealed boxes (those lie in
 * the old chain's blocks), so such statements have empty `sealed` bytes.
 */
import { addressHex } from './address.ts';
import { CLOCK_ID } from './clock.ts';
import { hex, int32, plainText } from './handler.ts';
import type { Store } from './types.ts';

/** The parts of x/meter's genesis state that become rows. Bytes as bytes, 64-bit integers as bigint; heights are already those of this chain. */
export interface Genesis {
  clock: { startUnixS: bigint; rate: bigint; genesisUnixS: bigint };
  /** chain time of the genesis time */
  beginUnixS: bigint;
  graceS: bigint;
  lateS: bigint;
  meters: readonly {
    address: string;
    member: string;
    firstDay: number;
    lastDay: number;
    maxWhPerSlot: number;
    consensusKey: Uint8Array;
    enrolledHeight: number;
  }[];
  nodeKeys: readonly { epoch: number; key: Uint8Array; height: number; effectiveUnixS: bigint }[];
  tariffs: readonly {
    fromDay: number;
    rule: string;
    retailNelPerWh: readonly bigint[];
    feedInNelPerWh: readonly bigint[];
    feePerDayNel: bigint;
    height: number;
  }[];
  commitments: readonly { meter: string; day: number; commitment: Uint8Array; height: number }[];
  disputes: readonly { meter: string; day: number; reason: string; height: number }[];
  anchors: readonly { day: number; version: number; bookHash: Uint8Array; height: number; unixS: bigint }[];
  noBills: readonly { meter: string; day: number; height: number }[];
  rosters: readonly { day: number; late: boolean; digest: Uint8Array; encoded: Uint8Array; height: number; unixS: bigint }[];
}

export async function handleGenesis(genesis: Genesis, store: Store): Promise<void> {
  await store.set('Clock', CLOCK_ID, { id: CLOCK_ID, ...genesis.clock, graceS: genesis.graceS, lateS: genesis.lateS });
  await setMeters(genesis, store);
  for (const { epoch, key, height, effectiveUnixS } of genesis.nodeKeys) {
    await store.set('NodeKey', String(epoch), { id: String(epoch), epoch, key: hex(key), height, effectiveUnixS });
  }
  for (const { fromDay, rule, retailNelPerWh, feedInNelPerWh, feePerDayNel, height } of genesis.tariffs) {
    const id = `${fromDay}-${height}`;
    await store.set('Tariff', id, {
      id,
      fromDay: int32(fromDay, 'fromDay'),
      rule: plainText(rule),
      feePerDayNel,
      height,
      retailNelPerWh: retailNelPerWh.map((price) => int32(price, 'retailNelPerWh')),
      feedInNelPerWh: feedInNelPerWh.map((price) => int32(price, 'feedInNelPerWh')),
    });
  }
  await setHistory(genesis, store);
}

async function setMeters({ meters }: Genesis, store: Store): Promise<void> {
  for (const { address, member, firstDay, lastDay, maxWhPerSlot, consensusKey, enrolledHeight } of meters) {
    await store.set('Meter', address, {
      id: address,
      address: addressHex(address, 'meter'),
      member,
      maxWhPerSlot,
      enrolledHeight,
      firstDay: int32(firstDay, 'firstDay'),
      lastDay: lastDay === 0 ? null : int32(lastDay, 'lastDay'),
      consensusKey: consensusKey.length > 0 ? hex(consensusKey) : null,
    });
  }
}

async function setHistory({ commitments, disputes, anchors, noBills, rosters }: Genesis, store: Store): Promise<void> {
  for (const { meter, day, commitment, height } of commitments) {
    const id = `${meter}-${day}`;
    await store.set('SealedStatement', id, { id, meter, day, keyEpoch: 0, commitment: hex(commitment), sealed: '0x', height });
  }
  for (const { meter, day, reason, height } of disputes) {
    await store.set('Dispute', `${meter}-${day}`, { id: `${meter}-${day}`, meter, day, reason: plainText(reason), height });
  }
  for (const { day, version, bookHash, height, unixS } of anchors) {
    await store.set('Anchor', `${day}-${version}`, { id: `${day}-${version}`, day, version, bookHash: hex(bookHash), height, unixS });
  }
  for (const { meter, day, height } of noBills) {
    const id = `${meter}-${day}-${height}`;
    await store.set('NoBill', id, { id, meter, day, openHeight: height, withdrawnHeight: null });
  }
  for (const { day, late, digest, encoded, height, unixS } of rosters) {
    const id = late ? `${day}-late` : String(day);
    await store.set('Roster', id, { id, day, late, digest: hex(digest), encoded: hex(encoded), height, unixS });
  }
}
