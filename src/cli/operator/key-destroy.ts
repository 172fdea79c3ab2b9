/**
 * `electra key destroy`: the end of an epoch's private key, so that who steals the disk later cannot open what the chain shows forever.
 * Whether it may go is the vault's rule (src/node/vault/keys/destroy-rule.ts), by what the books know.
 */
import type { Command } from 'commander';
import { epochUse } from '../../node/books/intake/epoch-use.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { destroyEpoch, stillNeeded } from '../../node/vault/index.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parsePositive } from '../options.ts';
import { printDone } from './operator.ts';

export function register(key: Command): void {
  const c = key
    .command('destroy')
    .argument('<epoch>', 'number of the epoch', parsePositive)
    .description('destroy an old epoch’s private key, when the chain has stopped taking the epoch and all its boxes are opened')
    .option('--yes', 'do it; without this the command only says what it would do')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra key destroy 1 --yes --data .electra');
  c.action(async (epoch: number) => {
    const o = c.opts();
    const data = dataFolder(o.data);
    const use = await withDatabase(data, 'books', (sql) => epochUse(sql, epoch));
    if (!use) throw new CliError('the index is empty: it has to say first that the chain no longer takes this epoch');
    const reason = stillNeeded(epoch, use);
    if (reason) throw new CliError(`epoch: ${reason}`);
    if (!o.yes)
      throw new CliError(
        `--yes: expected, because it cannot be undone: the private key of epoch ${epoch} would be destroyed, in this folder; ` +
          'backups of it are yours to destroy',
      );
    const { publicKey, destroyedUnixS } = destroyEpoch(data.vault, epoch, { nowUnixS: Date.now() / 1000, overlapS: 0 });
    printDone(o.json, `the private key of epoch ${epoch} is destroyed; destroy its backups too`, { epoch, publicKey, destroyedUnixS });
  });
}
