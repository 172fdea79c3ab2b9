/** The handlers by themselves, over a store in memory: as the node's runtime calls them, and as SubQuery's sandbox does. */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import project from '../project.ts';
import { encodeRoster, rosterDigest } from '../src/protocol/day/roster.ts';
import { mainTypes } from '../src/protocol/messages/main-messages.ts';
import { meterTypes } from '../src/protocol/messages/messages.ts';
import { MemoryStore, meterAddress } from '../test/kit/memory-store.ts';
import { chainTimeOf } from './clock.ts';
import * as mappings from './index.ts';
import type { CosmosEvent, CosmosMessage, Store } from './types.ts';

const header = { chainId: 'electra-test-0badcafe', height: 12, time: Object.assign(new Date(1_782_950_400_250), { nanoseconds: 999_999 }) };
const NO_EVIDENCE = { evidence: new Uint8Array(0), netProof: new Uint8Array(0) };
const tx = { idx: 3, hash: 'AB', tx: { code: 0 } };
const say = <T>(decodedMsg: T, idx = 0): CosmosMessage<T> => ({ idx, block: { header }, tx, msg: { typeUrl: '', decodedMsg } });
const clock = {
  id: 'clock',
  startUnixS: 1_782_950_400n,
  rate: 1n,
  genesisUnixS: 1_782_950_400n,
  graceS: 0n,
  lateS: 100n,
  validatorDelayS: 50n,
};

describe('a handler', () => {
  afterEach(() => {
    delete (globalThis as { store?: Store }).store;
  });

  test('takes the store from SubQuery’s sandbox when none is handed over, and says so when there is none', async () => {
    const store = new MemoryStore();
    const report = say({ meter: meterAddress(1), slot: 7, keyEpoch: 1, sealed: Buffer.from('ab') });
    await expect(mappings.handleReport(report)).rejects.toThrow(/store: expected/);
    (globalThis as { store?: Store }).store = store;
    await mappings.handleReport(report);
    expect(await store.get('SealedReport', `${meterAddress(1)}-7`)).toMatchObject({ sealed: '0x6162', height: 12 });
  });
  test('takes numbers as number, as bigint and as protobufjs’ Long', async () => {
    const store = new MemoryStore();
    const long = (value: number) => ({ low: value, high: 0, toString: () => String(value) });
    for (const [i, of] of [Number, BigInt, long].entries()) {
      await mappings.handleSetTariff(
        say({
          operator: '',
          fromDay: i,
          rule: 'mid-market/1',
          retailNelPerWh: [of(5)],
          feedInNelPerWh: [of(3)],
          feePerDayNel: of(9),
        } as never),
        store,
      );
      expect(await store.get('Tariff', `${i}-12`)).toMatchObject({ retailNelPerWh: [5], feedInNelPerWh: [3], feePerDayNel: 9n });
    }
  });
  test('keeps a text that Postgres could not', async () => {
    const store = new MemoryStore();
    await mappings.handleDisputeDay(say({ operator: '', meter: meterAddress(1), day: 5, reason: 'a\u0000b' }), store);
    expect(await store.get('Dispute', `${meterAddress(1)}-5`)).toMatchObject({ reason: 'a\ufffdb' });
  });
  test('has a book proven with the last part of its whole, and without its bytes', async () => {
    const store = new MemoryStore();
    await store.set('Clock', 'clock', clock);
    const part = (n: number, day = 20_635) =>
      mappings.handleProveBook(say({ operator: '', day, version: 1, part: n, parts: 2, bytes: Buffer.alloc(9) }), store);
    await part(0);
    expect(await store.get('ProvenBook', '20635-1')).toBeUndefined();
    await part(1);
    expect(await store.get('ProvenBook', '20635-1')).toEqual({
      id: '20635-1',
      day: 20_635,
      version: 1,
      parts: 2,
      height: 12,
      unixS: chainTimeOf({ startUnixS: clock.startUnixS, rate: 1n, genesisUnixS: clock.genesisUnixS }, header.time),
    });
    await part(1, 2 ** 31);
    expect(await store.get('BadTransaction', '12-3-0')).toMatchObject({ reason: 'out-of-range' });
  });
  test('makes a row of what it cannot place, and stops only for the store', async () => {
    const store = new MemoryStore();
    await mappings.handleRetireMeter(say({ operator: '', meter: meterAddress(9), lastDay: 5 }, 2), store);
    expect(await store.get('BadTransaction', '12-3-2')).toMatchObject({ reason: 'unknown-meter', txIndex: 3, hash: 'AB' });
    store.get = async () => {
      throw new Error('the store is away');
    };
    await expect(mappings.handleRetireMeter(say({ operator: '', meter: meterAddress(9), lastDay: 5 }), store)).rejects.toThrow(
      'the store is away',
    );
  });
});

describe('chain time', () => {
  test('is that of the vectors, from a time in milliseconds and the nanoseconds below them', () => {
    const cases: Record<string, number>[] = JSON.parse(readFileSync(new URL('../sdk/vectors/clock.json', import.meta.url), 'utf8'));
    expect(cases.length).toBeGreaterThan(0);
    for (const c of cases) {
      const time = Object.assign(new Date(c.time_unix_s * 1000 + Math.floor(c.time_nanos / 1e6)), { nanoseconds: c.time_nanos % 1e6 });
      const kept = { startUnixS: BigInt(c.start_unix_s), rate: BigInt(c.rate), genesisUnixS: BigInt(c.genesis_unix_s) };
      expect(chainTimeOf(kept, time)).toBe(BigInt(c.chain_unix_s));
    }
  });
});

