import { toBech32 } from '@cosmjs/encoding';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { genesisJson } from '../../../test/kit/genesis.ts';
import { refusal } from '../../../test/kit/light/forge.ts';
import type { Untyped } from '../../../test/kit/untyped.ts';
import { compareBytes, encodeRoster, rosterDigest } from '../../protocol/day/roster.ts';
import * as state from '../../protocol/messages/generated/electra/meter/v1/types.ts';
import { readGenesisTrust } from './genesis.ts';
import { stateKeys, stateRanges } from './keys.ts';
import { readSlotPrices } from './slot-prices.ts';
import {
  readAnchor,
  readDispute,
  readMeter,
  readNoBill,
  readNodeKey,
  readParams,
  readRoster,
  readTariff,
  readTariffInForce,
} from './values.ts';

const meter = (name: string): string => toBech32('electra', sha256(utf8ToBytes(name)).slice(0, 20));
const [anna, bert] = ['anna', 'bert'].map(meter).sort((a, b) => compareBytes(stateKeys.meter(a), stateKeys.meter(b)));
const hash = sha256(utf8ToBytes('something'));
const entry = <T>(
  key: Uint8Array,
  type: { fromPartial(value: Untyped): T; encode(value: T): { finish(): Uint8Array } },
  fields: object,
) => ({
  key,
  value: type.encode(type.fromPartial(fields)).finish(),
});

describe('state keys', () => {
  test('are prefix byte, big-endian integers, raw addresses, one byte for a bool', () => {
    expect(bytesToHex(stateKeys.roster(20_000, true))).toBe('0b00004e2001');
    expect(bytesToHex(stateKeys.anchor(0x01020304, 2))).toBe('0d0102030400000002');
    expect(bytesToHex(stateKeys.tariff(0xffff_ffff))).toBe('08ffffffff');
    expect(bytesToHex(stateKeys.bill(1, anna))).toBe(`2600000001${bytesToHex(stateKeys.meter(anna).slice(1))}`);
    expect(bytesToHex(stateKeys.dispute(1, anna))).toBe(`0c00000001${bytesToHex(stateKeys.meter(anna).slice(1))}`);
  });
  test('of a day lie in its range, and those of another day do not', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), (day, other, version) => {
        const { from, to } = stateRanges.anchors(day);
        const inside = (key: Uint8Array): boolean => compareBytes(key, from) >= 0 && compareBytes(key, to) < 0;
        expect(inside(stateKeys.anchor(day, version))).toBe(true);
        expect(inside(stateKeys.anchor(other, version))).toBe(day === other);
        expect(inside(stateKeys.dispute(day, anna))).toBe(false);
      }),
    );
  });
  test('of prices are those of the day, slot by slot, and none beside them', () => {
    const { from, to } = stateRanges.slotPrices(20_000);
    const inside = (slot: number): boolean => {
      const key = stateKeys.slotPrices(slot);
      return compareBytes(key, from) >= 0 && compareBytes(key, to) < 0;
    };
    const first = 20_000 * 96;
    expect([first - 1, first, first + 95, first + 96].map(inside)).toEqual([false, true, true, false]);
    expect(bytesToHex(stateKeys.slotPrices(0x01020304))).toBe('2001020304');
  });
  test('end their ranges with a carry', () => {
    expect(bytesToHex(stateRanges.anchors(0x01ff_ffff).to)).toBe('0d02000000');
    expect(bytesToHex(stateRanges.anchors(0xffff_ffff).to)).toBe('0e00000000');
    expect(bytesToHex(stateRanges.tariffs().to)).toBe('09');
  });
  test('refuse what is no day, version or address', () => {
    expect(refusal(() => stateKeys.tariff(-1))).not.toBe('accepted');
    expect(refusal(() => stateKeys.tariff(2 ** 32))).not.toBe('accepted');
    expect(refusal(() => stateKeys.meter('cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a'))).not.toBe('accepted');
  });
});

