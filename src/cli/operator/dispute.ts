/**
 * `electra dispute`: say on the chain that a meter's commitment for a day has no valid opening. The node does so by itself; this is the
 * operator's hand.
 */
import type { Command } from 'commander';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { dayToDate } from '../../protocol/values/time.ts';
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
    const done = await submitAsOperator(dataFolder(o.data), [
      { typeUrl: typeUrlOf('DisputeDay'), value: { meter, day, reason: o.reason } },
    ]);
    printDone(o.json, `${meter} is disputed for ${dayToDate(day)} (block ${done.height})`, { meter, day, ...done });
  });
}
