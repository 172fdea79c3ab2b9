/** A node's index of a main chain with one uplink, by its rows, and who reads it. */
import { connect, type Sql } from '../../src/node/db/index.ts';
import { address, IndexRows } from './books/index-rows.ts';
import { startTestPostgres } from './postgres.ts';

export interface MainIndex {
  index: IndexRows;
  /** role electra_books */
  sql: Sql;
  stop: () => Promise<void>;
}

/** Results are certain up to block 1000. */
export async function startMainIndex({ chainId, treasury }: { chainId: string; treasury: string }): Promise<MainIndex> {
  const database = await startTestPostgres();
  const meters = [{ meter: address('uplink'), member: treasury, maxWh: 5000 }];
  const index = await IndexRows.create({ indexerUrl: database.urls.indexer, chainId, nodeKey: '11'.repeat(32), meters, shared: true });
  const sql = connect({ url: database.urls.books, max: 1, application: 'test main index' });
  await index.sql`update chain.cursor set height = 1000, results_height = 1000`;
  const stop = async (): Promise<void> => {
    await sql.end();
    await index.end();
    await database.stop();
  };
  return { index, sql, stop };
}
