/** `electra index digest`: one digest over all rows of the index at a height. Two nodes whose digests are equal hold the same rows. */
import type { Command } from 'commander';
import { indexDigest } from '../../node/indexer/index.ts';
import { dataFolder } from '../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../node/processes/uplink-settings.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseHeight } from '../options.ts';

export function registerDigest(index: Command): void {
  const digest = index
    .command('digest')
    .description('print the digest over all rows of the index at a height, to be compared with another node’s')
    .option('--height <n>', 'a block in the index; default: the last one whose results are certain', parseHeight)
    .option('--main', 'of the index of the main chain that the community shares on')
    .addOption(dataOption())
    .addOption(jsonOption());
  example(digest, 'npx electra index digest --height 1200');
  digest.action(async () => {
    const { data: dir, height, json, main } = digest.opts();
    const data = dataFolder(dir);
    if (main) uplinkSettings(data);
    const found = await withDatabase(data, 'indexer', (sql) => indexDigest(sql, height), { main });
    if (!found) throw new CliError(height === undefined ? 'the index is empty' : `--height: the index has no block ${height}`);
    if (json) return void process.stdout.write(`${JSON.stringify(found)}\n`);
    process.stdout.write(`${found.chainId} ${found.height} ${found.digest}\n`);
    if (found.taken.length > 0)
      process.stderr.write(
        `rosters were taken from their proofs at ${found.taken.join(', ')}: from there on the digests are this index’s own; ` +
          'a rebuilt one (`electra index --reset`) has those of other nodes\n',
      );
  });
}
