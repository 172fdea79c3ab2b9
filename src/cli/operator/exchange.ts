/** `electra exchange …`: what the operator of an exchange node gives to communities, and how their periods are (docs/exchange.md). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { periodsOf, type SharedEnergy, sharedEnergyOf } from '../../node/books/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { dayToDate, SLOT_S, SLOTS_PER_DAY } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';
import { electra } from './amount.ts';
import { registerOrders } from './exchange-orders.ts';
import { registerCommunity } from './exchange-register.ts';
import { fileNames } from './file-names.ts';
import { at } from './moment.ts';
import { printDone } from './operator.ts';

const HEAD = 'slot_start_utc,taken_wh,given_wh';

/** One line a quarter-hour, by UTC. */
export const sharedCsv = (days: readonly Pick<SharedEnergy, 'day' | 'takenWh' | 'givenWh'>[]): string =>
  [
    HEAD,
    ...days.flatMap(({ day, takenWh, givenWh }) => takenWh.map((wh, i) => `${at((day * SLOTS_PER_DAY + i) * SLOT_S)},${wh},${givenWh[i]}`)),
    '',
  ].join('\n');

function registerShared(exchange: Command): void {
  const c = exchange
    .command('shared')
    .argument('<from>', 'first day, YYYY-MM-DD (UTC)', parseDate)
    .argument('[to]', 'last day; default: the first', parseDate)
    .description('write what each community shared in each quarter-hour, as CSV for its supplier (private)')
    .requiredOption('--out <folder>', 'folder for one file per community')
    .addOption(jsonOption())
    .addOption(dataOption());
  example(c, 'npx electra exchange shared 2026-11-01 2026-11-30 --out shared');
  c.action(async (from: number, to: number = from) => {
    const o = c.opts<{ out: string; data: string; json?: true }>();
    const found = await withDatabase(dataFolder(o.data), 'books', (sql) => sharedEnergyOf(sql, from, to));
    if (found.length === 0) throw new CliError(`from: no released day from ${dayToDate(from)} to ${dayToDate(to)} has anything shared`);
    mkdirSync(o.out, { recursive: true, mode: 0o700 });
    const byMeter = [...Map.groupBy(found, ({ meter }) => meter)];
    const nameOf = fileNames(byMeter.map(([address, [{ name }]]) => ({ address, name })));
    const files = byMeter.map(([meter, days]) => {
      const file = join(o.out, `${nameOf(days[0].name, meter)}-${dayToDate(from)}-${dayToDate(to)}.csv`);
      writeFileSync(file, sharedCsv(days), { mode: 0o600 });
      return file;
    });
    printDone(Boolean(o.json), `${files.length} file(s) in ${o.out}`, { files });
  });
}

function registerPeriods(exchange: Command): void {
  const c = exchange
    .command('periods')
    .description('list the periods that are over, what each community owes (negative: is owed), and whether the chain has it')
    .addOption(jsonOption())
    .addOption(dataOption());
  example(c, 'npx electra exchange periods --data .electra');
  c.action(async () => {
    const o = c.opts<{ data: string; json?: true }>();
    const periods = await withDatabase(dataFolder(o.data), 'books', (sql) => periodsOf(sql));
    if (o.json) {
      process.stdout.write(`${JSON.stringify(periods)}\n`);
      return;
    }
    for (const { fromDay, name, amountNel, state } of periods)
      process.stdout.write(`${dayToDate(fromDay)} ${name.padEnd(14)} ${electra(BigInt(amountNel)).padStart(16)} ${state}\n`);
  });
}

export function register(program: Command): void {
  const exchange = program
    .command('exchange')
    .description('communities on an exchange node: who they are, what they shared, how it is settled');
  registerShared(exchange);
  registerPeriods(exchange);
  registerCommunity(exchange);
  registerOrders(exchange);
}
