/** `electra report`: the operator's view of one day, private: every member's readings and amount. */
import type { Command } from 'commander';
import { reportOfDay } from '../../node/books/index.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';

const electra = (nel: string): string => {
  const value = BigInt(nel);
  const digits = (value < 0n ? -value : value).toString().padStart(10, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};
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
    if (!report) throw new CliError(`<date>: no book for ${dayToDate(day)} yet (electra doctor shows which days there are)`);
    if (o.json) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      return;
    }
    process.stdout.write(
      `${report.day} on ${report.chainId}\n\n${'member'.padEnd(14)} ${'source'.padEnd(10)} ${'import kWh'.padStart(12)} ${'export kWh'.padStart(12)} ${'amount ELECTRA'.padStart(16)}\n`,
    );
    for (const m of report.members)
      process.stdout.write(
        `${m.member.padEnd(14)} ${m.source.padEnd(10)} ${kwh(m.importWh).padStart(12)} ${kwh(m.exportWh).padStart(12)} ${electra(m.amountNel).padStart(16)}\n`,
      );
    process.stdout.write(
      `${'all'.padEnd(25)} ${kwh(report.totals.importWh).padStart(12)} ${kwh(report.totals.exportWh).padStart(12)} ${electra(String(report.members.reduce((sum, m) => sum + BigInt(m.amountNel), 0n))).padStart(16)}\n`,
    );
  });
}