const durations = {
  graceS: 21_600n,
  graceBlocks: 600n,
  lateS: 1n,
  validatorDelayS: 1n,
  validatorWindowS: 1n,
  keyMaxAgeS: 1n,
  keyOverlapS: 1n,
  anchorDueS: 1n,
  linkDueS: 1n,
  trustPeriodS: 1n,
};
const tariff = {
  fromDay: 7,
  rule: 'mid-market/1',
  retailNelPerWh: Array(96).fill(300_000n),
  feedInNelPerWh: Array(96).fill(-80_000n),
  feePerDayNel: 5n,
  height: 3n,
};

describe('a value is read within its limits', () => {
  type Case = [name: string, read: (fields: object) => unknown, good: Record<string, unknown>, bad: Record<string, unknown[]>];
  const cases: Case[] = [
    [
      'params',
      (f) => readParams(entry(stateKeys.params(), state.Params, f)),
      { ...durations, tick: 1000n },
      { tick: [0n, 1n << 31n], graceS: [1n << 60n] },
    ],
    [
      'meter',
      (f) => readMeter(entry(stateKeys.meter(anna), state.Meter, f)),
      { address: anna, member: bert, firstDay: 1, lastDay: 0, maxWhPerSlot: 10, consensusKey: hash, enrolledHeight: 0n },
      {
        member: ['', anna.toUpperCase(), `${bert}q`],
        firstDay: [50_000_000],
        maxWhPerSlot: [0, 1 << 20],
        consensusKey: [hash.slice(1)],
        enrolledHeight: [-1n, 1n << 60n],
      },
    ],
    [
      'node key',
      (f) => readNodeKey(entry(stateKeys.nodeKey(4), state.NodeKey, f)),
      { epoch: 4, key: hash, height: 1n, effectiveUnixS: 9n },
      { key: [new Uint8Array(0), hash.slice(1)], height: [-1n], effectiveUnixS: [-1n, 1n << 50n] },
    ],
    [
      'tariff',
      (f) => readTariff(entry(stateKeys.tariff(7), state.Tariff, f)),
      tariff,
      {
        retailNelPerWh: [[], Array(95).fill(1n), Array(96).fill(1n << 31n), Array(96).fill(-(1n << 31n))],
        feedInNelPerWh: [Array(96).fill(-(1n << 31n)), Array(96).fill(1n << 31n), Array(97).fill(0n)],
        feePerDayNel: [1n << 48n],
        height: [-1n],
      },
    ],
    [
      'slot prices',
      (f) => readSlotPrices(entry(stateKeys.slotPrices(700), state.SlotPrices, f)),
      { slot: 700, retailNelPerWh: -40_000n, feedInNelPerWh: 80_000n, height: 3n, unixS: 4n },
      {
        retailNelPerWh: [1n << 31n, -(1n << 31n)],
        feedInNelPerWh: [1n << 31n, -(1n << 31n)],
        height: [-1n],
        unixS: [-1n, 1n << 50n],
      },
    ],
    [
      'dispute',
      (f) => readDispute(entry(stateKeys.dispute(7, anna), state.Dispute, f)),
      { meter: anna, day: 7, reason: 'does not open', height: 3n },
      { reason: ['', 'x'.repeat(141), 'tab\t', 'ü'], height: [-1n] },
    ],
    [
      'anchor',
      (f) => readAnchor(entry(stateKeys.anchor(7, 2), state.Anchor, f)),
      { day: 7, version: 2, bookHash: hash, totals: hash, height: 3n, unixS: 4n },
      {
        bookHash: [hash.slice(1), new Uint8Array(33)],
        totals: [hash.slice(1), new Uint8Array(33)],
        unixS: [-1n, 1n << 50n],
        height: [-1n],
      },
    ],
    [
      'NoBill',
      (f) => readNoBill(entry(stateKeys.noBill(7, anna), state.NoBill, f)),
      { meter: anna, day: 7, height: 3n },
      { meter: ['', 'electra1'], height: [-1n] },
    ],
  ];
  test.each(cases)('%s', (_, read, good, bad) => {
    expect(refusal(() => read(good))).toBe('accepted');
    for (const [field, values] of Object.entries(bad))
      for (const value of values)
        expect(
          refusal(() => read({ ...good, [field]: value })),
          `${field} ${String(value).slice(0, 20)}`,
        ).toBe('bad-value');
  });
  test.each([
    ['day', () => readAnchor(entry(stateKeys.anchor(8, 2), state.Anchor, { day: 7, version: 2, bookHash: hash }))],
    ['version', () => readAnchor(entry(stateKeys.anchor(7, 1), state.Anchor, { day: 7, version: 2, bookHash: hash }))],
    ['meter', () => readMeter(entry(stateKeys.meter(bert), state.Meter, { address: anna, member: bert, maxWhPerSlot: 1 }))],
    ['epoch', () => readNodeKey(entry(stateKeys.nodeKey(5), state.NodeKey, { epoch: 4, key: hash }))],
    ['slot', () => readSlotPrices(entry(stateKeys.slotPrices(8), state.SlotPrices, { slot: 7 }))],
    ['first day', () => readTariff(entry(stateKeys.tariff(8), state.Tariff, tariff))],
    ['kind', () => readNoBill(entry(stateKeys.dispute(7, anna), state.NoBill, { meter: anna, day: 7 }))],
  ])('and only under the key of its %s', (_, read) => expect(refusal(read)).toBe('bad-value'));

  const roster = encodeRoster({
    day: 7,
    meters: [
      { meter: anna, commitment: 5n },
      { meter: bert, commitment: null },
    ],
  });
  const rosterWith = (change: object) => () =>
    readRoster(
      entry(stateKeys.roster(7, false), state.Roster, {
        day: 7,
        digest: hexToBytes(rosterDigest(roster)),
        encoded: roster,
        height: 3n,
        unixS: 4n,
        ...change,
      }),
    );
  test('roster, with the digest computed', () => {
    expect(rosterWith({})()).toMatchObject({
      day: 7,
      late: false,
      digest: rosterDigest(roster),
      roster: {
        day: 7,
        meters: [
          { meter: anna, commitment: 5n },
          { meter: bert, commitment: null },
        ],
      },
    });
    const other = encodeRoster({ day: 8, meters: [] });
    for (const change of [
      { digest: hash },
      { digest: new Uint8Array(0) },
      { encoded: roster.slice(0, -1) },
      { encoded: other, digest: hexToBytes(rosterDigest(other)) },
      { late: true },
      { unixS: -1n },
    ]) {
      expect(refusal(rosterWith(change))).toBe('bad-value');
    }
  });
});

