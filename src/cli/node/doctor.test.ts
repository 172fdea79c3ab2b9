/** `electra doctor` names what stands between the chain and this node's tables, on a database with rows written by hand. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Days, fillCommunity } from '../../../test/kit/api/community.ts';
import { meters } from '../../../test/kit/api/people.ts';
import { electra, scratch } from '../../../test/kit/electra.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, type Sql, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders, writeSettings } from '../../node/processes/data-folder.ts';
import { serveLines } from '../../node/vault/wire/line-server.ts';
import { VOID_AFTER_S } from '../../protocol/day/void.ts';
import { DAY_S, dayToDate } from '../../protocol/values/time.ts';

const folder = scratch('doctor');
let database: TestPostgres;
let owner: Sql;
let days: Days;

beforeAll(async () => {
  database = await startTestPostgres();
  days = await fillCommunity(database, Date.now());
  const data = dataFolder(folder.dir);
  makeFolders(data);
  writeSecret(join(data.secrets, 'db-books.url'), database.urls.books);
  writeSettings(data, { version: 1, chainId: 'electra-doctor-5eed0001', rpcUrls: ['http://127.0.0.1:1'] });
  owner = connect({ url: database.urls.owner, max: 1, application: 'test' });
  await owner`delete from chain.bad_transaction`;
});
afterEach(async () => {
  for (const table of ['frozen', 'proven_roster', 'bad_transaction']) await owner`delete from chain.${owner(table)}`;
});
afterAll(async () => {
  await owner?.end();
  await database?.stop();
  folder.remove();
});

async function finding(name: string): Promise<{ ok: boolean; detail: string }> {
  const { code, out } = await electra('doctor', '--json', '--data', folder.dir);
  expect(code).toBe(1); // there is no chain, no vault, …
  const { ok, detail } = (JSON.parse(out) as { check: string; ok: boolean; detail: string }[]).find(({ check }) => check === name)!;
  return { ok, detail };
}

describe('electra doctor', () => {
  test('is content where every frozen day is indexed and booked, and every transaction read', async () => {
    expect(await finding('frozen days')).toEqual({ ok: true, detail: 'all that the chain froze are indexed and booked' });
    expect(await finding('blocks')).toMatchObject({ ok: true });
  });

  test('names a day that the chain has frozen and the index does not have', async () => {
    await owner`insert into chain.frozen (height, first_day, next_freeze_day, next_late_day) values (1, 2, 3, 2)`;
    expect(await finding('frozen days')).toEqual({
      ok: false,
      detail: 'the chain has frozen 1970-01-03, and the index has no roster of it',
    });
  });

  test('names what it could not read, and the meters on whom the proven roster and the indexed statements differ', async () => {
    await owner`
      insert into chain.bad_transaction (id, height, tx_index, hash, reason, detail) values ('1-0', 1, 0, '', 'undecodable', '')`;
    await owner`
      insert into chain.proven_roster (day, late, height, taken, lacking, surplus)
      values (2, false, 1, true, ${[meters.alice1]}, '{}')`;
    const { ok, detail } = await finding('blocks');
    expect(ok).toBe(false);
    expect(detail).toContain('1 × undecodable in the blocks');
    expect(detail).toContain('the proven roster is not that of the indexed statements: 1970-01-03');
    expect(detail).toContain(`1970-01-03: ${meters.alice1}`);
  });

  test('takes days that were void at their freeze for a fact, and names those that ran out here, for a month', async () => {
    expect(await finding('void days')).toEqual({ ok: true, detail: 'none' });
    const [day, date] = [days.second, dayToDate(days.second)];
    await owner`update books.day set blocked_by = 'void', waiting = 'void' where day = ${day} and version = 1`;
    expect([await finding('void days'), (await finding('blocks')).ok]).toEqual([
      { ok: true, detail: `void, since fewer than two communities had stated them by their freeze: ${date}; there is nothing to mend` },
      true,
    ]);
    await owner`update books.day set blocked_by = null, waiting = null where day = ${day}`;
    await owner`insert into chain.frozen (height, first_day, next_freeze_day, next_late_day) values (1, ${day}, ${day + 1}, ${day})`;
    await owner`
      update chain.roster set unix_s = (select chain_unix_s from chain.head) - ${VOID_AFTER_S}::int8 where day = ${day} and not late`;
    const ranOut = `void, since no book was proven in time: ${date}`;
    expect(await finding('void days')).toMatchObject({ ok: false, detail: expect.stringContaining(ranOut) });
    await owner`update chain.cursor set chain_unix_s = chain_unix_s + ${40 * DAY_S}::int8`;
    expect(await finding('void days')).toEqual({ ok: true, detail: `${ranOut}; there is nothing to mend` });
  });

  test('names a sealing key on the chain that is not the vault’s', async () => {
    let foreign: number[] = [];
    const vault = await serveLines({
      path: dataFolder(folder.dir).vaultSocket,
      handle: async () => ({ chainId: 'electra-doctor-5eed0001', newest: 3, epochs: [], foreign }),
      lineMaxBytes: 4_096,
      log: { error: () => {} },
      name: 'vault',
    });
    expect(await finding('vault')).toEqual({ ok: true, detail: 'newest epoch 3, and the chain has no key but this vault’s' });
    foreign = [2, 4];
    expect(await finding('vault')).toEqual({
      ok: false,
      detail: 'the chain has a sealing key that is not this vault’s (epoch 2, 4): whoever holds it reads the meters',
    });
    await vault.close();
  });
});
