/**
 * `electra migrate`: takes a deployment's database to the schema of this version, while its processes stand still. As the owner of the
 * database, by the URL that `electra init` wrote down; no superuser is needed, but for the database of a main chain's index, where an older
 * version made none. A demonstration is brought up to date by `electra up`, at every start.
 */
import type { Command } from 'commander';
import {
  databaseUrl,
  hasMainDatabase,
  knownMigrations,
  mainDatabaseUrl,
  migrate,
  prepareMainDatabase,
  readSecret,
} from '../../node/db/index.ts';
import { type DataFolder, dataFolder, readSettings } from '../../node/processes/data-folder.ts';
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
    .option(
      '--database-url-file <file>',
      '0600 file with the URL of a Postgres superuser: makes the database of the main chain’s index too',
    )
    .addOption(dataOption())
    .addOption(jsonOption());
  example(c, 'npx electra migrate --data /var/lib/electra');
  c.action(async () => {
    const o = c.opts();
    const data = dataFolder(o.data);
    if (readSettings(data).demo) throw new CliError('--data: a demonstration, whose database `electra up` brings up to date by itself');
    const schema = knownMigrations().at(-1)!;
    const { applied, main } = await run(data, o.databaseUrlFile).catch((error) => {
      throw new CliError(explain(error), retryOf(error) === 'never' ? EXIT_FATAL : EXIT_AGAIN);
    });
    const named = [...applied, ...main.map((name) => `${name} (main)`)];
    printDone(o.json, named.length === 0 ? `nothing to do: the database is at ${schema}` : `run: ${named.join(', ')}`, {
      ...{ applied, schema },
      ...(main.length > 0 && { main }),
    });
  });
}

/** `main`: what was run in the database of the main chain's index, where there is one or is to be one. */
async function run(data: DataFolder, superUrlFile?: string): Promise<{ applied: string[]; main: string[] }> {
  const ownerUrl = databaseUrl(data.secrets, 'owner');
  const applied = await migrate(ownerUrl);
  if (superUrlFile) return { applied, main: await prepareMainDatabase({ superUrl: readSecret(superUrlFile), ownerUrl }) };
  const has = await hasMainDatabase(data.secrets, 'owner');
  return { applied, main: has ? await migrate(mainDatabaseUrl(data.secrets, 'owner')) : [] };
}
