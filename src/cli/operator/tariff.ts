/** `electra tariff …`: set the outside prices and the fee from a future day on; what other files of this folder add. */
import type { Command } from 'commander';
import { dataFolder, isExchange } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { assertTariff, RULE } from '../../protocol/day/prices.ts';
import { SHARED_RULE, sharedPricesOf } from '../../protocol/day/shared-prices.ts';
import { typeUrlOf } from '../../protocol/messages/table.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';
import { printDone, submitAsOperator } from './operator.ts';
import { parseFee, parsePrices } from './prices/given.ts';
import { registerImport } from './tariff-import.ts';
import { registerPropose } from './tariff-propose.ts';
import { registerShow } from './tariff-show.ts';

export function register(program: Command): void {
  const tariff = program.command('tariff').description('outside prices and fee');
  registerSet(tariff);
  registerImport(tariff);
  registerShow(tariff);
  registerPropose(tariff);
}

function registerSet(tariff: Command): void {
  const c = tariff
    .command('set')
    .description('set the tariff from a future day on')
    .requiredOption('--from <date>', 'first day it holds, UTC; after today', parseDate)
    .requiredOption(
      '--retail <prices>',
      'what the outside charges (an exchange: the price of what is shared), nELECTRA/Wh: one price, 96, or @FILE',
      parsePrices,
    )
    .requiredOption('--feed-in <prices>', 'what the outside pays (an exchange: 0), nELECTRA/Wh', parsePrices)
    .requiredOption('--fee <nel>', 'fee per meter and day, nELECTRA', parseFee)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra tariff set --from 2026-12-01 --retail 300000 --feed-in 80000 --fee 250000000');
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const rule = isExchange(data) ? SHARED_RULE : RULE; // the chain takes no other rule than its own
    const tariff = { rule, retailNelPerWh: o.retail, feedInNelPerWh: o.feedIn, feePerDayNel: o.fee };
    try {
      // The smallest tick: the chain holds its own.
      (rule === SHARED_RULE ? sharedPricesOf : assertTariff)(tariff, 1);
    } catch (error) {
      throw new CliError(explain(error));
    }
    const done = await submitAsOperator(data, [
      {
        typeUrl: typeUrlOf('SetTariff'),
        value: {
          fromDay: o.from,
          rule,
          retailNelPerWh: o.retail.map(String),
          feedInNelPerWh: o.feedIn.map(String),
          feePerDayNel: String(o.fee),
        },
      },
    ]);
    printDone(o.json, `the tariff holds from ${dayToDate(o.from)} on (block ${done.height})`, { fromDay: o.from, ...done });
  });
}
