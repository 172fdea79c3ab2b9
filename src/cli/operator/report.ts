/** `electra report`: the operator's view of one day, private: every member's readings and amount. */
import type { Command } from 'commander';
import { type DayReport, reportOfDay } from '../../node/books/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';
import { electra } from './amount.ts';

/** What the day's week brought the fund, and beside it the prices by which that returns. */
function gainLines({ from, nel }: NonNullable<DayReport['gain']>, { retailNelPerWh, feedInNelPerWh }: DayReport['tariff']): string[] {
  const what = nel.startsWith('-') ? `cost ${electra(-BigInt(nel))}` : `brought ${electra(BigInt(nel))}`;
  return [
    `shared with other communities: the week from ${from} ${what} ELECTRA`,
    `outside prices of the day, ELECTRA/kWh: ${band(retailNelPerWh)} taken, ${band(feedInNelPerWh)} given`,
  ];
}

/** Of a day, from the lowest to the highest, ELECTRA per kWh. */
function band(nelPerWh: readonly number[]): string {
  const [low, high] = [Math.min(...nelPerWh), Math.max(...nelPerWh)].map((nel) => electra(BigInt(nel) * 1000n).replace(/0{3}$/, ''));
  return low === high ? low : `${low} to ${high}`;
}

const kwh = (wh: readonly number[]): string => (wh.reduce((sum, x) => sum + x, 0) / 1000).toFixed(3);

export function register(program: Command): void {
  const c = program
    .command('report')
    .argument('<date>', 'the day, YYYY-MM-DD (UTC)', parseDate)
    .description('print a day’s readings, totals, prices and amounts (operator only: private)')
    .addOption(jsonOption())
    .addOption(dataOption());
  example(c, 'npx electra report 2026-11-20 --json --data .electra');
  c.action(async (day: number) => {
    const o = c.opts();
    const report = await withDatabase(dataFolder(o.data), 'books', (sql) => reportOfDay(sql, day));
    if (!report) throw new CliError(`date: no book for ${dayToDate(day)} yet (electra doctor shows which days there are)`);
    if (o.json) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return;
    }
    const all = report.members.reduce((sum, m) => sum + BigInt(m.amountNel), 0n);
    const lines = [
      row('member', 'source', 'import kWh', 'export kWh', 'amount ELECTRA'),
      ...report.members.map((m) => row(m.member, m.source, kwh(m.importWh), kwh(m.exportWh), electra(BigInt(m.amountNel)))),
      row('all', '', kwh(report.totals.importWh), kwh(report.totals.exportWh), electra(all)),
    ];
    if (report.gain) lines.push('', ...gainLines(report.gain, report.tariff));
    process.stdout.write(`${report.day} on ${report.chainId}\n\n${lines.map((line) => `${line}\n`).join('')}`);
  });
}

const row = (member: string, source: string, importKwh: string, exportKwh: string, amount: string): string =>
  `${member.padEnd(14)} ${source.padEnd(10)} ${importKwh.padStart(12)} ${exportKwh.padStart(12)} ${amount.padStart(16)}`;
