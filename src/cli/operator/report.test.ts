/** Days are UTC's, wherever the command line is typed and whatever zone its machine is in. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Days, fillCommunity } from '../../../test/kit/api/community.ts';
import { collect, scratch } from '../../../test/kit/electra.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, writeSecret } from '../../node/db/index.ts';
import { dataFolder, makeFolders, writeSettings } from '../../node/processes/data-folder.ts';
import { dayToDate } from '../../protocol/values/time.ts';

const BIN = fileURLToPath(new URL('../../../bin/electra.mjs', import.meta.url));
const folder = scratch('report');
let database: TestPostgres;
let days: Days;
beforeAll(async () => {
  database = await startTestPostgres();
  days = await fillCommunity(database, Date.now());
  const data = dataFolder(folder.dir);
  makeFolders(data);
  writeSecret(join(data.secrets, 'db-books.url'), database.urls.books);
  writeSettings(data, { version: 1, chainId: 'electra-report-5eed0001', rpcUrls: ['http://127.0.0.1:1'] });
});
afterAll(async () => {
  await database?.stop();
  folder.remove();
});

const report = (zone: string, cwd: string) =>
  collect(
    spawn(process.execPath, [BIN, 'report', dayToDate(days.first), '--data', folder.dir], {
      cwd,
      env: { ...process.env, TZ: zone },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

test('a day is the same in every zone and from every folder', async () => {
  const [here, ...elsewhere] = await Promise.all([
    report('UTC', folder.dir),
    report('Pacific/Kiritimati', '/'),
    report('America/Los_Angeles', '/tmp'),
  ]);
  expect(here, here.err).toMatchObject({ code: 0, err: '' });
  expect(here.out).toMatch(new RegExp(`^${dayToDate(days.first)} on `));
  for (const other of elsewhere) expect(other).toEqual(here);
});

/** Posts what the week from the day on brought the fund. */
async function settled(gainNel: number): Promise<void> {
  const sql = connect({ url: database.urls.books, max: 1, application: 'test report' });
  const journal = `settlement:main-${gainNel}:${days.first}`;
  await sql`insert into books.posting (journal, account, amount_nel, day, version)
    values (${journal}, 'treasury', ${gainNel}, ${days.first}, 1), (${journal}, 'fund', ${-gainNel}, ${days.first}, 1)`;
  await sql.end();
}

test('nothing is said of a gain before the day’s week is settled; then it stands beside the outside prices', async () => {
  expect((await report('UTC', folder.dir)).out).not.toMatch(/shared with other communities|outside prices/);
  await settled(1_500_000_000);
  const { out } = await report('UTC', folder.dir);
  expect(out).toContain(`shared with other communities: the week from ${dayToDate(days.first)} brought 1.500000000 ELECTRA\n`);
  expect(out).toMatch(/\noutside prices of the day, ELECTRA\/kWh: \d\.\d{6} taken, \d\.\d{6} given\n$/);
});
