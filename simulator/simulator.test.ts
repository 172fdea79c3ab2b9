import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dateToDay } from '../sdk/ts/src/index.ts';
import { readVectors } from '../sdk/vectors/read.ts';
import { recompute } from '../test/kit/recompute.ts';
import { type DemoCalendar, datesUpTo, newCalendar, profileDateOf, profileRowOf, readDemo, writeDemo } from './calendar.ts';
import { auditorAddress, createFleet, meterKey, walletKey } from './keys.ts';
import { COMMUNITIES, loadCommunity, type Profiles, readMembers } from './profiles.ts';
import { maxWhPerSlot, SimulatedMeter } from './registers.ts';

const dir = mkdtempSync(join(tmpdir(), 'electra-simulator-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Intervals of every member over some days, as the fleet's meters would read them. */
function replay(profiles: Profiles, calendar: DemoCalendar, days: number): { member: string; importWh: number[]; exportWh: number[] }[][] {
  const meters = profiles.members.map((member) => ({
    member,
    meter: new SimulatedMeter(member, profiles.columns),
    last: { importRegisterWh: 0n, exportRegisterWh: 0n },
  }));
  return Array.from({ length: days }, (_, n) =>
    meters.map((entry) => {
      const [importWh, exportWh]: [number[], number[]] = [[], []];
      for (let slot = 0; slot < 96; slot++) {
        const state = entry.meter.advance(profileRowOf(calendar, calendar.firstDay + n) + slot);
        importWh.push(Number(state.importRegisterWh - entry.last.importRegisterWh));
        exportWh.push(Number(state.exportRegisterWh - entry.last.exportRegisterWh));
        entry.last = state;
      }
      return { member: entry.member.member, importWh, exportWh };
    }),
  );
}

const calendar = (community: string, from: string, days = 2): DemoCalendar =>
  newCalendar({ community, from, days, nowMs: Date.UTC(2026, 10, 22, 12) });

describe('the registers of a fleet', () => {
  for (const [community, from] of [
    ['rural', '2016-07-01'],
    ['rural', '2016-12-30'],
    ['suburb', '2016-03-27'],
    ['town', '2016-02-29'],
    ['village', '2016-01-01'],
  ]) {
    test(`agree with a naive recomputation: ${community} from ${from}`, async () => {
      const days = community === 'rural' ? 3 : 1;
      const ours = replay(await loadCommunity(community), calendar(community, from), days);
      const expected = recompute(community, from, days);
      expect(ours).toEqual(expected.map((day) => day.members.map(({ member, importWh, exportWh }) => ({ member, importWh, exportWh }))));
    });
  }

  test('give the known answers of the protocol for rural on 2016-07-01', async () => {
    const vectors = readVectors('protocol-v1');
    const [day] = replay(await loadCommunity('rural'), calendar('rural', '2016-07-01'), 1);
    expect(day).toEqual(vectors.members.map((m) => ({ member: m.member, importWh: m.importWh, exportWh: m.exportWh })));
    const total = (key: 'importWh' | 'exportWh') =>
      Array.from({ length: 96 }, (_, i) => day.reduce((sum, member) => sum + member[key][i], 0));
    expect({ importWh: total('importWh'), exportWh: total('exportWh') }).toEqual(vectors.totals);
  });

  test('stay exact beyond 2^53 quarter-µWh', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 900_000_000 }),
        (ppm, loadPeakW) => {
          const meter = new SimulatedMeter(
            { member: 'm', loadProfile: 'L', loadPeakW, pvProfile: '', pvPeakW: 0 },
            new Map([['L', Int32Array.from(ppm)]]),
          );
          let exact = 0n;
          for (let i = 0; i < 200; i++) {
            const state = meter.advance(i % ppm.length);
            exact += BigInt(loadPeakW) * BigInt(ppm[i % ppm.length]);
            if (state.importRegisterWh !== exact / 4_000_000n) return false;
          }
          return true;
        },
      ),
    );
  });

  test('never pass the limit that their meters are enrolled with, and the limits fit a provable roster', async () => {
    for (const community of COMMUNITIES) {
      const members = await readMembers(community);
      expect(members.reduce((sum, member) => sum + maxWhPerSlot(member), 0)).toBeLessThan(2 ** 24);
      for (const member of members) expect(Math.max(member.loadPeakW, member.pvPeakW) / 4 + 1).toBeLessThanOrEqual(maxWhPerSlot(member));
    }
  });
});

