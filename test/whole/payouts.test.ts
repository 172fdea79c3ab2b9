/**
 * A member's money between its community's books and a real main chain, by the commands of those who have a part in it: the member links an
 * account and tops its balance up, a bill draws on it, the uplink's process takes what the member asks for, and the treasury's wallet pays.
 * What was paid is what the index of the main chain shows.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type RunningApi, runApi } from '../../src/node/api/run.ts';
import { balanceOf } from '../../src/node/books/money/balance.ts';
import { advanceDays } from '../../src/node/books/pipeline.ts';
import { connect, type RoleUrls, type Sql, writeSecret } from '../../src/node/db/index.ts';
import { type DataFolder, dataFolder, makeFolders, readSettings, writeSettings } from '../../src/node/processes/data-folder.ts';
import { mainView, provenMain } from '../../src/node/uplink/index.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { fieldToBytes, parseBook } from '../../src/protocol/index.ts';
import { builders, type Community, community, passes, pretendProofs, quiet } from '../kit/books/community.ts';
import { seededInts, someStatement } from '../kit/books/index-rows.ts';
import {
  mainMessage,
  startTestChain,
  TEST_DAY,
  type TestAccount,
  type TestChain,
  type TestMeter,
  testAccount,
  testRole,
} from '../kit/chain.ts';
import { collect, electra, type Result, spawnElectra } from '../kit/electra.ts';
import { type IndexRun, startIndexer } from '../kit/index-run.ts';
import { forge, GENESIS_TIME, named } from '../kit/light/forge.ts';
import { copyTemplate, dropDatabase } from '../kit/postgres-server.ts';
import { keptHeader, registered, registerState } from '../kit/registered.ts';
import { firstAnswer, until } from '../kit/until.ts';
import { TEST_COST } from '../kit/vault-process.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 90_000 });

const DAY = 20_635;
const nel = (amount: number): bigint => BigInt(amount) * 1_000_000_000n;
const [ANN, ACCOUNT, OUTSIDE] = [testAccount(), testAccount(), testAccount()];
const root = mkdtempSync(join(tmpdir(), 'electra-payouts-'));
const fileOf = (name: string, { privateKey }: TestAccount): string => {
  if (!existsSync(join(root, name))) writeSecret(join(root, name), Buffer.from(privateKey).toString('hex'));
  return join(root, name);
};

let [books, main, index, shown, data, api] = [] as unknown as [Community, TestChain, IndexRun, Sql, DataFolder, RunningApi];
let mainUrls: RoleUrls;
const uplink = () => main.meters[1];
const treasury = () => uplink().member;
const mainName = () => `${books.database.database}_main`;

/** The uplink's community is registered, with two members: so the treasury may register accounts of theirs. */
function registeredOf({ meters: [, { address }] }: { meters: readonly TestMeter[] }) {
  const [chainId, set] = ['electra-rural-5eed0001', named('abcd')];
  const atS = Math.floor((Date.now() - Date.parse(GENESIS_TIME)) / 1000) - 600;
  const kept = keptHeader(address, forge({ height: 5, set, chainId, atS, salt: '' }), set);
  return { register: registerState(true, [registered(address, chainId, { members: 2 })], [kept]) };
}

beforeAll(async () => {
  [books, main] = await Promise.all([
    community(2, { members: [ANN.address] }),
    startTestChain({ main: { modules: registeredOf }, lightMeters: 1, timeoutCommit: '100ms' }),
  ]);
  mainUrls = await copyTemplate(books.database.superUrl, mainName());
  const urls = mainUrls;
  const { chainId, rpcUrls } = main;
  const genesisHash = Buffer.from(main.genesisHash).toString('hex');
  index = startIndexer({ rpcUrls, databaseUrl: urls.indexer, chainId, genesisHash });
  shown = connect({ url: urls.books, max: 1, application: 'test payouts' });
  data = dataFolder(join(root, 'data'));
  makeFolders(data);
  const joined = { mainChainId: chainId, mainGenesisHash: genesisHash, trustPeriodS: 1_209_600, rpcUrls, fromDay: DAY + 1000 };
  const who = { address: uplink().address, treasury: treasury().address, operator: { n: 0, address: main.operator.address } };
  writeSettings(data, {
    ...{ version: 1, development: true, chainId: books.index.chainId, rpcUrls: ['http://127.0.0.1:1'] },
    uplink: { ...joined, ...who },
  });
  writeSecret(join(data.secrets, 'db-books.url'), books.databaseUrl);
  writeSecret(data.uplinkPassphrase, 'for tests');
  storeOperator(data.uplink, { secretKey: uplink().privateKey, createdUnixS: 0 }, new Unlocker('for tests'), TEST_COST);
  const at = { databaseUrl: urls.api, chainId, uplink: uplink().address, treasury: treasury().address };
  const log = pino({ level: 'silent' });
  api = await runApi({ databaseUrl: books.database.urls.api, main: at, host: '127.0.0.1', port: 0, log, lagLimitS: 1e9 });
  await haveElectra();
});
afterAll(async () => {
  await api?.close();
  await index?.stop();
  await shown?.end();
  if (books) await dropDatabase(books.database.superUrl, mainName());
  await Promise.all([main?.stop(), books?.stop()]);
  rmSync(root, { recursive: true, force: true });
});

