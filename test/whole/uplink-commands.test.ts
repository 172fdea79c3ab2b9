/** The commands by which a community joins a main chain, as two operators type them, on two real chains with their signers. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSecret } from '../../src/node/db/index.ts';
import { type DataFolder, dataFolder, makeFolders, readSettings, writeSettings } from '../../src/node/processes/data-folder.ts';
import { createCredential, runSigner } from '../../src/node/signer/index.ts';
import { mainChain } from '../../src/node/uplink/index.ts';
import { Unlocker } from '../../src/node/vault/keys/keystore.ts';
import { storeOperator } from '../../src/node/vault/keys/operator.ts';
import { startTestChain, type TestChain, testAccount } from '../kit/chain.ts';
import { electra, type Result } from '../kit/electra.ts';
import { startLyingNode } from '../kit/lying-node.ts';
import { startTestPostgres, type TestPostgres } from '../kit/postgres.ts';
import { until } from '../kit/until.ts';
import { TEST_COST } from '../kit/vault-process.ts';

const root = mkdtempSync(join(tmpdir(), 'electra-join-'));
const stop = new AbortController();
const running: Promise<void>[] = [];
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
let [community, main, database] = [] as unknown as [TestChain, TestChain, TestPostgres];
let [own, exchange] = [] as unknown as [DataFolder, DataFolder];

/** The data folder of an operator whose signer runs. */
function operatorOf(chain: TestChain, name: string): DataFolder {
  const data = dataFolder(join(root, name));
  makeFolders(data);
  const { chainId, rpcUrls } = chain;
  writeSettings(data, { version: 1, development: true, chainId, rpcUrls });
  for (const file of [data.signerPassphrase, data.operatorCredential]) writeSecret(file, 'for tests');
  createCredential({ file: data.operatorCredential, dir: data.signer });
  storeOperator(data.signer, { secretKey: chain.operator.privateKey, createdUnixS: 0 }, new Unlocker('for tests'), TEST_COST);
  writeSecret(join(data.secrets, 'db-books.url'), database.urls.books);
  const { signer: dir, signerPassphrase: passphraseFile, signerSockets: sockets } = data;
  running.push(runSigner({ dir, passphraseFile, sockets, rpcUrls, chainId, signal: stop.signal, log: quiet }));
  return data;
}

beforeAll(async () => {
  [community, main, database] = await Promise.all([
    startTestChain({ timeoutCommit: '100ms' }),
    startTestChain({ main: {}, timeoutCommit: '100ms' }),
    startTestPostgres(),
  ]);
  own = operatorOf(community, 'community');
  exchange = operatorOf(main, 'exchange');
}, 90_000);
afterAll(async () => {
  stop.abort();
  await Promise.allSettled(running);
  await Promise.all([community?.stop(), main?.stop(), database?.stop()]);
  rmSync(root, { recursive: true, force: true });
});

const done = async (data: DataFolder, ...args: string[]): Promise<Record<string, unknown>> => {
  const { code, out, err } = await electra(...args, '--data', data.dir, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Record<string, unknown>;
};
const request = join(root, 'uplink-request.json');
const treasury = testAccount().address;
const joining = (genesis = main.genesisFile): string[] => [
  ...['uplink', 'join', '--main-genesis', genesis, '--main-rpc', main.rpcUrl, '--treasury', treasury],
  ...['--capacity-wh', '5000', '--members', '1', '--out', request],
];

test('a community of which no checkpoint can be made is refused before its key is drawn, and anything is written or sent', async () => {
  const before = readSettings(own);
  const liar = await startLyingNode(community.rpcUrl);
  liar.alter = (method, _, result) => method === 'validators' && Object.assign(result.validators[0], { voting_power: '99' });
  writeSettings(own, { ...before, rpcUrls: [liar.url] });
  const { code } = await electra(...joining(), '--data', own.dir).finally(liar.stop);
  expect([code === 0, readSettings(own).uplink, existsSync(own.uplink), existsSync(request)]).toEqual([false, undefined, false, false]);
  writeSettings(own, before);
}, 240_000);

test('a community joins, is taken in, and leaves; each command says what it did, and a second join draws no second key', async () => {
  const joined = await done(own, ...joining());
  expect(joined).toMatchObject({ mainChainId: main.chainId, out: request });
  expect(await done(own, ...joining())).toEqual(joined);
  const unasked = await electra('exchange', 'register', request, '--data', exchange.dir);
  expect(unasked).toMatchObject({ code: 1, err: expect.stringContaining(`--yes: expected, to let ${treasury} hold ELECTRA as treasury`) });
  const joinedMain = { chainId: main.chainId, genesisHash: main.genesisHash, operator: { n: 0, address: '' }, rpcUrls: main.rpcUrls };
  const there = mainChain(joinedMain, String(joined.uplink), { signer: null, signal: AbortSignal.timeout(10_000) });
  expect([await there.meter(), await there.pending()]).toEqual([undefined, []]);
  await done(exchange, 'exchange', 'register', request, '--yes');

  const shown = await (async () => {
    let status: Record<string, unknown> = {};
    const isThere = async (): Promise<boolean> => {
      status = await done(own, 'uplink', 'status');
      return (status.missing as string[]).length === 1 && (status.shares as { main: unknown }).main !== null;
    };
    await until(isThere, 90_000, 'the registration in the status');
    return status;
  })();
  expect(shown).toMatchObject({
    ...{ uplink: joined.uplink, enrolled: { treasury, capacityWh: 5000 }, registered: null, days: [] },
    ...{ shares: { main: { chainId: main.chainId, genesisHash: joined.mainGenesisHash, uplink: joined.uplink } } },
    missing: ['the registration waits for its time; more than a third of the power may veto it'],
  });
  expect(await done(own, 'uplink', 'treasury')).toMatchObject({ totalNel: '0', settled: [], ledger: { treasuryNel: '0' } });

  const { from } = await done(own, 'uplink', 'leave');
  expect(readSettings(own).uplink?.lastDay).toBeLessThan(Date.parse(`${String(from)}Z`) / 86_400_000);
  expect(JSON.parse(readFileSync(request, 'utf8'))).toMatchObject({ uplink: joined.uplink, treasury });
}, 240_000);

test('a genesis that is no main chain’s, and a folder that has not joined, are refused by name', async () => {
  const refused = ({ code, err }: Result, sentence: string) =>
    expect([code === 0, err]).toEqual([false, expect.stringContaining(sentence)]);
  refused(await electra(...joining(community.genesisFile), '--data', own.dir), '--main-genesis: ');
  refused(await electra('uplink', 'status', '--data', exchange.dir), 'has joined no main chain');
}, 120_000);
