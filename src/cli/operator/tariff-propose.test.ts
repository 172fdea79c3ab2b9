/** The tariff that returns what sharing saved, as a line to be typed: of a gain, of no gain, of a loss. */
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address, IndexRows } from '../../../test/kit/books/index-rows.ts';
import { GAIN_OF_WEEK, MAIN, settledWeek, UPLINK } from '../../../test/kit/books/settled-weeks.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, type Sql } from '../../node/db/index.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { register } from './tariff.ts';
import { linesOf, type ProposeOptions, proposedOf, setCommand } from './tariff-propose.ts';

const FIRST = 20_635;
let [database, index, sql] = [] as unknown as [TestPostgres, IndexRows, Sql];
beforeAll(async () => {
  database = await startTestPostgres();
  const meters = [{ meter: address('meter'), member: address('member'), maxWh: 5000 }];
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey: '11'.repeat(32), meters, firstDay: FIRST });
  sql = connect({ url: database.urls.books, max: 2, application: 'test propose' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await index?.end();
  await database?.stop();
});

const of = (price: number): number[] => Array<number>(96).fill(price);
const propose = (over: Partial<ProposeOptions> = {}) =>
  proposedOf(sql, { retail: of(300_000), feedIn: of(80_000), weeks: 4, mainChainId: MAIN, uplink: UPLINK, ...over });

/** What `tariff set` would be given by a line. */
function typed(line: string): Record<string, unknown> {
  const program = new Command().exitOverride();
  register(program);
  const set = program.commands[0].commands.find((command) => command.name() === 'set')!;
  set.parseOptions(line.split(' ').slice(4));
  return set.opts();
}

test('before a week is settled nothing is proposed', async () => {
  await expect(propose()).rejects.toThrow(/no week is settled yet/);
});

test('a gain is returned by one line, which sets just that; of what the supplier bills less more is', async () => {
  await settledWeek(sql, FIRST);
  const found = await propose();
  expect(found.found).toMatchObject({ gainNel: GAIN_OF_WEEK, stepNelPerWh: 4_000 });
  expect(found.found.passedNel <= found.found.savedNel).toBe(true);
  const from = dayToDate(found.fromDay);
  const line = setCommand(found, '.electra');
  expect(line).toBe(`npx electra tariff set --from ${from} --retail 296000 --feed-in 84000 --fee 250000000`);
  expect(typed(line)).toMatchObject({ from: found.fromDay, retail: of(296_000), feedIn: of(84_000), fee: 250_000_000n });
  expect(setCommand(found, '/srv/my node')).toBe(`${line} --data '/srv/my node'`);
  expect(linesOf(found, '.electra')).toContain('! say by --avoided what the supplier bills less for a Wh from other communities');
  const more = await propose({ avoided: of(150_000) });
  expect(more.found.stepNelPerWh).toBeGreaterThan(20_000);
  expect(linesOf(more, '.electra').filter((text) => text.startsWith('!'))).toEqual([]);
});

test('prices by the quarter-hour stay apart by what they were, in a line that can be typed', async () => {
  const retail = of(300_000).with(5, 250_000);
  const line = setCommand(await propose({ retail, from: FIRST + 40, fee: 7n }), '.electra');
  expect(typed(line)).toMatchObject({ from: FIRST + 40, retail: of(296_000).with(5, 246_000), feedIn: of(84_000), fee: 7n });
});

test('a loss is passed on to nobody: the supplier’s prices, and what the fund bears', async () => {
  await settledWeek(sql, FIRST + 7, { feePerDayNel: 10n ** 9n });
  const found = await propose();
  expect(found.found.savedNel).toBeLessThan(0n);
  expect(setCommand(found, '.electra')).toContain('--retail 300000 --feed-in 80000 ');
  expect(linesOf(found, '.electra').join('\n')).toContain('nothing was saved: the supplier’s prices as they are');
});

test('prices that no tariff may have are refused, and weeks that are not known whole are named', async () => {
  await expect(propose({ retail: of(300_001) })).rejects.toThrow(/a multiple of 2000/);
  await settledWeek(sql, FIRST + 14, { gainNel: 5n });
  expect(linesOf(await propose(), '.electra').join('\n')).toMatch(/! the week from \S+ is left out: its days come to/);
  await expect(propose({ weeks: 1 })).rejects.toThrow(/no settled week is known whole here; the week from/);
});
