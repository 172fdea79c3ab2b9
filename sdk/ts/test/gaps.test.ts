/** Registers over gaps, displays that begin again at 0, clocks that are wrong, and what the operator disputed. */
import { describe, expect, test } from 'vitest';
import { readVectors } from '../../vectors/read.ts';
import { type CometRpc, query, sharedChain } from '../src/index.ts';
import { FakeChain } from './fake-chain.ts';
import { DAY, drive, FIRST_SLOT, LATER, reading, readings, startedMeter, testMeter } from './meter.ts';

const at = (slot: number, importRegisterWh: bigint, exportRegisterWh = 0n) => ({
  slot: FIRST_SLOT + slot,
  importRegisterWh,
  exportRegisterWh,
});

describe('over a gap', () => {
  test('a register that fell is refused where it enters, however long the gap, and the sentence says where to go on', async () => {
    const { client } = await testMeter(new FakeChain(LATER));
    await client.startDay(DAY, 5_003_000n, 0n);
    await client.record(at(0, 5_004_000n));
    for (const slot of [1, 2, 5, 200, 4000])
      await expect(client.record(at(slot, 12n)), String(slot)).rejects.toMatchObject({
        code: 'register-fell',
        field: 'importRegisterWh',
        message: expect.stringContaining('An exchanged meter'),
      });
    await client.record(at(200, 5_004_000n));
  });

  test('more than could have flowed since is refused, up to the most that could is taken', async () => {
    const { client } = await startedMeter(new FakeChain(LATER));
    await client.record(at(0, 1_900n));
    await expect(client.record(at(2, 4_294_967_295n))).rejects.toMatchObject({ code: 'out-of-range', field: 'importRegisterWh' });
    await expect(client.record(at(2, 1_900n, 2n * ((1n << 20n) - 1n) + 1n))).rejects.toMatchObject({ field: 'exportRegisterWh' });
    await client.record(at(2, 1_900n + 2n * ((1n << 20n) - 1n)));
    await client.record(at(3, 1_900n + 2n * ((1n << 20n) - 1n) + 100n)); // the true ones go on
  });

  test('a late reading must fit the nearest later one as well', async () => {
    const { client } = await startedMeter(new FakeChain(LATER));
    await client.record(at(10, 2_000n));
    await expect(client.record(at(4, 2_001n))).rejects.toMatchObject({ code: 'register-fell' });
    await client.record(at(4, 1_999n));
  });

  test('the maximum is the one that the meter is enrolled with, where it is told', async () => {
    const { client } = await startedMeter(new FakeChain(LATER), { maxWhPerSlot: 7000 });
    await expect(client.record(at(0, 8_001n))).rejects.toMatchObject({ code: 'out-of-range' });
    await client.record(at(0, 8_000n));
    await expect(client.record(at(3, 29_001n))).rejects.toMatchObject({ code: 'out-of-range' });
    await client.record(at(3, 29_000n));
  });

  test('a day that the device states itself must fit the registers around it, and the next day goes on from it', async () => {
    const chain = new FakeChain(LATER);
    const { client } = await startedMeter(chain);
    const day = { day: DAY, importStartWh: 1000n, exportStartWh: 0n, importWh: Array(96).fill(100), exportWh: Array(96).fill(0), flags: 0 };
    await expect(client.addStatement({ ...day, importStartWh: 999n })).rejects.toMatchObject({ code: 'already-reported' });
    await client.addStatement(day);
    await expect(client.record(at(96, 10_599n))).rejects.toMatchObject({ code: 'register-fell' });
    await client.recordAll(Array.from({ length: 96 }, (_, i) => at(96 + i, 10_600n + 10n * BigInt(i))));
    expect(client.status().queued.statements).toBe(2);
  });
});

describe('a display that begins again at 0', () => {
  const turns = { rollsOverAtWh: 1_000_000_000n };

  test('is counted on, also over a gap, and says the same when it is told again', async () => {
    const { client } = await testMeter(new FakeChain(LATER), undefined, undefined, turns);
    await client.startDay(DAY, 999_999_900n, 0n);
    await client.record(at(0, 999_999_950n));
    await client.record(at(3, 40n));
    await client.record(at(3, 40n));
    await client.recordAll(Array.from({ length: 92 }, (_, i) => at(4 + i, 50n)));
    await client.recordAll([at(1, 0n), at(2, 30n)]);
    const [{ importStartWh, importWh }] = client.exportDays().days;
    expect(importStartWh).toBe(999_999_900n);
    expect(importWh.slice(0, 5)).toEqual([50, 50, 30, 10, 10]);
  });

  test('does not hide an exchange: what did not roll over is refused', async () => {
    const { client } = await testMeter(new FakeChain(LATER), undefined, undefined, turns);
    await client.startDay(DAY, 5_004_000n, 0n);
    await expect(client.record(at(3, 12n))).rejects.toMatchObject({ code: 'register-fell' });
    await expect(client.record(at(3, 1_000_000_000n))).rejects.toMatchObject({ code: 'out-of-range' });
  });
});

