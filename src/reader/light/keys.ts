/**
 * The state keys that auditors prove (chain/README.md, "What light clients prove"): a prefix byte, integers in four big-endian bytes,
 * addresses raw, a bool in one byte; a log entry's number in eight. The order of the bytes is the order of the tree, so all disputes of a
 * day lie side by side.
 *
 * Trap: a wrong encoding is always "absent". The tests hold these keys against a real chain's proofs of existence.
 */
import { addressBytes } from '../../protocol/values/address.ts';
import { assertU32, SLOTS_PER_DAY } from '../../protocol/values/time.ts';

/** The store of module x/meter. */
export const METER_STORE = 'meter';

export const PREFIX = {
  params: 0,
  clock: 1,
  meter: 3,
  nodeKey: 7,
  tariff: 8,
  roster: 11,
  dispute: 12,
  anchor: 13,
  noBill: 14,
  nextFreeze: 18,
  nextLate: 19,
  log: 24,
  nextSeq: 25,
  verificationKey: 26,
  genesisHash: 27,
  finalReading: 28,
  rotation: 29,
  slotPrices: 32,
  proven: 34,
  bill: 38,
  uplink: 39,
} as const;

type Part = { u32: number } | { u64: number } | { bool: boolean } | { address: string } | { text: string };

function stateKey(prefix: number, ...parts: Part[]): Uint8Array {
  const bytes = [prefix];
  for (const part of parts) {
    if ('u32' in part) {
      const n = assertU32(part.u32, 'state key');
      bytes.push(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
    } else if ('u64' in part) {
      for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(part.u64 / 2 ** shift) % 256);
    } else if ('bool' in part) bytes.push(part.bool ? 1 : 0);
    else if ('text' in part) bytes.push(...new TextEncoder().encode(part.text));
    else bytes.push(...addressBytes(part.address, 'state key'));
  }
  return Uint8Array.from(bytes);
}

export const stateKeys = {
  params: () => stateKey(PREFIX.params),
  clock: () => stateKey(PREFIX.clock),
  /** of a circuit, by its name */
  verificationKey: (circuit: string) => stateKey(PREFIX.verificationKey, { text: circuit }),
  /** Where the community shares on a day is the value here or, where there is none, of the left neighbour. */
  uplink: (fromDay: number) => stateKey(PREFIX.uplink, { u32: fromDay }),
  /** SHA-256 of the genesis (src/protocol/genesis/hash.ts), 32 bytes as they are */
  genesisHash: () => stateKey(PREFIX.genesisHash),
  /** `meter`: bech32 */
  meter: (meter: string) => stateKey(PREFIX.meter, { address: meter }),
  nodeKey: (epoch: number) => stateKey(PREFIX.nodeKey, { u32: epoch }),
  /** The tariff in force on a day is the value here, or where there is none, of the left neighbour: readTariffInForce. */
  tariff: (fromDay: number) => stateKey(PREFIX.tariff, { u32: fromDay }),
  slotPrices: (slot: number) => stateKey(PREFIX.slotPrices, { u32: slot }),
  roster: (day: number, late: boolean) => stateKey(PREFIX.roster, { u32: day }, { bool: late }),
  /** the day whose roster, or late roster, freezes next: four bytes, big-endian */
  nextFreeze: () => stateKey(PREFIX.nextFreeze),
  nextLate: () => stateKey(PREFIX.nextLate),
  dispute: (day: number, meter: string) => stateKey(PREFIX.dispute, { u32: day }, { address: meter }),
  anchor: (day: number, version: number) => stateKey(PREFIX.anchor, { u32: day }, { u32: version }),
  /** a book that the chain has verified */
  proven: (day: number, version: number) => stateKey(PREFIX.proven, { u32: day }, { u32: version }),
  /** what a community owes for a day, hidden, until that is settled */
  bill: (day: number, meter: string) => stateKey(PREFIX.bill, { u32: day }, { address: meter }),
  noBill: (day: number, meter: string) => stateKey(PREFIX.noBill, { u32: day }, { address: meter }),
  /** `day`: the meter's last one */
  finalReading: (day: number, meter: string) => stateKey(PREFIX.finalReading, { u32: day }, { address: meter }),
  /** `n`: from 1 on */
  rotation: (n: number) => stateKey(PREFIX.rotation, { u32: n }),
  /** `seq`: from 1 on */
  logEntry: (seq: number) => stateKey(PREFIX.log, { u64: seq }),
  /** the log's next number: right behind its last entry */
  nextSeq: () => stateKey(PREFIX.nextSeq),
};

/** All keys that begin with these bytes: from inclusive, to exclusive. */
export interface KeyRange {
  from: Uint8Array;
  to: Uint8Array;
}

/** The first key behind another. */
const behind = (key: Uint8Array): Uint8Array => Uint8Array.from([...key, 0]);

function startingWith(from: Uint8Array): KeyRange {
  const to = from.slice();
  for (let i = to.length - 1; i >= 0; i--) {
    to[i] = (to[i] + 1) & 255;
    if (to[i] !== 0) break; // no carry
  }
  return { from, to }; // prefix bytes are far below 255, so the carry always ends
}

export const stateRanges = {
  disputes: (day: number) => startingWith(stateKey(PREFIX.dispute, { u32: day })),
  anchors: (day: number) => startingWith(stateKey(PREFIX.anchor, { u32: day })),
  /** a day's proven books, from the key of version 1 on: the first step of the walk shows it, there or absent */
  proven: (day: number): KeyRange => ({
    from: stateKeys.proven(day, 1),
    to: startingWith(stateKey(PREFIX.proven, { u32: day })).to,
  }),
  noBills: (day: number) => startingWith(stateKey(PREFIX.noBill, { u32: day })),
  finalReadings: (day: number) => startingWith(stateKey(PREFIX.finalReading, { u32: day })),
  /** of a day's 96 slots: those whose prices were set over the tariff */
  slotPrices: (day: number): KeyRange => ({
    from: stateKeys.slotPrices(day * SLOTS_PER_DAY),
    to: behind(stateKeys.slotPrices((day + 1) * SLOTS_PER_DAY - 1)),
  }),
  /** everybody who became the operator after the one of genesis */
  rotations: () => startingWith(stateKey(PREFIX.rotation)),
  /** both rosters of a day */
  rosters: (day: number) => startingWith(stateKey(PREFIX.roster, { u32: day })),
  meters: () => startingWith(stateKey(PREFIX.meter)),
  nodeKeys: () => startingWith(stateKey(PREFIX.nodeKey)),
  tariffs: () => startingWith(stateKey(PREFIX.tariff)),
  /**
   * The log from an entry on, and its next number. It begins right behind the entry before, so that a walk over the whole log is also one
   * from each of its entries.
   */
  log: (from: number): KeyRange => ({ from: behind(stateKeys.logEntry(from - 1)), to: behind(stateKeys.nextSeq()) }),
};
