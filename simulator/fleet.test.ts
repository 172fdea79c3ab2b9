import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dayToDate, type MeterChain, MsgCloseDay, MsgReport } from '../sdk/ts/src/index.ts';
import { openFileStore } from '../sdk/ts/src/node/file-store.ts';
import { FakeChain, messagesOf, OUTFIT } from '../sdk/ts/test/fake-chain.ts';
import { recompute } from '../test/kit/recompute.ts';
import { type DemoCalendar, newCalendar, writeDemo } from './calendar.ts';
import { createFleet, type FleetMember, type FleetProgress, runFleet } from './fleet.ts';

const dir = mkdtempSync(join(tmpdir(), 'electra-fleet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
vi.setConfig({ testTimeout: 180_000 }); // it seals thousands of boxes, perhaps on a busy machine
const quiet = { debug() {}, info() {}, warn() {} };

/** One fake chain per account behind one interface; every broadcast gets a block at once. */
class FakeCommunity implements MeterChain {
  readonly chainId = 'electra-fake-00000001';
  readonly accounts = new Map<string, FakeChain>();
  readonly nowMs: () => number;
  constructor(meters: readonly string[], nowMs: () => number) {
    this.nowMs = nowMs;
    for (const meter of meters) this.accounts.set(meter, new FakeChain(nowMs() / 1000));
  }
  #any(): FakeChain {
    return [...this.accounts.values()][0];
  }
  async status() {
    return { ...(await this.#any().status()), chainUnixS: Math.floor(this.nowMs() / 1000) };
  }
  nodeKeys() {
    return this.#any().nodeKeys();
  }
  rotations() {
    return this.#any().rotations();
  }
  account(address: string) {
    return this.accounts.get(address)!.account();
  }
  used(meter: string, from: number, to: number) {
    return this.accounts.get(meter)!.used(meter, from, to);
  }
  commitment(meter: string, day: number) {
    return this.accounts.get(meter)!.commitment(meter, day);
  }
  async broadcast(bytes: Uint8Array) {
    const [{ typeUrl, value }] = messagesOf(bytes);
    const account = this.accounts.get(typeUrl.endsWith('MsgReport') ? MsgReport.decode(value).meter : MsgCloseDay.decode(value).meter)!;
    account.chainUnixS = this.nowMs() / 1000;
    const answer = await account.broadcast(bytes);
    account.makeBlock();
    return answer;
  }
  async tx(hash: string) {
    for (const account of this.accounts.values()) {
      const found = await account.tx(hash);
      if (found) return found;
    }
    return undefined;
  }
  nextBlock() {
    return new Promise<void>((resolve) => setTimeout(resolve, 1));
  }
}

describe('a fleet', () => {
  let nowMs = Date.UTC(2026, 10, 22, 1, 40);
  let fleet: FleetMember[];
  let calendar: DemoCalendar;
  let community: FakeCommunity;

  beforeAll(async () => {
    fleet = await createFleet({ dir, community: 'rural' });
    calendar = newCalendar({ community: 'rural', from: '2016-07-01', days: 2, nowMs });
    await writeDemo(dir, calendar, calendar.firstDay + 2);
    community = new FakeCommunity(
      fleet.map(({ meterAddress }) => meterAddress),
      () => nowMs,
    );
  });

  /** Runs the fleet until everything of the present is sent. */
  async function run(): Promise<FleetProgress> {
    const stop = new AbortController();
    let last: FleetProgress | undefined;
    const finished = runFleet({
      dataDir: dir,
      rpcUrls: [],
      chain: community,
      chainId: community.chainId,
      outfit: OUTFIT,
      signal: stop.signal,
      log: quiet,
      now: () => nowMs,
      onProgress: (progress) => {
        last = progress;
        if (progress.statementsSent === progress.statementsTotal && progress.reportsSent === progress.reportsTotal) stop.abort();
      },
    });
    await finished;
    return last!;
  }

  const stated = (index: number) =>
    fleet.map(({ member, meterAddress }) => {
      const { importWh, exportWh } = community.accounts.get(meterAddress)!.included.get(`s/${calendar.firstDay + index}`)!.statement!;
      return { member, importWh, exportWh };
    });

  test('states the replayed days, reports them, and goes on with the slots of today', async () => {
    expect(await run()).toEqual({
      statementsSent: 26,
      statementsTotal: 26,
      reportsSent: 13 * (192 + 6),
      reportsTotal: 13 * (192 + 6),
      deadLetters: 0,
    });
    const expected = recompute('rural', '2016-07-01', 2);
    for (const index of [0, 1])
      expect(stated(index)).toEqual(expected[index].members.map(({ member, importWh, exportWh }) => ({ member, importWh, exportWh })));
    const slots = [...community.accounts.get(fleet[0].meterAddress)!.included.keys()].filter((id) => id.startsWith('r/'));
    expect(slots).toHaveLength(198);
  });

  test('started again, sends nothing twice', async () => {
    const broadcasts = () => [...community.accounts.values()].reduce((sum, account) => sum + account.broadcasts.length, 0);
    const before = broadcasts();
    await run();
    expect(broadcasts()).toBe(before);
  });

  test('sends the days first that it missed while it was off', async () => {
    nowMs += 2 * 86_400_000 + 900_000;
    const account = community.accounts.get(fleet[3].meterAddress)!;
    const before = account.broadcasts.length;
    await run();
    expect(account.broadcasts[before]).toEqual([`s/${calendar.firstDay + 2}`, `s/${calendar.firstDay + 3}`]);
    expect(account.broadcasts[before + 1][0]).toBe(`r/${(calendar.firstDay + 2) * 96 + 6}`);
    const expected = recompute('rural', '2016-07-01', 4);
    for (const index of [2, 3])
      expect(stated(index)).toEqual(expected[index].members.map(({ member, importWh, exportWh }) => ({ member, importWh, exportWh })));
    const { dates } = JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8'));
    expect(dates[dayToDate(calendar.firstDay + 4)]).toBe('2016-07-05');
    expect(Object.keys(dates)).toHaveLength(5);
  });

  test('goes on without a meter whose store somebody else holds, names it once, and takes it in when it is free', async () => {
    const held = await openFileStore(join(dir, 'meters', 'rural-002', 'store'));
    nowMs += 900_000;
    const said: string[] = [];
    const stop = new AbortController();
    let last: FleetProgress | undefined;
    const finished = runFleet({
      dataDir: dir,
      rpcUrls: [],
      chain: community,
      chainId: community.chainId,
      outfit: OUTFIT,
      signal: stop.signal,
      log: { ...quiet, warn: (fields, message) => said.push(`${(fields as { member?: string }).member}: ${message}`) },
      now: () => nowMs,
      onProgress: (progress) => {
        last = progress;
      },
    });
    const missing = () => last!.reportsTotal - last!.reportsSent;
    // All of one meter's: what it sent before is in its store.
    await expect.poll(() => last && missing() === last.reportsTotal / 13, { timeout: 60_000 }).toBe(true);
    await held.close();
    await expect.poll(missing, { timeout: 60_000 }).toBe(0);
    stop.abort();
    await finished;
    expect(said).toEqual([expect.stringMatching(/^rural-002: this meter stands still, the others go on: .*already open/)]);
  });

  test('of gateways beside existing meters, of a protocol each, states the same to the Wh, over a restart too', async () => {
    const own = mkdtempSync(join(tmpdir(), 'electra-gateways-'));
    const members = await createFleet({ dir: own, community: 'rural' });
    await writeDemo(own, calendar, calendar.firstDay + 2);
    let now = (calendar.firstDay * 96 + 130) * 900_000 + 60_000;
    const chain = new FakeCommunity(
      members.map(({ meterAddress }) => meterAddress),
      () => now,
    );
    const said: string[] = [];
    const log = { ...quiet, warn: (_: object, message: string) => said.push(message) };
    for (const hours of [0, 24]) {
      now += hours * 3_600_000;
      const stop = new AbortController();
      await runFleet({
        ...{ dataDir: own, rpcUrls: [], chain, chainId: chain.chainId, outfit: OUTFIT, signal: stop.signal, log, gateways: true },
        now: () => now,
        onProgress: ({ statementsSent, statementsTotal }) => statementsSent === statementsTotal && stop.abort(),
      });
    }
    expect(said).toEqual([]);
    for (const [index, { members: expected }] of recompute('rural', '2016-07-01', 2).entries()) {
      const stated = members.map(({ member, meterAddress }) => {
        const { importWh, exportWh } = chain.accounts.get(meterAddress)!.included.get(`s/${calendar.firstDay + index}`)!.statement!;
        return { member, importWh, exportWh };
      });
      expect(stated).toEqual(expected.map(({ member, importWh, exportWh }) => ({ member, importWh, exportWh })));
    }
    rmSync(own, { recursive: true, force: true });
  });

  test('without a demo.json says so', async () => {
    await expect(
      runFleet({
        dataDir: join(dir, 'meters'),
        rpcUrls: ['http://127.0.0.1:1'],
        chainId: 'x-00000000',
        outfit: OUTFIT,
        signal: AbortSignal.timeout(1000),
        log: quiet,
      }),
    ).rejects.toMatchObject({ code: 'no-demo' });
  });
});
