/**
 * What becomes of blocks that an honest chain would hardly make, but may: bytes that are no transaction, refused ones, foreign messages. A
 * node's blocks are past verification here, so they are made by hand; Postgres is real.
 */
import { randomBytes } from 'node:crypto';
import { TxRaw } from 'cosmjs-types/cosmos/tx/v1beta1/tx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestMessage } from '../../../../test/kit/chain.ts';
import { encodeMessage, message, testAccount } from '../../../../test/kit/chain.ts';
import { genesisJson, genesisMeter } from '../../../../test/kit/genesis.ts';
import { genesisCases } from '../../../../test/kit/genesis-table.ts';
import { appliedBlock, batchAbove, txOf } from '../../../../test/kit/indexer/made-blocks.ts';
import type { TestPostgres } from '../../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../../test/kit/postgres.ts';
import { merkleRoot } from '../../../protocol/comet/index.ts';
import { readGenesis, readUnsignedGenesis } from '../../../protocol/genesis/index.ts';
import type { Sql } from '../../db/index.ts';
import { connect } from '../../db/index.ts';
import { Applier } from './apply.ts';
import { readCursor } from './cursor.ts';
import { ensureIndexSchema, indexTables } from './schema.ts';

const meter = testAccount().address;
const member = testAccount().address;
const genesis = (state: Record<string, unknown> = {}) =>
  genesisJson(
    (whole) =>
      Object.assign(whole, {
        clock: { start_unix_s: '1782864000', rate: '1', genesis_unix_s: '0' },
        meters: [genesisMeter(1, { address: meter, member, first_day: 20_634, max_wh_per_slot: 1000 })],
        ...state,
      }),
    { chain_id: 'electra-crafted-0badcafe', genesis_time: '2026-07-01T00:00:00Z' },
  );

const said = (...messages: TestMessage[]) => txOf(...messages.map(encodeMessage));
let database: TestPostgres;
let sql: Sql;
let applier: Applier;
let height = 0;

beforeAll(async () => {
  database = await startTestPostgres();
  sql = connect({ url: database.urls.indexer, application: 'test' });
  await ensureIndexSchema(sql);
  applier = new Applier(sql, indexTables());
  await applier.genesis(readGenesis(genesis()));
});
afterAll(async () => {
  await sql?.end();
  await database?.stop();
});

/** Applies one block and returns what it left among the bad. */
async function bad(txs: Uint8Array[], codes?: number[]) {
  height += 1;
  const applied = await applier.batch((await readCursor(sql))!, batchAbove((await readCursor(sql))!, appliedBlock(height, txs, codes)));
  expect(applied.cursor.height).toBe(height);
  return sql`select id, tx_index, hash, reason, detail from chain.bad_transaction where height = ${height} order by id`;
}

