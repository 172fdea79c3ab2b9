/**
 * `electra redraft`: take back the draft of a day's newest book, to be drafted anew with fresh masks: after the cause of a failed
 * self-audit is removed.
 */
import type { Command } from 'commander';
import { BooksError, redraftDay } from '../../node/books/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';
import { printDone } from './operator.ts';

export function register(program: Command): void {
  const c = program
    .command('redraft')
    .argument('<date>', 'the day, YYYY-MM-DD (UTC)', parseDate)
    .description(
      'take back a day’s draft, and those of later days that continue it; all are drafted anew. Refused from the node’s own audit on',
    )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra redraft 2026-11-20 --data .electra');
  c.action(async (day: number) => {
    const o = c.opts();
    const days = await withDatabase(dataFolder(o.data), 'books', (sql) => redraftDay(sql, day)).catch((error: unknown) => {
      throw error instanceof BooksError && error.code === 'not-redraftable'
        ? new CliError(`date: ${dayToDate(day)}: ${error.message}`)
        : error;
    });
    const dates = days.map(dayToDate);
    printDone(
      o.json,
      dates.length === 0
        ? `${dayToDate(day)} has no draft to take back`
        : `taken back: ${dates.join(', ')}; drafted anew by \`electra account\``,
      { days: dates },
    );
  });
}
