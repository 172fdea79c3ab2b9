import { expect, test } from 'vitest';
import { builders, substituteHolds } from '../../../../test/kit/books/community.ts';
import { address } from '../../../../test/kit/books/index-rows.ts';
import { commitDay, gridId, meterTag } from '../../../protocol/index.ts';
import { csprng } from './randomness.ts';
import type { CopiedDay, MeterDay } from './sources.ts';
import { readingOf } from './sources.ts';

const chainId = 'electra-sources-0a1b2c3d';
const [meter, day] = [address('meter 1'), 20_640];
const silent: MeterDay = {
  ...{ meter, member: address('member 1'), day, rostered: null, sealed: false, statement: undefined, maxWhPerSlot: 5000 },
  ...{ before: undefined, lastKnown: undefined, nextKnown: undefined, finalReading: undefined, disputed: false },
};
const signed = (at: number): CopiedDay => {
  const values = { importWh: Array<number>(96).fill(at % 100), exportWh: Array<number>(96).fill(3), importStartWh: 7n, exportStartWh: 8n };
  const blinding = new Uint8Array(31).fill(at % 200);
  const from = commitDay({ ...values, blinding, gridId: gridId(chainId), meterTag: meterTag(meter), day: at });
  return { fromDay: at, from, ...values, blinding };
};
const substituteOf = (copied: CopiedDay | null) => readingOf(silent, 'substitute', { chainId, copied, u0: 1n, u1: 2n, draws: csprng });

test('a substitute holds what opens the commitment of the day that it copies, the meter’s own', () => {
  const week = signed(day - 7);
  const { copy, importWh, exportWh } = substituteOf(week);
  const { from, importStartWh, exportStartWh, blinding } = week;
  expect(copy).toEqual({ fromDay: day - 7, from, importStartWh, exportStartWh, blinding });
  expect([importWh, exportWh]).toEqual([week.importWh, week.exportWh]);
});

test('a substitute of the zero day is zero and names no day', async () => {
  const { copy, importWh, C, ...rest } = substituteOf(null);
  expect(importWh).toEqual(Array(96).fill(0));
  expect(copy).toMatchObject({ fromDay: 0, from: 0n });
  const { from, fromDay, importStartWh: fromImportStartWh, exportStartWh: fromExportStartWh, blinding: fromBlinding } = copy!;
  const about = { C, gridId: gridId(chainId), meterTag: meterTag(meter), day, from, fromDay };
  const signals = builders.substituteInput({ ...rest, importWh, ...about, fromImportStartWh, fromExportStartWh, fromBlinding });
  expect(signals).toMatchObject({ from: '0', fromDay: '0' });
  expect(await substituteHolds(signals)).toBe(true);
});

test('a metered day copies nothing', () => {
  const { from: C, fromDay: _, importWh, exportWh, ...rest } = signed(day);
  const values = { ...rest, importWh: [...importWh], exportWh: [...exportWh] };
  const stated = {
    ...silent,
    rostered: C,
    statement: { ...values, status: 'opened' as const, reason: null, commitment: new Uint8Array(32) },
  };
  expect(readingOf(stated, 'metered', { chainId, copied: signed(day - 1), u0: 1n, u1: 2n, draws: csprng }).copy).toBeNull();
});