describe('what cannot be indexed is a row with a reason, and the height goes on', () => {
  test('bytes that are no transaction', async () => {
    const garbage = [
      Buffer.from('garbage'),
      Buffer.alloc(0),
      randomBytes(300),
      TxRaw.encode({ bodyBytes: Buffer.from([0xff]), authInfoBytes: new Uint8Array(0), signatures: [] }).finish(),
    ];
    const found = await bad(garbage, [2, 2, 2, 2]);
    expect(found.map(({ reason, tx_index }) => `${tx_index} ${reason}`)).toEqual([
      '0 undecodable',
      '1 undecodable',
      '2 undecodable',
      '3 undecodable',
    ]);
    expect(found[0].hash).toMatch(/^[0-9A-F]{64}$/);
  });
  test('a transaction that the chain refused: with its code, without what no hash covers, and without its rows', async () => {
    const report = message('Report', { meter, slot: 1_980_000, keyEpoch: 1, sealed: randomBytes(112) });
    expect(await bad([said(report)], [20])).toMatchObject([
      { id: `${height}-0`, reason: 'refused', detail: 'code 20: /electra.meter.v1.MsgReport' },
    ]);
    expect(await sql`select * from chain.sealed_report where height = ${height}`).toHaveLength(0);
  });
  test('a message of another module, beside one that counts', async () => {
    const report = message('Report', { meter, slot: 1_980_001, keyEpoch: 1, sealed: randomBytes(112) });
    const foreign = { typeUrl: '/cosmos.auth.v1beta1.MsgUpdateParams\u0000', value: randomBytes(5) };
    expect(await bad([txOf(foreign, encodeMessage(report))])).toMatchObject([
      { id: `${height}-0-0`, reason: 'unknown-message', detail: '/cosmos.auth.v1beta1.MsgUpdateParams\ufffd' },
    ]);
    expect(await sql`select slot from chain.sealed_report where height = ${height}`).toMatchObject([{ slot: 1_980_001 }]);
  });
  test('a message whose bytes do not match its type', async () => {
    expect(await bad([txOf({ typeUrl: '/electra.meter.v1.MsgReport', value: Buffer.from([0x0a, 0x7f]) })])).toMatchObject([
      { reason: 'undecodable' },
    ]);
  });
  test('numbers beyond the tables, and things said of what is not there', async () => {
    const operator = testAccount().address;
    const found = await bad([
      said(
        message('RetireMeter', { operator, meter, lastDay: 4_294_967_295 }),
        message('RetireMeter', { operator, meter: member, lastDay: 20_700 }),
      ),
      said(message('WithdrawNoBill', { member, meter, day: 20_640 })),
      said(
        message('SetTariff', { operator, fromDay: 20_700, rule: 'x', retailNelPerWh: [2n ** 40n], feedInNelPerWh: [], feePerDayNel: 0n }),
      ),
      said(message('EnrolMeter', { operator, meter: 'nonsense', member, firstDay: 20_700, maxWhPerSlot: 5 })),
    ]);
    expect(found.map(({ id, reason }) => `${id.slice(String(height).length)} ${reason}`)).toEqual([
      '-0-0 out-of-range',
      '-0-1 unknown-meter',
      '-1-0 not-open',
      '-2-0 out-of-range',
      '-3-0 out-of-range',
    ]);
    expect(await sql`select last_day from chain.meter where id = ${meter}`).toMatchObject([{ last_day: null }]);
  });
});

describe('within one batch', () => {
  test('later messages see earlier ones: opened, withdrawn and opened again; retired after enrolment', async () => {
    const operator = testAccount().address;
    const newcomer = testAccount().address;
    const about = { member, meter, day: 20_641 };
    const start = (await readCursor(sql))!;
    const blocks = [
      appliedBlock(height + 1, [
        said(message('NoBill', about)),
        said(message('EnrolMeter', { operator, meter: newcomer, member, firstDay: 20_700, maxWhPerSlot: 5 })),
      ]),
      appliedBlock(height + 2, [
        said(message('WithdrawNoBill', about)),
        said(message('RetireMeter', { operator, meter: newcomer, lastDay: 20_710 })),
      ]),
      appliedBlock(height + 3, [said(message('NoBill', about))]),
    ];
    expect(await applier.batch(start, batchAbove(start, ...blocks))).toMatchObject({ blocks: 3, txs: 5, messages: 5, rows: 3 });
    expect(await sql`select open_height, withdrawn_height from chain.no_bill order by open_height`).toMatchObject([
      { open_height: height + 1, withdrawn_height: height + 2 },
      { open_height: height + 3, withdrawn_height: null },
    ]);
    expect(await sql`select last_day from chain.meter where id = ${newcomer}`).toMatchObject([{ last_day: 20_710 }]);
    height += 3;
  });
  test('thousands of rows go in together', async () => {
    const start = (await readCursor(sql))!;
    const reports = Array.from({ length: 60 }, (_, i) =>
      said(
        ...Array.from({ length: 100 }, (_, j) =>
          message('Report', { meter, slot: 2_000_000 + i * 100 + j, keyEpoch: 1, sealed: randomBytes(112) }),
        ),
      ),
    );
    const applied = await applier.batch(start, batchAbove(start, appliedBlock(++height, reports)));
    expect(applied.rows).toBe(6_000);
    expect((await sql`select count(*)::int as count from chain.sealed_report where height = ${height}`)[0].count).toBe(6_000);
  });
});

