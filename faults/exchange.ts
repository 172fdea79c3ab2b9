/**
 * A household's meter is exchanged as docs/meter-sdk.md says: the old device goes in the middle of a day, a new one with a key of its own
 * begins with the next, and the operator says what the old one's registers came to. Both devices lose their power in the midst of it. The
 * community is a real one, on a chain whose clock runs fast.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dayToDate, SLOTS_PER_DAY } from '../src/protocol/values/time.ts';
import { testAccount } from '../test/kit/chain.ts';
import { collect, electra, type Result, scratch } from '../test/kit/electra.ts';
import { Grid } from '../test/kit/grid.ts';
import { until } from '../test/kit/until.ts';
import { type DeviceSettings, flowed, slotWh } from './exchange-device.ts';
import { expectThat, type Fault } from './fault.ts';

const FIRST = 20_700;
const RATE = 7_200;
/** Real seconds for a statement to be in time, and as many again for a late one: with a cut in between, on a busy machine. */
const PATIENCE_S = 25;
const DAYS_MS = 300_000;
const DAY_S = 86_400;
/** The old one's display at first, and the last slot that it counts of its last day. */
const OLD_BEGINS_WH = 5_003_000;
const OLD_ENDS_AT = 59;
/** It goes so many days after today: the operator says both beforehand, by commands that take their time. */
const AHEAD_DAYS = 3;
const [PASSED, PASSED_WITH_OPEN_MATTERS] = [0, 3];

interface Device {
  child: ChildProcess;
  recorded: () => number;
  ended: Promise<Result>;
}

function start(store: string, settings: DeviceSettings): Device {
  const program = fileURLToPath(new URL('exchange-device.ts', import.meta.url));
  const child = fork(program, [store, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: ['--no-warnings'] });
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  return { child, recorded: () => Number([...text.matchAll(/^recorded (\d+)$/gm)].at(-1)?.[1] ?? -1), ended: collect(child) };
}

/** Runs a device to its end; its power fails whenever it has come to one of these slots. */
async function live(store: string, settings: DeviceSettings, cutsAt: readonly number[]): Promise<string> {
  for (const slot of cutsAt) {
    const device = start(store, settings);
    await until(() => device.recorded() >= slot || device.child.exitCode !== null, DAYS_MS, `slot ${slot}`);
    device.child.kill('SIGKILL');
    await device.ended;
  }
  const { code, out, err } = await start(store, settings).ended;
  expectThat(code === 0, `a device ended with ${code}: ${err}${out.slice(-400)}`);
  return out.trim().split('\n').at(-1)!;
}

async function withGrid<T>(work: (grid: Grid, dir: string) => Promise<T>): Promise<T> {
  const folder = scratch('exchange');
  const grid = await Grid.start({
    rate: RATE,
    firstDay: FIRST,
    lightMeters: 2,
    maxWhPerSlot: 10_000,
    timeoutCommit: '150ms',
    params: {
      graceS: PATIENCE_S * RATE,
      graceBlocks: 40,
      lateS: PATIENCE_S * RATE,
      anchorDueS: 400 * DAY_S,
      linkDueS: 800 * DAY_S,
      validatorDelayS: 400 * DAY_S,
    },
    plan: (meter) => (meter.account.address === grid?.fleet.meters[2]?.account.address ? 'silent' : 'honest'), // which is the device's
  });
  try {
    return await work(grid, folder.dir);
  } finally {
    await grid.stop();
    folder.remove();
  }
}

/** What was billed of the household's import to the end of a day, by day and by which of its meters. */
async function billed(grid: Grid, old: string, fresh: string, toDay: number): Promise<string[]> {
  const rows = await grid.sql<{ day: number; meter: string; source: string; wh: number[] }[]>`
    select distinct on (day, meter) day - ${FIRST}::int as day, meter, source, import_wh as wh from books.entry
    where meter in (${old}, ${fresh}) and day <= ${toDay} order by day, meter, version desc`;
  return rows.map(({ day, meter, source, wh }) => `${day} ${meter === old ? 'old' : 'new'} ${source} ${wh.reduce((a, b) => a + b, 0)}`);
}

