/**
 * `electra key destroy`: the end of an epoch's private key, so that who steals the disk later cannot open what the chain shows forever.
 *
 * By the chain's clock, never the machine's: only when the chain has stopped taking the epoch (its overlap after the successor's publication is over), and only
 * when the books have opened everything sealed to it. What is not opened by then stays shut for good.
 */
import type { Command } from 'commander';
import type { Sql } from '../../node/db/index.ts';
import { readGenesis } from '../../protocol/genesis/index.ts';
import { destroyEpoch } from '../../node/vault/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { printDone } from './operator.ts';
import { dataOption, example, jsonOption, parsePositive } from '../options.ts';

interface Standing {
  chain_unix_s: number;
  successor_unix_s: number | null;
  overlap_s: number;
  known: boolean;
  unopened: number;
}

async function standingOf(sql: Sql, epoch: number): Promise<Standing> {
  const [row] = await sql<(Omit<Standing, 'overlap_s'> & { genesis: unknown })[]>`
    select c.chain_unix_s::float8 as chain_unix_s, g.genesis,
      (select effective_unix_s::float8 from chain.node_key where epoch = ${epoch} + 1) as successor_unix_s,
      exists (select from chain.node_key where epoch = ${epoch}) as known,
      ((select count(*) from chain.sealed_statement s left join books.statement b on b.meter = s.meter and b.day = s.day
         where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch'))
       + (select count(*) from chain.sealed_report s left join books.report b on b.meter = s.meter and b.slot = s.slot
         where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch')))::int as unopened
    from chain.cursor c, chain.genesis g`;
  if (!row) throw new CliError('the index is empty: it has to say first that the chain no longer takes this epoch');
  const { genesis, ...standing } = row;
  return { ...standing, overlap_s: readGenesis(genesis).params.keyOverlapS };
}

/** Why the key is still needed, or null. Times are the chain's. */
export function stillNeeded(
  epoch: number,
  { chain_unix_s: now, successor_unix_s: successor, overlap_s: overlap, known, unopened }: Standing,
): string | null {
  if (!known) return `<epoch>: the chain knows no epoch ${epoch}`;
  if (successor === null) return `<epoch>: ${epoch} is the newest on the chain: meters seal to it (electra key rotate begins the next)`;
  if (now <= successor + overlap)
    return `<epoch>: the chain takes epoch ${epoch} until ${new Date((successor + overlap) * 1000).toISOString()}`;
  return unopened > 0 ? `<epoch>: ${unopened} box(es) of epoch ${epoch} are not opened yet; without the key nobody ever will` : null;
}

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
    const reason = stillNeeded(epoch, await withDatabase(data, 'books', (sql) => standingOf(sql, epoch)));
    if (reason) throw new CliError(reason);
    if (!o.yes)
      throw new CliError(
        `--yes: expected, because it cannot be undone: the private key of epoch ${epoch} would be destroyed, in this folder; backups of it are yours to destroy`,
      );
    const { publicKey, destroyedUnixS } = destroyEpoch(data.vault, epoch, { nowUnixS: Date.now() / 1000, overlapS: 0 });
    printDone(o.json, `the private key of epoch ${epoch} is destroyed; destroy its backups too`, { epoch, publicKey, destroyedUnixS });
  });
}