describe('a roster of more meters than a page of the store', () => {
  const day = 20_635;
  const meters = Array.from({ length: 230 }, (_, i) => meterAddress(i));
  const filled = async () => {
    const store = new MemoryStore();
    await store.set('Clock', 'clock', clock);
    for (const [i, meter] of meters.entries()) {
      // one in ten begins later, one in ten has left, one in ten has said nothing before, the others are in service
      await mappings.handleEnrolMeter(
        say({ operator: '', meter, member: '', firstDay: i % 10 === 0 ? day + 1 : day, maxWhPerSlot: 1, consensusKey: new Uint8Array(0) }),
        store,
      );
      if (i % 10 === 1) await store.set('Meter', meter, { ...(await store.get('Meter', meter))!, firstDay: day - 5, lastDay: day - 1 });
      if (i % 10 > 2) await store.set('Meter', meter, { ...(await store.get('Meter', meter))!, firstDay: day - 5, serviceDay: day - 1 });
      if (i % 3 === 0)
        await mappings.handleCloseDay(
          say({ meter, day, keyEpoch: 1, commitment: Buffer.alloc(32, i % 32), sealed: new Uint8Array(0), ...NO_EVIDENCE }),
          store,
        );
    }
    return store;
  };
  const listed = meters.flatMap((meter, i) =>
    i % 10 < 2 || (i % 10 === 2 && i % 3 !== 0)
      ? []
      : [{ meter, commitment: i % 3 === 0 ? BigInt(`0x${Buffer.alloc(32, i % 32).toString('hex')}`) : null }],
  );
  const frozen = (change: Record<string, string> = {}): CosmosEvent => {
    const encoded = encodeRoster({ day, meters: listed });
    const attributes = {
      day: String(day),
      late: 'false',
      digest: rosterDigest(encoded),
      encoded: Buffer.from(encoded).toString('base64'),
      unix_s: String(clock.startUnixS),
      ...change,
    };
    return {
      block: { header },
      event: { type: 'electra.roster_frozen', attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })) },
    };
  };

  test('is taken when it is the one of the indexed meters', async () => {
    const store = await filled();
    await mappings.handleRosterFrozen(frozen(), store);
    expect([...store.rows.keys()].filter((key) => key.startsWith('Bad'))).toEqual([]);
    expect(await store.get('Roster', String(day))).toMatchObject({ day, late: false, height: 12 });
  });
  test('begins the service of those whose first statement it holds, and of no others', async () => {
    const store = await filled();
    await mappings.handleRosterFrozen(frozen(), store);
    const serviceDays = await Promise.all(meters.map(async (meter) => (await store.get('Meter', meter))!.serviceDay));
    expect(serviceDays).toEqual(meters.map((_, i) => (i % 10 > 2 ? day - 1 : i % 10 === 2 && i % 3 === 0 ? day : null)));
  });
  test('is refused a second time, and when a late statement makes it another', async () => {
    const store = await filled();
    await mappings.handleRosterFrozen(frozen(), store);
    await mappings.handleRosterFrozen(frozen(), store);
    expect(await store.get('BadTransaction', '12-roster-early')).toMatchObject({
      reason: 'roster-mismatch',
      detail: expect.stringContaining('frozen already'),
    });
    const other = await filled();
    await mappings.handleCloseDay(
      say({ meter: meters[4], day, keyEpoch: 1, commitment: Buffer.alloc(32, 1), sealed: new Uint8Array(0), ...NO_EVIDENCE }),
      other,
    );
    await mappings.handleRosterFrozen(frozen(), other);
    expect(await other.get('Roster', String(day))).toBeUndefined();
  });
  test('is late no sooner than the late period after it', async () => {
    const store = await filled();
    await mappings.handleRosterFrozen(frozen(), store);
    await mappings.handleRosterFrozen(frozen({ late: 'true' }), store);
    expect(await store.get('BadTransaction', '12-roster-late')).toMatchObject({ detail: expect.stringContaining('due no earlier') });
  });
});

describe('the manifest', () => {
  const handlers = project.dataSources.flatMap(({ mapping }) => mapping.handlers);
  test('names handlers that exist', () => {
    for (const { handler } of handlers) expect(mappings).toHaveProperty(handler, expect.any(Function));
  });
  test('names a handler for every message that is decoded', () => {
    const types = handlers.flatMap(({ kind, filter }) => (kind === 'cosmos/MessageHandler' ? [filter.type] : []));
    expect(types).toEqual([...meterTypes, ...mainTypes].map(([typeUrl]) => typeUrl));
  });
  test('names files and messages that exist', () => {
    expect(existsSync(new URL(`../${project.schema.file}`, import.meta.url))).toBe(true);
    for (const { file, messages } of project.network.chaintypes.values()) {
      const proto = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
      for (const name of messages) expect(proto).toContain(`message ${name} {`);
    }
  });
});
