/** `electra meter install-code`: a link for whoever installs a meter, with its QR code. It is good once, for 48 hours, for this meter. */
import type { Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { makeInstallCode } from '../../node/api/install-codes.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { dataOption, example, jsonOption, parseAddress } from '../options.ts';
import { pagesOrigin } from '../origin.ts';
import { printDone } from './operator.ts';

export function registerInstallCode(meter: Command): void {
  const c = meter
    .command('install-code')
    .argument('<meter>', 'the meter’s address', parseAddress)
    .description('make a one-time link by which whoever installs a meter sees it arrive; it withdraws the meter’s earlier ones')
    .option('--pages <url>', 'where the pages are; default: as `electra init` was told')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra meter install-code electra1… --pages https://grid.example');
  c.action(async (address: string) => {
    const o = c.opts<{ pages?: string; data: string; json?: boolean }>();
    const data = dataFolder(o.data);
    const pages = pagesOrigin(data, o.pages, '--pages'); // before there is a code that nobody is shown
    const { code, expiresAt } = await withDatabase(data, 'inviter', (sql) => makeInstallCode(sql, address));
    const link = `${pages}/install/${address}#${code}`;
    const words = `${link}\n\n${renderUnicodeCompact(link)}\n\ngood once, until ${expiresAt.toISOString()}`;
    printDone(o.json ?? false, words, { meter: address, link, expiresAt });
  });
}