describe('the tariff in force', () => {
  const value = state.Tariff.encode(state.Tariff.fromPartial(tariff)).finish();
  const neighbour = { key: stateKeys.tariff(7), value };
  test('is the day’s own, or the nearest before', () => {
    expect(readTariffInForce(7, { absent: false, value }).fromDay).toBe(7);
    expect(readTariffInForce(9, { absent: true, left: neighbour, right: null }).fromDay).toBe(7);
  });
  test('is none where the left neighbour is of another kind, or there is none', () => {
    expect(refusal(() => readTariffInForce(6, { absent: true, left: { key: stateKeys.nodeKey(1), value }, right: neighbour }))).toBe(
      'bad-value',
    );
    expect(refusal(() => readTariffInForce(6, { absent: true, left: null, right: neighbour }))).toBe('bad-value');
    expect(refusal(() => readTariffInForce(8, { absent: false, value }))).toBe('bad-value');
  });
});

describe('the start from a genesis', () => {
  test('is chain id, time, clock and first set', () => {
    expect(readGenesisTrust(genesisJson())).toMatchObject({ chainId: 'electra-rural-5eed0001', clock: { rate: 1 } });
  });
  test.each([null, {}, genesisJson((state) => delete state.clock)])('is refused where it is none', (bad) => {
    expect(refusal(() => readGenesisTrust(bad))).toBe('malformed');
  });
});