const exchanged = (): Promise<string> =>
  withGrid(async (grid, dir) => {
    const household = grid.fleet.meters[2];
    const [old, fresh] = [household.account, testAccount()];
    const goes = Math.max(FIRST, await grid.today()) + AHEAD_DAYS;
    const ends = goes + 2;
    const newAtMidnightWh = slotWh(goes) * (SLOTS_PER_DAY - 1 - OLD_ENDS_AT); // it is mounted then, and counts from 0
    const cli = async (...args: string[]): Promise<void> => {
      const { code, err } = await electra(...args, '--data', grid.data.dir);
      expectThat(code === 0, `${args.slice(0, 2).join(' ')}: ${err}`);
    };
    const member = ['--member', household.member.address, '--name', 'member-2'];
    await cli('meter', 'enrol', fresh.address, ...member, '--first-day', dayToDate(goes + 1), '--max-wh', '10000');
    await cli('meter', 'retire', old.address, '--last-day', dayToDate(goes));
    const { rpcUrl, chainId, operator, genesisHash } = grid.chain;
    const settings = (key: Uint8Array, rest: Pick<DeviceSettings, 'firstDay' | 'beginsWh' | 'lastSlot'>): DeviceSettings => ({
      ...{ rpcUrl, chainId, operator: operator.address, rate: RATE },
      ...{ genesisHash: Buffer.from(genesisHash).toString('hex'), key: Buffer.from(key).toString('hex') },
      ...rest,
    });
    const oldSlots = (goes - FIRST) * SLOTS_PER_DAY + OLD_ENDS_AT;
    const [before, after] = await Promise.all([
      live(join(dir, 'old'), settings(old.privateKey, { firstDay: FIRST, beginsWh: OLD_BEGINS_WH, lastSlot: oldSlots }), [40]),
      live(
        join(dir, 'new'),
        settings(fresh.privateKey, { firstDay: goes + 1, beginsWh: newAtMidnightWh, lastSlot: 2 * SLOTS_PER_DAY - 1 }),
        [50, SLOTS_PER_DAY - 1], // in its first day, and when that day is complete and hardly said
      ),
    ]);
    expectThat(before === `sent ${goes - FIRST}` && after === 'sent 2', `the old one ${before}, the new one ${after}`);
    const lateRoster = async () => (await grid.sql`select 1 from chain.roster where late and day = ${goes}`).length > 0;
    await grid.until('the late roster of the last day', lateRoster, DAYS_MS);
    const importWh = OLD_BEGINS_WH + flowed(FIRST, oldSlots + 1) + newAtMidnightWh;
    await cli('meter', 'final-reading', old.address, '--import-wh', String(importWh), '--export-wh', '0');
    await grid.released(ends - FIRST);
    await grid.released(goes - FIRST, 2);
    const rows = await billed(grid, old.address, fresh.address, ends);
    const expected = Array.from({ length: ends - FIRST + 1 }, (_, n) => {
      const [who, source] = [n > goes - FIRST ? 'new' : 'old', n === goes - FIRST ? 'substitute' : 'metered'];
      return `${n} ${who} ${source} ${slotWh(FIRST + n) * SLOTS_PER_DAY}`;
    });
    expectThat(rows.join() === expected.join(), `billed ${rows.join(', ')}; expected ${expected.join(', ')}`);
    const bundle = join(dir, 'bundle.zip');
    await cli('export', dayToDate(FIRST), dayToDate(ends), '--out', bundle);
    const { code, out } = await electra('audit', bundle, '--development-keys');
    expectThat(code === PASSED || code === PASSED_WITH_OPEN_MATTERS, `the audit ended with ${code}: ${out.slice(-800)}`);
    return `${rows.join(', ')}; the audit ends with ${code}`;
  });

export const exchange: readonly Fault[] = [
  {
    name: 'meter-replaced',
    does: 'a meter is exchanged in the middle of a day, with power cuts: no gap, nothing billed twice',
    quick: false,
    run: exchanged,
  },
];
