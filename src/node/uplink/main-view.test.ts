/** What the uplink takes from the index of the main chain: what is certain, of the chain that was joined, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address, IndexRows } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { connect, type Sql } from '../db/index.ts';
import { mainView } from './main-view.ts';

const MAIN = 'electra-main-5eed0002';
const OWN = { chainId: MAIN, uplink: address('uplink'), treasury: address('treasury') };
const DAY = 20_635;
let [database, index, sql] = [] as unknown as [TestPostgres, IndexRows, Sql];
beforeAll(async () => {
  database = await startTestPostgres();
  const meters = [{ meter: OWN.uplink, member: OWN.treasury, maxWh: 5000 }];
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, chainId: MAIN, nodeKey: '11'.repeat(32), meters, shared: true });
  sql = connect({ url: database.urls.books, max: 1, application: 'test view' });
}, 60_000);
afterAll(async () => {
  await sql?.end();
  await index?.end();
  await database?.stop();
});

const zeros = Array<number>(96).fill(0);
const statement = (day: number) => ({
  ...{ day, importStartWh: 0n, exportStartWh: 0n, importWh: zeros, exportWh: zeros, blinding: new Uint8Array(31), flags: 0 },
});

test('a statement counts from the block on whose results are certain, and not while that is the newest', async () => {
  await index.statement(OWN.uplink, { statement: statement(DAY) });
  const view = mainView(sql, OWN);
  await index.sql`update chain.cursor set results_height = height - 1`;
  expect(await view.commitment(DAY)).toBeUndefined();
  await index.commit();
  expect(await view.commitment(DAY)).toHaveLength(32);
  expect([await view.commitment(DAY + 1), await view.isFrozen(DAY)]).toEqual([undefined, false]);
});

test('an index of another chain has nothing to say of it', async () => {
  const view = mainView(sql, { ...OWN, chainId: 'electra-other-5eed0003' });
  expect([await view.commitment(DAY), await view.isFrozen(DAY), await view.treasury()]).toEqual([undefined, false, undefined]);
});

test('what was shown with the own days is given, the newest first, and not what others showed', async () => {
  for (const [day, meter] of [
    [DAY, OWN.uplink],
    [DAY + 1, OWN.uplink],
    [DAY, address('other')],
  ] as const)
    await index.sql`
      insert into chain.day_evidence (id, meter, day, evidence, net_proof, height)
      select ${`${meter}-${day}`}, ${meter}, ${day}, ${Buffer.of(day - DAY)}, ${Buffer.of(9)}, height - 2 + ${day - DAY}::int4
      from chain.cursor`;
  await index.commit();
  const view = mainView(sql, OWN);
  expect(await view.shown(5)).toEqual([Uint8Array.of(1), Uint8Array.of(0)]);
  expect(await view.shown(1)).toEqual([Uint8Array.of(1)]);
});

test('so is what was shown to keep the main chain’s view from running out, of this community alone', async () => {
  const update = (uplink: string, byte: number) => index.sql`
    insert into chain.client_update (id, uplink, evidence, height)
    select ${`${byte}-0-0`}, ${uplink}, ${Buffer.of(byte)}, results_height + 1 from chain.cursor`;
  await update(OWN.uplink, 7);
  await update(address('other'), 8);
  const view = mainView(sql, OWN);
  expect(await view.shown(5)).not.toContainEqual(Uint8Array.of(7)); // not certain yet
  index.height++;
  await index.commit();
  expect(await view.shown(5)).toEqual([Uint8Array.of(7), Uint8Array.of(1), Uint8Array.of(0)]);
  await index.sql`delete from chain.client_update`;
});

test('what was shown before a conflict of this community that was certainly taken is not given any more', async () => {
  const view = mainView(sql, OWN);
  const [{ height }] = await index.sql<{ height: number }[]>`select min(height) as height from chain.day_evidence`;
  const conflict = (uplink: string, at: number) => index.sql`
    insert into chain.chain_conflict (id, uplink, sender, height) values (${`${uplink}-${at}`}, ${uplink}, ${uplink}, ${at})`;
  await conflict(address('other'), height);
  index.height += 2;
  await index.commit();
  await index.sql`update chain.cursor set results_height = height - 1`;
  await conflict(OWN.uplink, index.height);
  expect(await view.shown(5)).toEqual([Uint8Array.of(1), Uint8Array.of(0)]);
  await conflict(OWN.uplink, height);
  expect(await view.shown(5)).toEqual([Uint8Array.of(1)]);
  await index.commit();
  expect(await view.shown(5)).toEqual([]);
  await index.sql`delete from chain.chain_conflict`;
});

test('the treasury is what the modules hold, once they have been proven', async () => {
  const view = mainView(sql, OWN);
  expect(await view.treasury()).toBeUndefined();
  for (const [name, value] of [
    ['unix-s', '1782864000'],
    [`balance:${OWN.treasury}`, '5000'],
    [`balance:${address('other')}`, '9'],
    [`escrow:${OWN.uplink}`, '40'],
    [`claim:${OWN.uplink}`, '467'],
    [`owed:${OWN.uplink}`, '150'],
    [`entry:${OWN.uplink}:24`, '{"amountNel":"-9","pool":"0"}'],
    [`entry:${OWN.uplink}:10`, '{"amountNel":"-700","pool":"1"}'],
    [`entry:${OWN.uplink}:31`, '{"amountNel":"-8","pool":"0"}'],
    [`entry:${address('other')}:10`, '{"amountNel":"700","pool":"1"}'],
    ['period:10', '{"readyUnixS":"1","executedUnixS":"2"}'],
    ['period:24', '{"readyUnixS":"1","executedUnixS":"2"}'],
    ['period:31', '{"readyUnixS":"1","executedUnixS":"0"}'],
  ])
    await index.sql`insert into chain.main_state (name, value, height) values (${name}, ${value}, 77)`;
  expect(await view.treasury()).toEqual({
    ...{ balanceNel: 5000n, escrowNel: 40n, claimsNel: 467n, debtsNel: 150n, totalNel: 5357n },
    settled: [{ fromDay: 10, amountNel: -700n }],
    waiting: [{ fromDay: 31, amountNel: -8n }],
    voidClaims: [24],
    ...{ height: 77, chainUnixS: 1_782_864_000, terms: [{ treasury: OWN.treasury, from: 0, to: null }], ended: [] },
  });
});
