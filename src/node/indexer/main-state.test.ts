/** The index of a real main chain in a real Postgres: what was said there, and what its modules hold by proof. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mainMessage, startTestChain, TEST_DAY, type TestAccount, type TestChain, testRole } from '../../../test/kit/chain.ts';
import { startIndexer } from '../../../test/kit/index-run.ts';
import { startLyingNode } from '../../../test/kit/lying-node.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { until } from '../../../test/kit/until.ts';
import { DAY_S, encodeLightFile, readLightFile } from '../../protocol/index.ts';
import { acceptAll, startFromGenesis } from '../../reader/light/index.ts';
import { connect, type Sql } from '../db/index.ts';
import { ChainNode } from './chain/node.ts';
import { dropUnusedLightBlocks } from './light-blocks.ts';
import { mainProofsDue } from './main-proofs.ts';
import { MainReader, mainFileOf, takeMainState } from './main-state.ts';
import type { Target } from './range-proof.ts';
import { genesisOf } from './read-genesis.ts';
import { takeEvidence } from './state-proofs.ts';
import { readCursor } from './write/cursor.ts';

const UNIT = 1_000_000_000n;

const [attestor, issuer] = [testRole('attestor'), testRole('issuer')];

let [chain, postgres, sql] = [] as unknown as [TestChain, TestPostgres, Sql];
let treasury: TestAccount;
let run: ReturnType<typeof startIndexer>;

beforeAll(async () => {
  [chain, postgres] = await Promise.all([
    startTestChain({ main: {}, lightMeters: 1, params: { graceBlocks: 3 }, emptyBlockS: 60 }),
    startTestPostgres(),
  ]);
  sql = connect({ url: postgres.urls.indexer, application: 'test' });
  treasury = chain.meters[1].member;
  const { operator } = chain;
  const account = (address: string, kind: string) => mainMessage('RegisterAccount', { registrar: operator.address, address, kind });
  await chain.send(operator, [account(treasury.address, 'treasury'), account(chain.meters[0].member.address, 'other')]);
  const documentHash = Buffer.alloc(32, 5);
  const said = { asOfUnixS: BigInt(TEST_DAY * DAY_S), amountNel: 100n * UNIT, documentHash };
  await chain.send(attestor, [mainMessage('AttestReserve', { attestor: attestor.address, ...said })]);
  await chain.send(issuer, [mainMessage('Mint', { issuer: issuer.address, to: treasury.address, amountNel: 50n * UNIT })]);
  await chain.send(treasury, [
    mainMessage('Send', {
      ...{ fromAddress: treasury.address, toAddress: chain.meters[0].member.address },
      amount: [{ denom: 'nelectra', amount: String(UNIT) }],
    }),
    mainMessage('Redeem', { holder: treasury.address, amountNel: 2n * UNIT, reference: 'IBAN 1' }),
    mainMessage('Deposit', { treasury: treasury.address, uplink: chain.meters[1].address, amountNel: 3n * UNIT }),
  ]);
  run = startIndexer({ rpcUrls: [chain.rpcUrl], databaseUrl: postgres.urls.indexer });
  await run.reached(await chain.height());
}, 180_000);
afterAll(async () => {
  await run?.stop();
  await sql?.end();
  await Promise.all([chain?.stop(), postgres?.stop()]);
});

test('a main chain is indexed as a community’s is: its rule, its money, nothing that has no place', async () => {
  expect(await sql`select rule from chain.clock`).toEqual([{ rule: 'shared/1' }]);
  expect(await sql`select minted_nel, confirmed_nel, redemptions, paused from chain.electra`).toEqual([
    { minted_nel: String(50n * UNIT), confirmed_nel: '0', redemptions: 1, paused: false },
  ]);
  expect(await sql`select id as role, address from chain.electra_role where id in ('attestor', 'issuer') order by id`).toEqual([
    { role: 'attestor', address: attestor.address },
    { role: 'issuer', address: issuer.address },
  ]);
  expect(await sql`select receiver, amount_nel from chain.transfer`).toEqual([
    { receiver: chain.meters[0].member.address, amount_nel: String(UNIT) },
  ]);
  expect(await sql`select amount_nel from chain.escrow_move`).toEqual([{ amount_nel: String(3n * UNIT) }]);
  expect(await sql`select * from chain.bad_transaction`).toEqual([]);
});

test('what its modules hold is proven: supply, balances, escrow', async () => {
  const uplink = chain.meters[1].address;
  const names = ['supply', `balance:${treasury.address}`, `escrow:${uplink}`];
  const values = async () => new Map((await sql`select name, value from chain.main_state`).map(({ name, value }) => [name, value]));
  await until(async () => (await values()).has(`escrow:${uplink}`), 90_000, 'the state of the main chain');
  const known = await values();
  expect(names.map((name) => known.get(name))).toEqual([50n, 44n, 3n].map((units) => String(units * UNIT)));
});

test('of a store that has not changed one key is asked for, of one that has every key, and of a block that was read none', async () => {
  const between = await startLyingNode(chain.rpcUrl);
  const node = new ChainNode(between.url, AbortSignal.timeout(40_000));
  const asked: string[] = [];
  between.alter = (method, params) => {
    const store = method === 'abci_query' && /\/store\/(\w+)\//.exec(JSON.stringify(params));
    if (store) asked.push(store[1]);
  };
  const counted = () => {
    const of = Object.fromEntries([...Map.groupBy(asked.splice(0), (store) => store)].map(([store, all]) => [store, all.length]));
    return of as Record<'bank' | 'electra' | 'register' | 'settlement', number>;
  };
  const target = async (): Promise<Target> => {
    await run.reached(await chain.height());
    const { chainId, height, appHash } = (await readCursor(sql))!;
    return { node, chainId, height: height - 1, appHash };
  };
  try {
    const main = new MainReader();
    const first = await target();
    await main.read(first);
    expect(Math.min(...Object.values(counted()))).toBeGreaterThan(1);
    await main.read(first);
    expect(counted()).toEqual({});
    const deposit = { treasury: treasury.address, uplink: chain.meters[1].address, amountNel: UNIT };
    await chain.send(treasury, [mainMessage('Deposit', deposit)]);
    await until(async () => (await chain.height()) > first.height + 2, 90_000, 'the block after the deposit');
    const second = await target();
    const file = await main.read(second);
    const { settlement, ...others } = counted();
    expect(settlement).toBeGreaterThan(1);
    expect(others).toMatchObject({ electra: 1, register: 1 });
    expect(file).toEqual(await mainFileOf(second));
  } finally {
    node.close();
    await between.stop();
  }
}, 180_000);

test('proofs for auditors are kept with the header of the block that left the state: without it they are none, and due anew', async () => {
  const height = await chain.height();
  const due = async () => (await mainProofsDue(sql, height)).due;
  expect(await due()).toBe(true);
  await sql`insert into chain.main_proof (height, file) values (${height}, 'as an earlier index had it')`;
  expect(await due()).toBe(true);
  const header = (of: number) => sql`insert into chain.light_block (height, turn, block) values (${of}, false, '{}')`;
  for (const of of [height - 1, height, height + 1]) await header(of);
  expect(await due()).toBe(false);
  await dropUnusedLightBlocks(sql);
  const kept = await sql`select height from chain.light_block where not turn order by height`;
  expect(kept.map((row) => row.height)).toEqual([height, height + 1]);
  await sql`delete from chain.light_block where not turn`;
  await sql`delete from chain.main_proof`;
});

test('no node’s word is taken for it: a proof that does not hold is refused, and what was kept stays', async () => {
  await run.stop();
  const liar = await startLyingNode(chain.rpcUrl);
  try {
    liar.alter = (method, params, result) => {
      if (method !== 'abci_query' || !JSON.stringify(params).includes('/store/settlement/')) return;
      const [op] = result.response.proofOps.ops;
      const data = Buffer.from(op.data, 'base64');
      data[data.length >> 1] ^= 1;
      op.data = data.toString('base64');
    };
    const before = await sql`select name, value from chain.main_state order by name`;
    const node = new ChainNode(liar.url, AbortSignal.timeout(20_000));
    await expect(takeMainState(sql, node, new MainReader())).rejects.toMatchObject({ code: 'untrusted-node' });
    node.close();
    expect(await sql`select name, value from chain.main_state order by name`).toEqual(before);
  } finally {
    await liar.stop();
  }
}, 180_000);

test('a round of them keeps that header and the next one, both signed by the genesis set; another header is refused', async () => {
  const { height } = (await readCursor(sql))!;
  // A day of which there is something to prove; the chain itself knows of no such anchor.
  await sql`insert into chain.anchor (id, day, version, book_hash, totals, height, unix_s)
    values ('test', ${TEST_DAY}, 1, ${Buffer.alloc(32)}, ${Buffer.alloc(32)}, 2, 0)`;
  const liar = await startLyingNode(chain.rpcUrl);
  const nodes = [liar.url, chain.rpcUrl].map((url) => new ChainNode(url, AbortSignal.timeout(20_000)));
  try {
    liar.alter = (method, params, result) => {
      if (method === 'commit' && Number((params as { height: string }).height) === height - 1)
        result.signed_header.header.time = '2026-11-01T00:00:00Z';
    };
    await expect(takeEvidence(sql, nodes[0], new MainReader())).rejects.toMatchObject({ code: 'untrusted-node' });
    expect(await sql`select from chain.main_proof`).toHaveLength(0);
    expect(await takeEvidence(sql, nodes[1], new MainReader())).toEqual([TEST_DAY]);
    const [{ at }] = await sql`select height as at from chain.main_proof`;
    const rows = await sql<{ block: string }[]>`select block from chain.light_block order by height`;
    const { blocks } = readLightFile(encodeLightFile(rows.map(({ block }) => JSON.parse(block))));
    const genesis = genesisOf(nodes[1], await nodes[1].genesis());
    expect([...acceptAll(startFromGenesis(genesis), blocks).headers.keys()]).toEqual([at, at + 1]);
  } finally {
    for (const node of nodes) node.close();
    await liar.stop();
  }
}, 180_000);
