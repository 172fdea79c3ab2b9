/**
 * `electra index --reset`: drops the index; books, bills and proofs stay. The next start indexes from genesis again, with the same rows.
 */
import { resetIndex } from '../../node/indexer/index.ts';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { withDatabase } from '../database.ts';

export async function reset(data: DataFolder): Promise<void> {
  await withDatabase(data, 'indexer', (sql) => resetIndex(sql));
  process.stdout.write('✓ the index is empty; `electra index` or `electra up` fills it from genesis\n');
}
