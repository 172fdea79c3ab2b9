/**
 * `electra index --reset`: drops the index; books, bills and proofs stay. The next start indexes from genesis again, with the same rows.
 */
import { resetIndex } from '../../node/indexer/index.ts';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { uplinkSettings } from '../../node/processes/uplink-settings.ts';
import { withDatabase } from '../database.ts';

export async function reset(data: DataFolder, { main = false }: { main?: boolean } = {}): Promise<void> {
  if (main) uplinkSettings(data);
  await withDatabase(data, 'indexer', (sql) => resetIndex(sql), { main });
  const [which, command] = main ? ['the index of the main chain', 'electra index --main'] : ['the index', 'electra index'];
  process.stdout.write(`✓ ${which} is empty; \`${command}\` or \`electra up\` fills it from genesis\n`);
}