describe("a device's clock that is ahead", () => {
  const NOW = DAY * 86_400 + 4 * 900 + 10;

  test('gives readings that are held back and replaced by the true ones', async () => {
    const chain = new FakeChain(NOW);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 4));
    await drive(meter, chain);
    // one cycle, two days and a half ahead: what the register shows now, for all those slots
    const wrong = Array.from({ length: 240 }, (_, i) => ({ ...reading(FIRST_SLOT + 3), slot: FIRST_SLOT + 5 + i }));
    await meter.client.recordAll(wrong);
    expect(meter.client.status()).toMatchObject({ heldBack: 240, newestSlot: FIRST_SLOT + 3, lastError: { code: 'held-back' } });
    expect(meter.client.status().queued).toEqual({ reports: 0, statements: 0 });
    for (let slot = 4; slot < 96; slot++) {
      chain.chainUnixS = DAY * 86_400 + (slot + 1) * 900 + 5;
      await meter.client.record(reading(FIRST_SLOT + slot));
      await meter.client.step();
      chain.makeBlock();
    }
    await drive(meter, chain, 5);
    expect(chain.included.get(`s/${DAY}`)!.statement!.importWh).toEqual(Array(96).fill(100));
  });

  test('of a chain that stood still: they are taken once its clock has passed them, and one that contradicts is let go', async () => {
    const chain = new FakeChain(NOW);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 4));
    await drive(meter, chain);
    await meter.client.recordAll(readings(FIRST_SLOT + 5, 92));
    await meter.client.record({ ...reading(FIRST_SLOT + 60), importRegisterWh: 1n });
    expect(meter.client.status().heldBack).toBe(92);
    await meter.client.record(reading(FIRST_SLOT + 4));
    chain.chainUnixS = LATER;
    await drive(meter, chain);
    expect(meter.client.status()).toMatchObject({ heldBack: 0, lastError: { code: 'register-fell' } });
    await meter.client.record(reading(FIRST_SLOT + 60));
    await drive(meter, chain);
    expect(chain.included.get(`s/${DAY}`)!.statement!.importWh).toEqual(Array(96).fill(100));
  });

  test('that jumps back by an hour lets a shared chain tell no old news', async () => {
    let [now, height] = [1e12, 1000];
    const rpc = {
      query: async () => ({
        height,
        value: query.QueryStatusResponse.encode(query.QueryStatusResponse.fromPartial({ height: BigInt(height) })).finish(),
      }),
    };
    const chain = sharedChain(rpc as unknown as CometRpc, { monotonicMs: () => now });
    expect((await chain.status()).height).toBe(1000);
    height = 4600;
    expect((await chain.status()).height).toBe(1000); // within its second
    now -= 3_600_000;
    expect((await chain.status()).height).toBe(4600);
  });

  test('that jumps back does not hold up a transaction that must be sent again', async () => {
    const chain = new FakeChain(LATER);
    const meter = await startedMeter(chain);
    await meter.client.record(reading(FIRST_SLOT));
    await meter.client.step();
    chain.dropMempool();
    meter.setClock(-3_600_000);
    meter.advance(20_000);
    await meter.client.step();
    expect(chain.broadcasts).toHaveLength(2);
  });
});

describe('the days of a meter', () => {
  test('begin with its first: the day before is not missing', async () => {
    const { client } = await startedMeter(new FakeChain(LATER));
    await client.record(reading(FIRST_SLOT));
    expect(client.status().incompleteDays).toEqual([]);
    await client.record(reading(FIRST_SLOT + 96));
    expect(client.status().incompleteDays.map(({ day }) => day)).toEqual([DAY]);
  });

  test('that the operator disputed are named, once by an event and from then on in the status', async () => {
    const chain = new FakeChain((DAY + 1) * 86_400 + 50_000);
    const meter = await startedMeter(chain);
    await meter.client.recordAll(readings(FIRST_SLOT, 96));
    await drive(meter, chain);
    expect(meter.client.status().disputedDays).toEqual([]);
    chain.disputed.push({ day: DAY, meter: meter.client.meter, reason: 'registers-jump' }, { day: DAY, meter: 'other', reason: 'no-box' });
    await meter.client.step();
    expect(meter.client.status().disputedDays, 'asked once an hour').toEqual([]);
    for (let hour = 0; hour < 3; hour++) {
      meter.advance(3_600_000);
      await meter.client.step();
    }
    expect(meter.client.status()).toMatchObject({
      disputedDays: [{ day: DAY, reason: 'registers-jump' }],
      lastError: { code: 'disputed' },
    });
    expect(meter.events.filter(({ kind }) => kind === 'disputed')).toHaveLength(1);
    expect((await testMeter(chain, meter.store)).client.status().disputedDays).toHaveLength(1);
  });
});

test.each(readVectors('registers').cases)(
  'the vector: $name',
  async ({ maxWhPerSlot, day, importStartWh, exportStartWh, readings: steps }) => {
    const { client } = await testMeter(new FakeChain(LATER), undefined, undefined, { maxWhPerSlot });
    await client.startDay(day, BigInt(importStartWh), BigInt(exportStartWh));
    for (const { slot, importRegisterWh, exportRegisterWh, answer } of steps) {
      const came = await client
        .record({ slot, importRegisterWh: BigInt(importRegisterWh), exportRegisterWh: BigInt(exportRegisterWh) })
        .then(
          () => 'ok',
          (error: { code: string }) => error.code,
        );
      expect(came, `slot ${slot}: ${importRegisterWh} Wh, ${exportRegisterWh} Wh`).toBe(answer);
    }
  },
);
