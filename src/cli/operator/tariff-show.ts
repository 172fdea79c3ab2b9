/** `electra tariff show`: what the outside charges and pays on days, and what of it was set over the tariff. */
import type { Command } from 'commander';
import { outsidePrices } from '../../node/books/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { dayOf } from '../../protocol/values/time.ts';
import { withDatabase } from '../database.ts';
import { dataOption, example, jsonOption, parseDate, parsePositive } from '../options.ts';
import { priceTable } from './prices/table.ts';

export function registerShow(tariff: Command): void {
  const c = tariff
    .command('show')
    .argument('[date]', 'the first day, YYYY-MM-DD (UTC); default: today on the chain', parseDate)
    .description('show the outside prices of a day, slot by slot')
    .option('--days <n>', 'so many days', parsePositive, 1)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra tariff show 2026-12-01 --days 2');
  c.action(async (date: number | undefined) => {
    const o = c.opts();
    const shown = await withDatabase(dataFolder(o.data), 'books', async (sql) => {
      const day = date ?? dayOf((await outsidePrices(sql, 0, 0)).chainUnixS);
      return outsidePrices(sql, day, Math.min(o.days, 40));
    });
    process.stdout.write(o.json ? `${JSON.stringify(shown)}\n` : priceTable(shown.slots, ({ isSet }) => (isSet ? 'set' : 'tariff')));
  });
}