/** The treasury may hold ELECTRA, and whoever stands outside; a reserve is attested. */
async function haveElectra(): Promise<void> {
  const registrar = main.operator.address;
  for (const [address, kind] of [
    [treasury().address, 'treasury'],
    [OUTSIDE.address, 'other'],
  ])
    await main.send(main.operator, [mainMessage('RegisterAccount', { registrar, address, kind })]);
  const attested = { asOfUnixS: BigInt(TEST_DAY * 86_400), amountNel: nel(10_000), documentHash: new Uint8Array(32) };
  const attestor = testRole('attestor');
  await main.send(attestor, [mainMessage('AttestReserve', { attestor: attestor.address, ...attested })]);
}
const mint = (to: string, amountNel: bigint) =>
  main.send(testRole('issuer'), [mainMessage('Mint', { issuer: testRole('issuer').address, to, amountNel })]);
const send = (from: TestAccount, to: string, amountNel: bigint) =>
  main.send(from, [
    mainMessage('Send', { fromAddress: from.address, toAddress: to, amount: [{ denom: 'nelectra', amount: String(amountNel) }] }),
  ]);

/** What Ann types, by her wallet. */
async function byAnn(...args: string[]): Promise<void> {
  const { code, err } = await electra('balance', ...args, '--wallet-file', fileOf('ann', ANN), '--api', api.url, '--yes');
  expect([code, err]).toEqual([0, '']);
}

/** `electra uplink run`, killed once it has brought something about. */
async function runUntil(holds: () => Promise<boolean>, what: string): Promise<void> {
  const child = spawnElectra(['uplink', 'run', '--data', data.dir]);
  const ended = collect(child);
  await until(holds, 120_000, what).finally(() => child.kill('SIGKILL'));
  await ended;
}
const paying = (...args: string[]): string[] => [
  'uplink',
  'pay',
  '--wallet-file',
  fileOf('treasury', treasury()),
  '--data',
  data.dir,
  ...args,
];
const pay = (...args: string[]): Promise<Result> => electra(...paying('--yes', '--json', ...args));
const done = async (): Promise<Record<string, number>> => {
  const { code, out, err } = await pay();
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
};

/** Until the index shows what the treasury has since a block. */
async function indexed({ height }: { height: number }): Promise<void> {
  const view = mainView(shown, { chainId: main.chainId, uplink: uplink().address, treasury: treasury().address });
  await until(async () => (await view.treasury())!.height >= height, 90_000, `block ${height} in the index`);
}
const joined = () => ({
  ...{ chainId: main.chainId, genesisHash: main.genesisHash, rpcUrls: main.rpcUrls },
  operator: { n: 0, address: main.operator.address },
});
const onChain = async (address: string): Promise<bigint> =>
  (await provenMain(joined(), AbortSignal.timeout(20_000))).state.bank.balancesNel.get(address) ?? 0n;
/** Until the index shows the payment of a payout, as the uplink's process looks for it. */
async function paymentIndexed(counter: number): Promise<void> {
  const found = async () => (await shown<{ height: number }[]>`select height from chain.transfer where counter = ${counter}`)[0];
  await indexed(await firstAnswer(found, 90_000, 'the payment in the index'));
}
const request = async () =>
  (await books.sql<{ state: string; waiting: string | null }[]>`select state, waiting from books.withdrawal order by id desc limit 1`)[0];
const isNow = (state: string) => async () => (await request()).state === state;

async function released(day: number): Promise<void> {
  const { sql, index: rows } = books;
  const int = seededInts(7);
  for (const { meter } of books.meters) await rows.statement(meter, { statement: someStatement(day, int) });
  await rows.freeze(day);
  await books.openAll();
  const step = () => advanceDays({ sql, builders, audit: passes, log: quiet });
  await step();
  await pretendProofs(sql);
  while ((await step()) > 0);
  const [{ book_hash: hash, book }] = await sql`select book_hash, book from books.day where day = ${day}`;
  await rows.anchor(day, 1, hash, fieldToBytes(parseBook(book).X!));
  await rows.prove(day, 1);
  while ((await step()) > 0);
}

test('an account that a member has linked is registered by the treasury’s wallet, and what it sends is the member’s', async () => {
  await byAnn('link', '--account-file', fileOf('account', ACCOUNT));
  await runUntil(async () => (await books.sql`select from books.account_link where since_posting is not null`).length > 0, 'the link');
  expect(await electra(...paying())).toMatchObject({
    code: 1,
    err: expect.stringContaining('--yes: expected, to register 1 account of members and pay 0 payouts'),
  });
  expect(await done()).toEqual({ registered: 1, paid: 0, refused: 0 });
  await mint(ACCOUNT.address, nel(500));
  await indexed(await send(ACCOUNT, treasury().address, nel(400)));
  await runUntil(async () => (await balanceOf(books.sql, ANN.address)) === nel(400), 'the top-up');
});

