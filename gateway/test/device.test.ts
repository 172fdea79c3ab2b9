import { describe, expect, test } from 'vitest';
import { dateToDay, firstSlot, MeterClient, type MeterStore, memoryStore } from '../../sdk/ts/src/index.ts';
import { FakeChain, OUTFIT } from '../../sdk/ts/test/fake-chain.ts';
import { Device, type DeviceEvent, type DeviceOptions } from '../src/device.ts';
import { InvocationCounters } from '../src/parse/counters.ts';
import { Clock } from '../src/slots/clock.ts';
import type { Telegram } from '../src/telegram.ts';

const FIRST_DATE = '2026-03-02';
const MIDNIGHT_MS = Date.parse(`${FIRST_DATE}T00:00Z`);
const FIRST_SLOT = firstSlot(dateToDay(FIRST_DATE));

/** A gateway whose machine can be switched off: what its stores hold stays. */
class Bench {
  readonly chain = new FakeChain(MIDNIGHT_MS / 1000 + 10 * 86_400);
  readonly stores = { meter: new Map<string, string>(), state: new Map<string, string>() };
  readonly events: DeviceEvent[] = [];
  offsetMs = MIDNIGHT_MS - 60_000 - performance.now();
  synchronized: boolean | undefined = true;
  /** that have passed for whoever waits before it sends again */
  laterMs = 0;
  /** what the disk says to the next writes; `after`: how many still succeed */
  disk: { code: string; after: number } | undefined;
  device!: Device;
  clock!: Clock;
  client!: MeterClient;

  #store(content: Map<string, string>): MeterStore {
    const store = memoryStore(content);
    return {
      ...store,
      load: () => store.load(),
      close: () => store.close(),
      commit: async (changes) => {
        if (this.disk && this.disk.after-- <= 0) throw Object.assign(new Error(this.disk.code), { code: this.disk.code });
        await store.commit(changes);
      },
    };
  }

  async on(more: Partial<DeviceOptions['settings']> = {}, counters?: InvocationCounters): Promise<void> {
    this.clock = new Clock({ isSynchronized: async () => this.synchronized, nowMs: () => performance.now() + this.offsetMs });
    await this.clock.ask(performance.now());
    const settings = { firstDate: FIRST_DATE, maxWhPerSlot: 5_000, distanceS: 30, confirmations: 2, lagS: 60, ...more };
    this.device = await Device.open({
      settings,
      clock: this.clock,
      ...(counters ? { counters } : {}),
      openState: async () => this.#store(this.stores.state),
      openMeter: async () => {
        const key = new Uint8Array(32).fill(0x11);
        const store = this.#store(this.stores.meter);
        const monotonicMs = (): number => performance.now() + this.laterMs;
        this.client = await MeterClient.open({ chainId: this.chain.chainId, chain: this.chain, outfit: OUTFIT, key, store, monotonicMs });
        return Object.assign(this.client, { run: async () => {} });
      },
      onEvent: (event) => this.events.push(event),
    });
  }

  /** A telegram of so many seconds after midnight, with so many Wh of import. */
  say(secondsAfterMidnight: number, wh: number, more: Partial<Telegram> = {}): void {
    const registers = new Map([
      ['1.8.0', { milliWh: BigInt(Math.round(wh * 1000)), stepMilliWh: 1000n }],
      ['2.8.0', { milliWh: 0n, stepMilliWh: 1000n }],
    ]);
    const atMs = MIDNIGHT_MS + secondsAfterMidnight * 1000 - this.offsetMs;
    this.device.hear({ telegram: { registers, ...more }, atMs });
  }

  /** Every ten seconds, growing by one Wh each, from one second to another. */
  async pass(fromS: number, toS: number): Promise<void> {
    for (let s = fromS; s <= toS; s += 10) this.say(s, 1_000 + s / 10);
    await this.device.save();
  }

  /** The same, and whatever is written is what the device writes by itself. */
  async live(fromS: number, toS: number): Promise<void> {
    for (let s = fromS; s <= toS; s += 10) {
      this.say(s, 1_000 + s / 10);
      await new Promise(setImmediate); // the store answers at once: what the telegram had it write is written
    }
  }

  get newest(): number | undefined {
    const { newestSlot } = this.client.status();
    return newestSlot === undefined ? undefined : newestSlot - FIRST_SLOT;
  }
}

const begun = async (more?: Partial<DeviceOptions['settings']>): Promise<Bench> => {
  const bench = new Bench();
  await bench.on(more);
  return bench;
};