describe('the cursor', () => {
  test('moves only from the parent that the batch was verified against', async () => {
    const start = (await readCursor(sql))!;
    const report = said(message('Report', { meter, slot: 1_990_000, keyEpoch: 1, sealed: randomBytes(112) }));
    for (const parent of [
      { ...start, height: start.height - 1 },
      { ...start, blockHash: randomBytes(32) },
      { ...start, chainId: 'electra-other-00000000' },
    ]) {
      await expect(applier.batch(parent, batchAbove(parent, appliedBlock(height + 1, [report])))).rejects.toMatchObject({
        code: 'cursor-moved',
      });
    }
    expect(await readCursor(sql)).toEqual(start);
    expect(await sql`select * from chain.sealed_report where slot = 1990000`).toHaveLength(0);
  });
  test('and rows go together: what fails late leaves nothing', async () => {
    const start = (await readCursor(sql))!;
    const broken = appliedBlock(height + 1, [said(message('Report', { meter, slot: 1_990_001, keyEpoch: 1, sealed: randomBytes(112) }))]);
    const results = batchAbove(start, broken);
    await expect(applier.batch(start, { ...results, trust: { ...results.trust, height: 2 ** 40 } })).rejects.toThrow();
    expect(await readCursor(sql)).toEqual(start);
    expect(await sql`select * from chain.sealed_report where slot = 1990001`).toHaveLength(0);
  });
  test('wakes whoever listens', async () => {
    const woken = new Promise(
      (resolve) =>
        void sql.listen('electra_chain', resolve).then(async () => {
          const start = (await readCursor(sql))!;
          await applier.batch(start, batchAbove(start, appliedBlock(++height, [])));
        }),
    );
    expect(await woken).toBe('');
  });
});

describe('genesis', () => {
  test('is height 0, once', async () => {
    await applier.genesis(readGenesis(genesis()));
    expect(await sql`select address, member, first_day, enrolled_height from chain.meter where id = ${meter}`).toMatchObject([
      { member, first_day: 20_634, enrolled_height: 0 },
    ]);
    const [{ genesis: kept }] = await sql`select genesis from chain.genesis`;
    expect(Object.keys(kept).sort()).toEqual(['app_state', 'chain_id', 'genesis_time', 'initial_height']);
  });
  test('of a continued chain carries its history, with heights of the old chain as 0 where they lie above', async () => {
    const other = await startTestPostgres();
    const fresh = connect({ url: other.urls.indexer, application: 'test' });
    await ensureIndexSchema(fresh);
    const { document } = genesisCases.find(({ of, what }) => of === 'continued' && what === 'as it is')!;
    const continued = { ...JSON.parse(document), initial_height: '901' };
    await new Applier(fresh, indexTables()).genesis(readUnsignedGenesis(continued));
    expect(await fresh`select day, height, length(sealed) as sealed from chain.sealed_statement order by day, height`).toMatchObject([
      { day: 20_637, height: 900, sealed: 0 },
      { day: 20_637, height: 900, sealed: 0 },
      { day: 20_638, height: 0, sealed: 0 },
    ]);
    expect(await fresh`select id, height from chain.anchor order by id`).toMatchObject([
      { id: '20635-1', height: 0 },
      { id: '20636-1', height: 0 },
      { id: '20636-2', height: 0 },
    ]);
    for (const [table, rows] of Object.entries({ dispute: 1, no_bill: 1, roster: 5, final_reading: 1 }))
      expect(await fresh.unsafe(`select * from chain.${table}`), table).toHaveLength(rows);
    expect((await readCursor(fresh))!).toMatchObject({
      height: 900,
      resultsHeight: 900,
      resultsHash: Buffer.from(merkleRoot([])),
      chainUnixS: BigInt((20_635 + 4) * 86_400 + 3700),
    });
    await fresh.end();
    await other.stop();
  });
});
