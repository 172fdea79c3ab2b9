/**
 * A meter's own export: complete, exact, there when the statement has long gone to the chain, and refused where anything in it is not as it
 * should be.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Untyped } from '../../../test/kit/untyped.ts';
import {
  commitDay,
  encodeMeterExport,
  exportOfStore,
  fieldToBytes,
  gridId,
  MeterClient,
  type MeterExport,
  meterTag,
  parseMeterExport,
} from '../src/index.ts';
import { openFileStore, readFileStore } from '../src/node/file-store.ts';
import { FakeChain, OUTFIT } from './fake-chain.ts';
import { countingRandom, DAY, FIRST_SLOT, KEY, LATER, readings } from './meter.ts';

const folder = mkdtempSync(join(tmpdir(), 'electra-meter-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sent(days: number, keepStatementsDays?: number) {
  const chain = new FakeChain(LATER);
  const store = await openFileStore(join(folder, `store-${days}-${keepStatementsDays ?? 'default'}`));
  const client = await MeterClient.open({
    chainId: chain.chainId,
    chain,
    outfit: OUTFIT,
    store,
    key: KEY,
    random: countingRandom(),
    keepStatementsDays,
  });
  await client.startDay(DAY, 1000n, 0n);
  await client.recordAll(readings(FIRST_SLOT, 96 * days));
  for (let i = 0; i < 20 && client.status().queued.statements > 0; i++) if ((await client.step()) === 'waiting') chain.makeBlock();
  return { chain, client };
}

describe('a meter exports', () => {
  test('each day that it stated, after the chain has taken it: the blinding opens the commitment on the chain', async () => {
    const { chain, client } = await sent(2);
    expect(client.status().queued.statements).toBe(0);
    const { meter, chainId, days } = client.exportDays();
    expect(days.map(({ day }) => day)).toEqual([DAY, DAY + 1]);
    expect(days[1].importStartWh).toBe(10_600n);
    for (const day of days) {
      const C = fieldToBytes(commitDay({ ...day, gridId: gridId(chainId), meterTag: meterTag(meter) }));
      expect(Buffer.from((await chain.commitment(meter, day.day))!).toString('hex')).toBe(Buffer.from(C).toString('hex'));
    }
    await client.close();
  });

  test('beside the running meter, from its folder, without a key', async () => {
    const { client } = await sent(1);
    const content = await readFileStore(join(folder, 'store-1-default'));
    expect(await exportOfStore(content)).toEqual(client.exportDays());
    expect(await exportOfStore(content, DAY + 1)).toMatchObject({ days: [] });
    await client.close();
  });

  test('no day older than it was told to keep', async () => {
    const { client } = await sent(3, 1);
    await client.addStatement({
      day: DAY + 3,
      importStartWh: 29_800n,
      exportStartWh: 21n,
      importWh: Array(96).fill(0),
      exportWh: Array(96).fill(0),
      flags: 0,
    });
    expect(client.exportDays().days.map(({ day }) => day)).toEqual([DAY + 2, DAY + 3]);
    await client.close();
  });

  test('nothing from a folder that is no store, and nothing from one that is no meter’s', async () => {
    await expect(readFileStore(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'store-missing' });
    await expect(exportOfStore(new Map())).rejects.toMatchObject({ code: 'wrong-store' });
  });
});

const series = fc.array(fc.integer({ min: 0, max: 2 ** 20 - 1 }), { minLength: 96, maxLength: 96 });
const register = fc.bigInt({ min: 0n, max: 2n ** 55n });
const anyExport = fc.record({
  chainId: fc.constant('electra-test-00000001'),
  meter: fc.constant('electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl'),
  days: fc
    .uniqueArray(
      fc.record({
        day: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        importStartWh: register,
        exportStartWh: register,
        importWh: series,
        exportWh: series,
        blinding: fc.uint8Array({ minLength: 31, maxLength: 31 }),
        flags: fc.integer({ min: 0, max: 65_535 }),
      }),
      { selector: (d) => d.day, maxLength: 3 },
    )
    .map((days) => days.sort((a, b) => a.day - b.day)),
});

describe('an export', () => {
  test('comes back as it was written', () => {
    fc.assert(
      fc.property(anyExport, (file) => {
        expect(parseMeterExport(encodeMeterExport(file))).toEqual(file);
      }),
      { numRuns: 30 },
    );
  });

  const day = {
    day: DAY,
    importStartWh: 1n,
    exportStartWh: 2n,
    importWh: Array(96).fill(3) as number[],
    exportWh: Array(96).fill(0) as number[],
    blinding: new Uint8Array(31).fill(7),
    flags: 0,
  };
  const file: MeterExport = {
    chainId: 'electra-test-00000001',
    meter: 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl',
    days: [day, { ...day, day: DAY + 1 }],
  };
  test.each<[string, (value: Untyped) => void, string]>([
    [
      'of another format',
      (f) => {
        f.format = 'electra/meter-export/v2';
      },
      'meterExport.format',
    ],
    [
      'with a key that is none',
      (f) => {
        f.note = 1;
      },
      'meterExport.note',
    ],
    [
      'without a chain',
      (f) => {
        delete f.chainId;
      },
      'meterExport.chainId',
    ],
    [
      'of a meter that is none',
      (f) => {
        f.meter = 'electra1x';
      },
      'meterExport.meter',
    ],
    [
      'with a day twice',
      (f) => {
        f.days[1].day = DAY;
      },
      'meterExport.days[1].day',
    ],
    [
      'with 95 values',
      (f) => {
        f.days[1].importWh.pop();
      },
      'meterExport.days[1].importWh',
    ],
    [
      'with a value of 2^20',
      (f) => {
        f.days[0].exportWh[5] = 2 ** 20;
      },
      'meterExport.days[0].exportWh[5]',
    ],
    [
      'with half a Wh',
      (f) => {
        f.days[0].exportWh[5] = 0.5;
      },
      'meterExport.days[0].exportWh[5]',
    ],
    [
      'with a register as a number',
      (f) => {
        f.days[0].importStartWh = 1;
      },
      'meterExport.days[0].importStartWh',
    ],
    [
      'with a blinding of 30 bytes',
      (f) => {
        f.days[0].blinding = 'ab'.repeat(30);
      },
      'meterExport.days[0].blinding',
    ],
  ])('%s is refused by the field', (_, change, field) => {
    const value = JSON.parse(encodeMeterExport(file));
    change(value);
    expect(() => parseMeterExport(JSON.stringify(value))).toThrow(expect.objectContaining({ field }));
  });
  test('cut short is refused', () => expect(() => parseMeterExport(encodeMeterExport(file).slice(0, -9))).toThrow('truncated'));
});