describe('a gateway', () => {
  test('begins with the first midnight, and records every quarter-hour from then on', async () => {
    const bench = await begun();
    await bench.pass(-1_850, -100);
    expect(bench.newest).toBeUndefined();
    await bench.pass(-90, 2_800);
    expect(bench.newest).toBe(2); // the third ended at 2700
    expect(bench.events.map(({ kind }) => kind)).toEqual(['plan', 'started']);
    expect(bench.client.status().queued.reports).toBe(3);
  });

  test('states a whole day, and the SDK has the statement', async () => {
    const bench = await begun();
    await bench.pass(-100, 86_430);
    expect(bench.client.status().queued.statements).toBe(1);
    await bench.device.close();
    const [stated] = bench.client.exportDays().days;
    expect([stated.importStartWh, new Set(stated.importWh), new Set(stated.exportWh)]).toEqual([1000n, new Set([90]), new Set([0])]);
  });

  test('states nothing while its clock is not set, nor from before it was', async () => {
    const bench = new Bench();
    bench.synchronized = false;
    await bench.on();
    await bench.pass(-100, 2_000);
    expect([bench.newest, bench.device.status().counts.dropped['clock-not-trusted']]).toEqual([undefined, 211]);
    bench.synchronized = true;
    const trusted = await begun();
    await trusted.pass(-100, 890);
    trusted.offsetMs += 3_600_000; // an hour off, and set
    trusted.say(900 + 3_600, 1_090);
    expect(trusted.clock.isTrusted).toBe(false);
    expect(trusted.events.at(-1)?.kind).toBe('clock-set');
    await trusted.device.save();
    expect(trusted.newest).toBe(-1);
  });

  test('goes on after the power was cut at any write: what is known is right, and nothing that was seen is missing', async () => {
    const lengths = new Set<number>();
    for (let after = 0; after < 14; after++) {
      const bench = await begun();
      await bench.pass(-100, 1_000);
      bench.disk = { code: 'EIO', after };
      let s = 1_010;
      for (; bench.events.every(({ kind }) => kind !== 'cannot-write') && s < 3_640; s += 10) {
        bench.say(s, 1_000 + s / 10);
        await new Promise(setImmediate); // it writes by itself, when a quarter-hour is over
      }
      bench.disk = undefined; // the power comes back: only what the stores hold is left
      await bench.on();
      await bench.pass(s, 5_500);
      const reports = [...bench.stores.meter].filter(([key]) => key.startsWith('q/r/')).map(([, json]) => JSON.parse(json));
      const recorded = new Map(reports.map(({ slot, importWh }) => [slot - FIRST_SLOT, Number(importWh)]));
      for (const [slot, wh] of recorded) expect(wh).toBe(1_090 + 90 * slot);
      expect([...recorded.keys()]).toEqual(expect.arrayContaining([0, 4, 5]));
      lengths.add(recorded.size);
      await bench.device.close();
    }
    expect(lengths).toEqual(new Set([6]));
  });

  test.each([
    ['right after the first telegram behind an end', 1_800, 1_830],
    ['shortly before an end, and starts again at once', 1_790, 1_810],
  ])('loses no end that was seen where the power is cut %s', async (_, cutS, backS) => {
    const bench = await begun();
    await bench.live(-100, cutS);
    const { stores } = bench; // what a cut leaves: nobody says goodbye
    const back = new Bench();
    Object.assign(back.stores, { meter: new Map(stores.meter), state: new Map(stores.state) });
    await back.on();
    await back.live(backS, 2_800);
    expect([back.newest, back.device.status().counts.missingSlots]).toEqual([2, 0]);
    const slots = [...back.stores.meter.keys()].filter((key) => key.startsWith('q/r/'));
    expect(slots).toHaveLength(3);
    await Promise.all([bench.device.close(), back.device.close()]);
  });

  test('keeps the first telegram behind an end that it took, where the very first was dropped', async () => {
    const bench = await begun();
    await bench.pass(-100, 1_790);
    for (const [atS, wh] of [
      [1_800, 5], // another register's value
      [1_810, 1_181],
    ]) {
      bench.say(atS, wh);
      await new Promise(setImmediate); // it writes by itself
    }
    const { stores } = bench;
    const back = new Bench();
    Object.assign(back.stores, { meter: new Map(stores.meter), state: new Map(stores.state) });
    await back.on();
    await back.pass(2_000, 2_800);
    expect([back.newest, back.device.status().counts.missingSlots]).toEqual([2, 0]);
    expect([...back.stores.meter.keys()].filter((key) => key.startsWith('q/r/'))).toHaveLength(3);
    await Promise.all([bench.device.close(), back.device.close()]);
  });

  test('keeps what an enciphered port has said before', async () => {
    const bench = new Bench();
    const counters = new InvocationCounters();
    await bench.on({}, counters);
    counters.note({ name: 'a', counter: 7 });
    await bench.pass(-100, 1_000);
    const later = new InvocationCounters();
    await bench.on({}, later);
    expect(() => later.assertNew({ name: 'a', counter: 7 })).toThrow('again');
    await bench.device.close();
  });

  test.each(['ENOSPC', 'EROFS'])(
    'keeps readings in memory while the disk says %s, says so once, and writes them when it can',
    async (code) => {
      const bench = await begun();
      await bench.pass(-100, 1_000);
      bench.disk = { code, after: 0 };
      await bench.pass(1_010, 4_600);
      expect(bench.device.status().waiting).toBeGreaterThan(2);
      expect(bench.events.filter(({ kind }) => kind === 'cannot-write')).toEqual([
        { kind: 'cannot-write', message: `readings wait in memory: ${code}` },
      ]);
      bench.disk = undefined;
      await bench.device.save();
      expect([bench.newest, bench.device.status().waiting, bench.events.at(-1)?.kind]).toEqual([4, 0, 'writes-again']);
    },
  );

  test('sends a week that it could not send, once the network is back', async () => {
    const bench = await begun();
    const { broadcast } = bench.chain;
    bench.chain.broadcast = async () => Promise.reject(new Error('no network'));
    await bench.pass(-100, 90);
    for (let end = 900; end <= 7 * 86_400 + 900; end += 900) await bench.pass(end - 20, end + 20);
    await bench.client.step().catch(() => {});
    expect(bench.client.status().queued.statements).toBe(7);
    bench.chain.broadcast = broadcast;
    bench.laterMs = 3_600_000;
    for (let i = 0; i < 60 && bench.client.status().queued.statements > 0; i++) {
      await bench.client.step();
      bench.chain.makeBlock();
    }
    expect(bench.client.status().queued.statements).toBe(0);
    expect([...bench.chain.included.values()].filter(({ statement }) => statement)).toHaveLength(7);
    await bench.device.close();
  });

  test('loses what a full disk did not take when the power goes, and nothing else', async () => {
    const bench = await begun();
    await bench.pass(-100, 1_000);
    bench.disk = { code: 'ENOSPC', after: 0 };
    await bench.pass(1_010, 2_800);
    expect([bench.newest, bench.device.status().waiting]).toEqual([0, 2]);
    bench.disk = undefined; // somebody makes room, and pulls the plug for it
    await bench.on();
    await bench.pass(2_900, 4_600);
    const slots = [...bench.stores.meter].filter(([key]) => key.startsWith('q/r/')).map(([, json]) => JSON.parse(json).slot - FIRST_SLOT);
    expect(slots).toEqual([0, 3, 4]);
    await bench.device.close();
  });

  test("stops at another meter's number, also after a restart, and still closes", async () => {
    const bench = await begun();
    for (let s = -100; s <= 1_000; s += 10) bench.say(s, 1_000 + s / 10, { serial: 'OLD' });
    for (let s = 1_010; s <= 2_000; s += 10) bench.say(s, 5, { serial: 'NEW' });
    await bench.device.save();
    expect([bench.device.status().stop, bench.newest]).toEqual(['meter-exchanged', 0]);
    expect(bench.events.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
    await bench.device.close();
    await bench.on();
    for (let s = 2_010; s <= 3_000; s += 10) bench.say(s, 6, { serial: 'NEW' });
    await bench.device.close();
    expect([bench.device.status().stop, bench.newest]).toEqual(['meter-exchanged', 0]);
  });

  test('leaves out what telegrams were too far apart for, and goes on behind it', async () => {
    const bench = await begun();
    await bench.pass(-100, 850);
    await bench.pass(1_000, 2_000); // silent over 900
    expect([bench.newest, bench.device.status().counts.missingSlots]).toEqual([1, 1]);
  });

  test('says that a meter shows whole kWh', async () => {
    const bench = await begun();
    for (let s = -100; s < 2_400; s += 10) bench.say(s, 7_000);
    expect(bench.events.map(({ kind }) => kind)).toContain('whole-kwh');
  });
});
