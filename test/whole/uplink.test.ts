/**
 * The uplink's process between two real chains, as an operator runs it: it finds a day that the community's chain has proven, has the net
 * of it proven, and states it on the main chain; killed and started again it states nothing twice.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect, readSecret, type Sql, writeSecret } from '../../src/node/db/index.ts';
import { netInput } from '../../src/node/proofs/main-inputs.ts';
import { proveInput } from '../../src/node/proofs/pool.ts';
import { createProver, type Prover } from '../../src/node/proofs/prover.ts';
import { mainView, runUplink, uplinkDays } from '../../src/node/uplink/index.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { fieldToBytes } from '../../src/protocol/index.ts';
import { IndexRows } from '../kit/books/index-rows.ts';
import { startTestChain, TEST_DAY, type TestChain } from '../kit/chain.ts';
import { KEYS } from '../kit/development-keys.ts';
import { type IndexRun, startIndexer } from '../kit/index-run.ts';
import { joinMain, provenDay } from '../kit/main-day/community.ts';
import { startTestPostgres, type TestPostgres } from '../kit/postgres.ts';

/** A day in nine seconds. */
const CLOCK = { startUnixS: TEST_DAY * 86_400, rate: 10_000 };
/** The third to come: an uplink is named before its first day, also by a machine that has much else to do. */
const DAY = TEST_DAY + 3;
const folder = mkdtempSync(join(tmpdir(), 'electra-uplink-'));
const key = { dir: join(folder, 'uplink'), passphraseFile: join(folder, 'passphrase') };

let [community, main, prover, database, mainDatabase] = [] as unknown as [TestChain, TestChain, Prover, TestPostgres, TestPostgres];
let [index, sql, mainIndex] = [] as unknown as [IndexRows, Sql, IndexRun];
beforeAll(async () => {
  const begun = { validators: 4, firstDay: DAY, clock: CLOCK };
  // The chains last: their days are nine seconds long.
  [prover, database, mainDatabase] = await Promise.all([createProver(KEYS), startTestPostgres(), startTestPostgres()]);
  [community, main] = await Promise.all([
    startTestChain({ ...begun, params: { graceS: 20 * 3600, graceBlocks: 3 } }),
    startTestChain({ ...begun, main: {}, lightMeters: 1, params: { graceS: 20 * 86_400, graceBlocks: 3, validatorDelayS: 600 } }),
  ]);
  const genesisHash = Buffer.from(main.genesisHash).toString('hex');
  mainIndex = startIndexer({ rpcUrls: main.rpcUrls, databaseUrl: mainDatabase.urls.indexer, chainId: main.chainId, genesisHash });
  const meters = community.meters.map(({ address, member, maxWhPerSlot }) => ({
    ...{ meter: address, member: member.address, maxWh: maxWhPerSlot },
  }));
  const nodeKey = Buffer.from(community.nodeKey.publicKey).toString('hex');
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, nodeKey, meters, chainId: community.chainId });
  sql = connect({ url: database.urls.books, max: 3, application: 'test uplink' });
  writeSecret(key.passphraseFile, randomBytes(32).toString('hex'));
  const unlocker = new Unlocker(readSecret(key.passphraseFile));
  storeOperator(key.dir, { secretKey: uplink().privateKey, createdUnixS: 0 }, unlocker, { ops: 1, memBytes: 8 << 20 });
  unlocker.forget();
}, 90_000);
afterAll(async () => {
  prover?.close();
  await sql?.end();
  await index?.end();
  await mainIndex?.stop();
  await Promise.all([community?.stop(), main?.stop(), database?.stop(), mainDatabase?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const uplink = () => main.meters[4];

/** What the community's books have of the day that its chain has proven. */
async function booked(): Promise<void> {
  const { book, hash, totalImportWh, totalExportWh, x, maskSum } = await provenDay(community, DAY, prover);
  await sql`insert into books.day (day, version, state, roster_digest, frozen_unix_s, book, book_hash, proofs, total_import_wh,
      total_export_wh, totals_blinding, mask_sum, anchor_height)
    values (${book.day}, 1, 'anchored', ${randomBytes(32)}, 0, '{}', ${Buffer.from(hash, 'hex')}, '{}', ${totalImportWh}, ${totalExportWh},
      ${String(x)}, ${String(maskSum)}, 1)`;
  await index.prove(DAY, 1);
}

/** The process, until it is stopped. */
function start() {
  const stop = new AbortController();
  const said: string[] = [];
  const write = (_: object, text: string) => void said.push(text);
  const done = runUplink({
    mainDatabaseUrl: mainDatabase.urls.books,
    ...{ databaseUrl: database.urls.books, key, treasury: uplink().member.address, days: { from: DAY }, trustPeriodS: 1_209_600, netInput },
    main: {
      ...{ chainId: main.chainId, genesisHash: main.genesisHash, rpcUrls: main.rpcUrls },
      operator: { n: 0, address: main.operator.address },
    },
    own: { chainId: community.chainId, rpcUrls: community.rpcUrls },
    ...{ signal: stop.signal, log: { info: write, warn: write, error: write } },
  });
  return { said, stop: () => stop.abort(), done };
}

/** Until a process has judged what a member asks for: in each round it does so once it has sent what it would send. */
async function roundBehindSending(): Promise<void> {
  const [account, member] = [community.meters[0].address, community.meters[0].member.address];
  const [key33, signature] = [Buffer.alloc(33, 2), Buffer.alloc(64, 1)];
  await sql`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature)
    values (${account}, ${member}, ${main.chainId}, ${key33}, ${signature}, ${key33}, ${signature})`;
  await waitFor(async () => expect((await sql`select from books.account_link where fault is not null`).length).toBe(1));
}

const waitFor = <T>(look: () => Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 150_000, interval: 500 });

test('a day that the community’s chain has proven is stated on the main chain by the process, once', async () => {
  await joinMain(community, main, uplink(), DAY);
  await booked();
  const first = start();
  await waitFor(async () => {
    for (const { id } of await sql<{ id: string }[]>`select id from prove.input`) await proveInput(sql, prover, id);
    expect(await uplinkDays(sql)).toEqual([{ day: DAY, state: 'stated', error: null }]);
  });
  const [{ commitment }] = await sql<{ commitment: string }[]>`select commitment::text from books.uplink_day`;
  expect(await main.chain.commitment(uplink().address, DAY)).toEqual(fieldToBytes(BigInt(commitment)));
  first.stop();
  await first.done;
  const { sequence } = (await main.chain.account(uplink().address))!;
  const second = start();
  await roundBehindSending();
  second.stop();
  await second.done;
  expect((await main.chain.account(uplink().address))!.sequence).toBe(sequence);
  expect([...first.said, ...second.said].filter((text) => text === 'the day is stated on the main chain')).toHaveLength(1);
}, 600_000);

test('what its index has of the main chain says the same, proven: the day is there, it is not frozen, and nothing has moved', async () => {
  const of = connect({ url: mainDatabase.urls.books, max: 1, application: 'test view' });
  try {
    const own = { chainId: main.chainId, uplink: uplink().address, treasury: uplink().member.address };
    const view = mainView(of, own);
    expect(await view.commitment(DAY)).toEqual(await main.chain.commitment(own.uplink, DAY));
    expect([await view.commitment(DAY + 1), await view.isFrozen(DAY)]).toEqual([undefined, false]);
    await waitFor(async () => expect(await view.treasury()).toMatchObject({ totalNel: 0n, settled: [] }));
    expect(await mainView(of, { ...own, chainId: community.chainId }).commitment(DAY)).toBeUndefined();
  } finally {
    await of.end();
  }
}, 180_000);
