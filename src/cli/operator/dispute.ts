/**
 * `electra dispute`: say on the chain that a meter's commitment for a day has no valid opening. The node does so by itself; this is the
 * operator's hand, which takes back the day's draft, and is too late once that is on its way to the chain.
 */
import type { Command } from 'commander';
import { BooksError, disputeByHand } from '../../node/books/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseAddress, parseDate } from '../options.ts';
import { printDone, submitAsOperator } from './operator.ts';

export function register(program: Command): void {
  const c = program
    .command('dispute')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .argument('<date>', 'the day, YYYY-MM-DD (UTC)', parseDate)
    .description('dispute a meter’s signed day on the chain')
    .requiredOption('--reason <text>', 'a short reason; it is public')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra dispute electra1… 2026-11-20 --reason "registers jump backwards"');
  c.action(async (meter: string, day: number) => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const send = () => submitAsOperator(data, [{ typeUrl: typeUrlOf('DisputeDay'), value: { meter, day, reason: o.reason } }]);
    const { sent, takenBack } = await withDatabase(data, 'books', (sql) => disputeByHand(sql, { meter, day }, send)).catch(
      (error: unknown) => {
        throw error instanceof BooksError && error.code === 'not-disputable' ? new CliError(`date: ${error.message}`) : error;
      },
    );
    const drafts = takenBack.map(dayToDate);
    const again = drafts.length === 0 ? '' : `; drafted anew: ${drafts.join(', ')}`;
    printDone(o.json, `${meter} is disputed for ${dayToDate(day)} (block ${sent.height})${again}`, {
      meter,
      day,
      takenBack: drafts,
      ...sent,
    });
  });
}
