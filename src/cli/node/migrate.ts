/**
 * `electra migrate`: takes a deployment's database to the schema of this version, while its processes stand still. As the owner of the
 * database, by the URL that `electra init` wrote down; no superuser is needed. A demonstration is brought up to date by `electra up`, at
 * every start.
 */
import type { Command } from 'commander';
import { databaseUrl, knownMigrations, migrate } from '../../node/db/index.ts';
import { dataFolder, readSettings } from '../../node/processes/data-folder.ts';
import { explain } from '../../node/processes/explain.ts';
import { EXIT_AGAIN, EXIT_FATAL } from '../../node/processes/process.ts';
import { retryOf } from '../../protocol/values/errors.ts';
import { CliError } from '../errors.ts';
import { printDone } from '../operator/operator.ts';
import { dataOption, example, jsonOption } from '../options.ts';

export function register(program: Command): void {
  const c = program
    .command('migrate')
    .description('take the database of a deployment to the schema of this version; stop its processes before')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra migrate --data /var/lib/electra');
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    if (readSettings(data).demo) throw new CliError('--data: a demonstration, whose database `electra up` brings up to date by itself');
    const schema = knownMigrations().at(-1)!;
    const applied = await migrate(databaseUrl(data.secrets, 'owner')).catch((error) => {
      throw new CliError(explain(error), retryOf(error) === 'never' ? EXIT_FATAL : EXIT_AGAIN);
    });
    printDone(o.json, applied.length === 0 ? `nothing to do: the database is at ${schema}` : `run: ${applied.join(', ')}`, {
      applied,
      schema,
    });
  });
}