let afterBill: bigint;
test('a released bill draws on it', async () => {
  await released(DAY);
  const { meter } = books.meters.find(({ member }) => member === ANN.address)!;
  const [{ nel: owed }] = await books.sql<{ nel: string }[]>`
    select amount_nel::text as nel from books.entry where day = ${DAY} and meter = ${meter}`;
  afterBill = await balanceOf(books.sql, ANN.address);
  expect([BigInt(owed) !== 0n, afterBill]).toEqual([true, nel(400) - BigInt(owed)]);
});

test('a payout is taken off the balance and paid once, also by a wallet that is killed after it; then the index ends it', async () => {
  await byAnn('withdraw', '200');
  await runUntil(isNow('taken'), 'the payout taken off');
  expect(await balanceOf(books.sql, ANN.address)).toBe(afterBill - nel(200));
  const child = spawnElectra(paying('--yes'));
  const ended = collect(child);
  await until(async () => (await onChain(ACCOUNT.address)) === nel(300), 90_000, 'the payment').finally(() => child.kill('SIGKILL'));
  await ended;
  expect(await done()).toEqual({ registered: 0, paid: 0, refused: 0 }); // the chain has that number
  expect([await onChain(ACCOUNT.address), await onChain(treasury().address), await request()]).toEqual([
    nel(300),
    nel(200),
    { state: 'taken', waiting: null },
  ]);
  await paymentIndexed(1);
  await runUntil(isNow('paid'), 'the payout’s end');
  expect(await done()).toEqual({ registered: 0, paid: 0, refused: 0 });
  const { out } = await electra('uplink', 'treasury', '--data', data.dir, '--json');
  expect(JSON.parse(out)).toMatchObject({
    ...{ totalNel: String(nel(200)) },
    ledger: { treasuryNel: String(nel(200)), suspenseNel: '0', transitNel: '0', balancesNel: String(afterBill - nel(200)) },
  });
});

test('a payout over what the treasury has waits, and says why; it is paid once there is enough', async () => {
  await send(treasury(), OUTSIDE.address, nel(195));
  await byAnn('withdraw', '10');
  await runUntil(isNow('taken'), 'the payout taken off');
  const { code, out, err } = await pay();
  const why = /^electra 12: .*: more than the account has$/;
  expect([code, JSON.parse(out)]).toEqual([1, { registered: 0, paid: 0, refused: 1 }]);
  expect(err).toContain('the main chain did not take a payout: electra 12: ');
  expect(await request()).toEqual({ state: 'taken', waiting: expect.stringMatching(why) });
  await mint(treasury().address, nel(5));
  expect(await done()).toEqual({ registered: 0, paid: 1, refused: 0 });
  await paymentIndexed(2);
  await runUntil(isNow('paid'), 'the payout’s end');
  expect((await request()).waiting).toBeNull();
});

/** As after another main chain was joined, or none; the index of it is made anew, or is not yet. */
async function joins(mainChainId: string, indexOf: string): Promise<void> {
  const settings = readSettings(data);
  writeSettings(data, { ...settings, uplink: { ...settings.uplink!, mainChainId } });
  const rows = connect({ url: mainUrls.indexer, max: 1, application: 'test payouts' });
  await rows`update chain.cursor set chain_id = ${indexOf}`.finally(() => rows.end());
}
const endLeft = (...args: string[]): Promise<Result> => electra('uplink', 'end-left', '--data', data.dir, '--json', ...args);

test('on a main chain that was left a payout is ended as that chain proves it, and not while the node may still pay it', async () => {
  const [there, later] = [main.chainId, 'electra-main-0000feed'];
  await mint(treasury().address, nel(10));
  await index.stop();
  const proof = ['--yes', '--main-genesis', main.genesisFile, '--rpc', main.rpcUrl];
  const ends: unknown[] = [];
  for (const isPaid of [false, true]) {
    await joins(there, there);
    await byAnn('withdraw', '10');
    await runUntil(isNow('taken'), 'the payout taken off');
    if (isPaid) expect((await done()).paid).toBe(1);
    const [{ id }] = await books.sql<{ id: string }[]>`select max(id)::text as id from books.withdrawal`;
    expect((await endLeft(id, ...proof)).err).toContain('under way on a main chain that was left: there is none');
    await joins(later, there);
    expect((await endLeft(id, ...proof)).err).toContain(`this node’s index of a main chain is still of ${there}`);
    await joins(later, later);
    expect(JSON.parse((await endLeft()).out).left).toEqual([expect.objectContaining({ id, mainChainId: there, number: '3' })]);
    expect((await endLeft(id)).err).toContain(`--yes: expected, to end payout ${id}  10.000000000 ELECTRA to ${ACCOUNT.address}`);
    expect((await endLeft(id, '--yes')).err).toContain('--main-genesis, --rpc: expected those of');
    expect(JSON.parse((await endLeft(id, ...proof)).out)).toEqual({ id, paid: isPaid });
    ends.push((await request()).state);
    expect((await endLeft(id, ...proof)).code).toBe(1);
  }
  expect(ends).toEqual(['refused', 'paid']);
}, 400_000);