describe('the profiles', () => {
  test('hold four communities of 13, 99, 41 and 104 members', async () => {
    expect(await Promise.all(COMMUNITIES.map(async (community) => (await readMembers(community)).length))).toEqual([13, 99, 41, 104]);
  });

  test('refuse a community that is not there', async () => {
    await expect(loadCommunity('atlantis')).rejects.toMatchObject({
      code: 'unknown-community',
      field: 'community',
      message: 'community: expected one of rural, village, suburb, town',
    });
  });
});

describe('the demo calendar', () => {
  test('puts the last replayed day on yesterday', () => {
    const dates = datesUpTo(calendar('rural', '2016-07-01'), dateToDay('2026-11-22'));
    expect(dates).toEqual({ '2026-11-20': '2016-07-01', '2026-11-21': '2016-07-02', '2026-11-22': '2016-07-03' });
  });

  test('goes from 12-30 to 01-01', () => {
    const c = calendar('rural', '2016-12-29', 3);
    expect([0, 1, 2, 3].map((n) => profileDateOf(c, c.firstDay + n))).toEqual(['2016-12-29', '2016-12-30', '2016-01-01', '2016-01-02']);
    expect(profileDateOf(c, c.firstDay + 365)).toBe('2016-12-29');
  });

  test('stays where it was put, whatever day it is read on', async () => {
    const c = calendar('village', '2016-05-05');
    await writeDemo(dir, c, c.firstDay + 1);
    await writeDemo(dir, (await readDemo(dir))!, c.firstDay + 4);
    expect(await readDemo(dir)).toEqual(c);
    expect(Object.keys(JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')))).toEqual([
      'community',
      'from',
      'days',
      'firstDay',
      'dates',
    ]);
    expect(Object.values(JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')).dates)).toEqual([
      '2016-05-05',
      '2016-05-06',
      '2016-05-07',
      '2016-05-08',
      '2016-05-09',
    ]);
  });

  test('refuses dates, days and files that it cannot replay, and says what it expected', async () => {
    for (const from of ['2015-12-31', '2016-12-31', '2016-02-30', '01.07.2016', ''])
      expect(() => calendar('rural', from), from).toThrow('from: expected a date from 2016-01-01 to 2016-12-30');
    for (const days of [0, -1, 1.5, 366, NaN])
      expect(() => calendar('rural', '2016-07-01', days), String(days)).toThrow('days: expected a whole number from 1 to 365');
    for (const text of [
      '{',
      'null',
      '{"community":"rural","from":"2016-07-01","days":2}',
      '{"community":"atlantis","from":"2016-07-01","days":2,"firstDay":20000}',
    ]) {
      writeFileSync(join(dir, 'demo.json'), text);
      await expect(readDemo(dir), text).rejects.toMatchObject({ name: 'SimulatorError' });
    }
    expect(await readDemo(join(dir, 'nowhere'))).toBeUndefined();
  });
});

describe('the keys of a fleet', () => {
  let fleet: Awaited<ReturnType<typeof createFleet>>;
  beforeAll(async () => {
    fleet = await createFleet({ dir, community: 'rural' });
  });

  test('are made once: asked again, they are the same', async () => {
    expect(await createFleet({ dir, community: 'rural' })).toEqual(fleet);
    expect(fleet.map(({ member }) => member)).toEqual((await readMembers('rural')).map(({ member }) => member));
  });

  test('are all different, and so are their addresses', async () => {
    const addresses = [...fleet.flatMap(({ meterAddress, memberAddress }) => [meterAddress, memberAddress]), await auditorAddress(dir)];
    expect(new Set(addresses).size).toBe(27);
    for (const address of addresses) expect(address).toMatch(/^electra1[0-9a-z]{38}$/);
  });

  test('can be read by their owner only', async () => {
    for (const file of ['meters/rural-001/key', 'meters/rural-001/wallet', 'meters/.auditor/wallet'])
      expect(statSync(join(dir, file)).mode & 0o777, file).toBe(0o600);
    expect(statSync(join(dir, 'meters/rural-001')).mode & 0o777).toBe(0o700);
    expect(await meterKey(dir, 'rural-001')).toHaveLength(32);
    expect(await walletKey(dir, 'rural-001')).not.toEqual(await meterKey(dir, 'rural-001'));
  });

  test('that are damaged are refused without being shown', async () => {
    writeFileSync(join(dir, 'meters/rural-013/key'), 'c0ffee');
    const refused = meterKey(dir, 'rural-013');
    await expect(refused).rejects.toMatchObject({ code: 'bad-key' });
    await expect(refused).rejects.not.toThrow('c0ffee');
  });
});
