/** What SQL says of a meter's service is what the house says: one rule, held by one list of answers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { genesisAddress } from '../../../../test/kit/genesis.ts';
import type { TestPostgres } from '../../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../../test/kit/postgres.ts';
import { SERVICES } from '../../../../test/kit/services.ts';
import { inService } from '../../../protocol/genesis/index.ts';
import { connect } from '../../db/index.ts';
import { ensureIndexSchema } from '../../indexer/index.ts';
import { readMissing } from './chain.ts';

let db: TestPostgres;
let sql: ReturnType<typeof connect>;
beforeAll(async () => {
  db = await startTestPostgres();
  sql = connect({ url: db.urls.indexer, max: 1, application: 'test' });
  await ensureIndexSchema(sql);
  for (const [n, { serviceDay, lastDay }] of SERVICES.entries())
    await sql`insert into chain.meter (id, address, member, first_day, last_day, service_day, max_wh_per_slot, enrolled_height)
      values (${genesisAddress(n)}, ${Buffer.alloc(20, n)}, ${genesisAddress(100)}, 3, ${lastDay}, ${serviceDay}, 1, 0)`;
});
afterAll(async () => {
  await sql.end();
  await db.stop();
});

test('a statement is missing of exactly the meters in service', async () => {
  const tx = { viewer: null, query: <T extends object>(build: (sql: never) => PromiseLike<T[]>) => Promise.resolve(build(sql as never)) };
  for (const [n, { day, is, ...meter }] of SERVICES.entries()) {
    const missing = await readMissing(tx, { from: day, to: day, after: null, limit: 100, upTo: 1 });
    const listed = missing.some((row) => row.meter === genesisAddress(n));
    expect([n, listed, inService({ firstDay: 3, ...meter }, day)]).toEqual([n, is, is]);
  }
});
