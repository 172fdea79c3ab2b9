/**
 * The exchange node on a main chain of real processes: two communities prove a day each on chains of their own and state its net; the
 * exchange opens, prices, bills and proves it. At the week's end, of which the other days are void, one community settles it by itself,
 * as its operator would, while the exchange cannot; then the exchange settles the other's. Accelerated.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleOfDates, filesFromNode } from '../../src/cli/bundle-from-node.ts';
import type { ComposedDay } from '../../src/node/books/draft/compose.ts';
import { bundleOfDays, periodsOf } from '../../src/node/books/index.ts';
import { WASM_BACKEND_MODULE } from '../../src/node/proofs/backend-module.ts';
import { createProver, type Prover } from '../../src/node/proofs/prover.ts';
import { provenBills } from '../../src/node/uplink/index.ts';
import { dayToDate, netOf, readLightFile, sharedDay } from '../../src/protocol/index.ts';
import { sealBox } from '../../src/protocol/meter/seal.ts';
import { encodeStatement } from '../../src/protocol/meter/statement.ts';
import { auditFiles } from '../../src/reader/audit/audit-path.ts';
import { dayEvidenceKeys, encodeEvidence } from '../../src/reader/light/index.ts';
import { mainMessage, message, startTestChain, TEST_DAY, type TestChain, testAccount } from '../kit/chain.ts';
import { KEYS } from '../kit/development-keys.ts';
import { type ExchangeNode, startExchange } from '../kit/exchange-node.ts';
import { type LyingNode, startLyingNode } from '../kit/lying-node.ts';
import { joinMain, provenDay, provenNet, shownBy } from '../kit/main-day/community.ts';
import { ownSettle, startLyingApi } from '../kit/main-day/own-settle.ts';
import { firstAnswer, until } from '../kit/until.ts';

const DAY_S = 86_400;
/** A day in four seconds: five days until the first one that counts, and as many for communities to prove it. */
const CLOCK = { startUnixS: TEST_DAY * DAY_S + 6 * 3600, rate: 20_000 };
const DAY = TEST_DAY + 6;
const PRICE = 191_000;

let [communities, main, prover, node] = [[]] as unknown as [TestChain[], TestChain, Prover, ExchangeNode];
beforeAll(async () => {
  const begun = { firstDay: DAY, clock: CLOCK };
  const community = () => startTestChain({ ...begun, validators: 2, params: { graceS: 20 * 3600, graceBlocks: 3 } });
  [main, prover, ...communities] = await Promise.all([
    startTestChain({
      ...begun,
      main: {},
      validators: 1,
      lightMeters: 2,
      params: { graceS: 5 * DAY_S, graceBlocks: 3, validatorDelayS: 600 },
    }),
    createProver(KEYS),
    community(),
    community(),
  ]);
  await mayHold(uplinkOf(0).member.address, 'treasury');
}, 120_000);
afterAll(async () => {
  prover?.close();
  await node?.stop();
  await own.stop();
  await Promise.all([main, ...communities].map((chain) => chain?.stop()));
});

const uplinkOf = (i: number) => main.meters[1 + i];
const mayHold = (address: string, kind: string) =>
  main.send(main.operator, [mainMessage('RegisterAccount', { registrar: main.operator.address, address, kind })]);

/** States the net of a day that the community's chain has proven. */
async function state(i: number, day: ComposedDay): Promise<void> {
  const [community, uplink] = [communities[i], uplinkOf(i)];
  const { net, stated } = await provenNet(community, main, uplink, day, prover);
  const box = encodeStatement({ ...net, day: DAY, flags: 0 }, { chainId: main.chainId, meter: uplink.address, keyEpoch: 1 });
  const sealed = sealBox(box, main.nodeKey.publicKey, new Uint8Array(randomBytes(32)));
  const evidence = encodeEvidence(await shownBy(community, dayEvidenceKeys(DAY)));
  await main.send(uplink, [message('CloseDay', { ...stated, sealed, evidence })]);
}

const WEEK = Array.from({ length: 7 }, (_, i) => DAY + i);
let exported: Record<string, string>;
const audited = (files: Readonly<Record<string, string>>) =>
  auditFiles(new Map(Object.entries(files)), { developmentKeys: true, backendModule: WASM_BACKEND_MODULE });

const heightsOf = (files: Readonly<Record<string, string>>): number[] =>
  readLightFile(files['light.json']).blocks.map(({ signed_header: { header } }) => Number(header.height));

const statusesOf = ({ checks }: Awaited<ReturnType<typeof audited>>, of: string) =>
  checks.filter(({ id, name }) => `${id} ${name}` === of).map(({ status }) => status);

let days: ComposedDay[];
test('two communities are billed and proven for what they shared', async () => {
  for (const [i, community] of communities.entries()) await joinMain(community, main, uplinkOf(i), DAY);
  const most = [
    [900, 100],
    [100, 700],
  ] as const;
  days = await Promise.all(communities.map((community, i) => provenDay(community, DAY, prover, most[i])));
  await state(0, days[0]);
  await state(1, days[1]);
  node = await startExchange(main);
  const state_ = async () => (await node.sql`select state, waiting from books.day where day = ${DAY}`)[0];
  await expect.poll(state_, { timeout: 90_000, interval: 250 }).toEqual({ state: 'released', waiting: null });
  const entries = await node.sql<{ meter: string; amount_nel: string }[]>`select meter, amount_nel from books.entry where day = ${DAY}`;
  const nets = days.map(({ totalImportWh, totalExportWh }) => netOf(totalImportWh, totalExportWh));
  const flat = (price: number): number[] => Array<number>(96).fill(price);
  const tariff = { rule: 'shared/1', retailNelPerWh: flat(PRICE), feedInNelPerWh: flat(0), feePerDayNel: 250_000_000n };
  const due = sharedDay({ nets, tariff, tick: 1000 })!;
  expect([0, 1].map((i) => BigInt(entries.find(({ meter }) => meter === uplinkOf(i).address)!.amount_nel))).toEqual(due.amountsNel);
  expect(node.warned.filter((words) => !words.includes('waiting'))).toEqual([]); // at the start everybody waits for the index
  // What an export has of days and of modules is of one block, though nothing was settled or paid since the day was proven.
  const proofsOf = async () => {
    const [row] = await node.sql<{ days: number; modules: number | null }[]>`
      select e.height as days, m.height as modules from chain.evidence e join chain.proven_book p on p.day = e.day and p.version = 1
      left join chain.main_proof m on true where e.day = ${DAY} and e.height >= p.height`;
    return row;
  };
  const shown = await firstAnswer(proofsOf, 90_000, 'state proofs that show the proven day');
  expect(shown.modules).toBe(shown.days);
  // B of each bill until the week is settled, as any node of the chain proves it; of a day without a book there is none.
  const joined = { chainId: main.chainId, genesisHash: main.genesisHash, operator: { n: 0, address: main.operator.address } };
  const asked = [0, 1].flatMap((i) => [DAY, DAY - 1].map((day) => ({ day, meter: uplinkOf(i).address })));
  const bills = await provenBills({ ...joined, rpcUrls: main.rpcUrls }, asked, AbortSignal.timeout(20_000));
  const kept = await node.sql<{ meter: string; bill: string }[]>`select meter, bill::text from books.entry where day = ${DAY}`;
  const billOf = (i: number) => BigInt(kept.find(({ meter }) => meter === uplinkOf(i).address)!.bill);
  expect(bills).toEqual([billOf(0), null, billOf(1), null]);
}, 180_000);

const own = ownSettle(() => ({ community: communities[0], main, uplink: uplinkOf(0), apiUrl: node.apiUrl }));

test('a community keeps the openings of its bills, but none that opens another bill than the chain has, whoever hands it out', async () => {
  const liar = await startLyingApi(node.apiUrl);
  const lied = 'expected an opening of the bill that the main chain has; what was handed out is another, and left out';
  expect(await own.settle('--api', liar.url)).toMatchObject({ code: 0, err: expect.stringContaining(lied) });
  expect(own.kept()).toEqual([]);
  expect(await own.settle('--api', node.apiUrl)).toMatchObject({ code: 0, out: expect.stringContaining('nothing is due'), err: '' });
  const entry = await node.sql<{ amount: string; s: string }[]>`
    select amount_nel::text as amount, bill_blinding::text as s from books.entry where day = ${DAY} and meter = ${uplinkOf(0).address}`;
  const [{ amount, s }] = entry;
  expect(own.kept()).toEqual([expect.objectContaining({ day: DAY, meter: uplinkOf(0).address, amountNel: BigInt(amount), s: BigInt(s) })]);
  const honest = own.kept();
  expect(await own.settle('--api', liar.url)).toMatchObject({ code: 0, err: expect.stringContaining(lied) });
  expect(own.kept()).toEqual(honest);
  await liar.stop();
}, 180_000);

test('an exchange of which the wallet is no member, or that is another chain’s, or away, is refused by name', async () => {
  const said = async (...args: string[]) => (await own.settle(...args)).err;
  const other = await startLyingApi(node.apiUrl, (text) => text.replaceAll(main.chainId, communities[1].chainId));
  const away = 'http://127.0.0.1:1';
  const [stranger, elsewhere, nobody] = await Promise.all([
    said('--api', node.apiUrl, '--wallet-file', own.wallet('stranger', testAccount())),
    ...[other.url, away].map((url) => said('--api', url)),
  ]);
  expect(stranger).toContain('this address is no member');
  expect(elsewhere).toContain(`--api: expected the exchange node of ${main.chainId}`);
  expect(nobody).toContain(`--api: ${away}: nobody answers`);
  await other.stop();
}, 180_000);

test('it settles its week by itself, of what it has kept, where the exchange is away; what the chain shows is its own sum', async () => {
  const overSince = async () => (await node.sql`select from books.period where from_day = ${DAY}`).length > 0;
  await until(overSince, 120_000, 'the end of the week');
  const dueUnixS = (await main.chain.status()).chainUnixS + DAY_S;
  await until(async () => (await main.chain.status()).chainUnixS > dueUnixS, 90_000, 'a day after it');
  const watching = own.watch('--api', 'http://127.0.0.1:1', '--after-days', '1');
  const shown = () => node.sql<{ uplink: string; amount_nel: string }[]>`select uplink, amount_nel::text from chain.settlement_entry`;
  const entries = await firstAnswer(async () => ((await shown()).length > 0 ? shown() : undefined), 90_000, 'the entry of the community');
  expect(entries).toEqual([{ uplink: uplinkOf(0).address, amount_nel: String(own.kept()[0].amountNel) }]);
  const { out } = await watching.end((said) => said.includes('nobody answers'));
  expect(out).toContain('is settled: owed');
  expect(await own.settle(dayToDate(DAY))).toMatchObject({ code: 1, err: expect.stringContaining('settled') });
  // Without this the exchange settles nothing; its own node signs by the same key meanwhile.
  const holds = () => mayHold(main.operator.address, 'other').then(({ code }) => code === 0);
  await until(holds, 90_000, 'the registration of the operator');
}, 240_000);

test('their week is settled by the chain once it is over, and audited from the exchange’s own files', async () => {
  const settled = async () => (await periodsOf(node.sql)).map(({ fromDay, state }) => [fromDay, state]);
  await expect.poll(settled, { timeout: 120_000, interval: 500 }).toEqual([
    [DAY, 'settled'],
    [DAY, 'settled'],
  ]);
  // What the modules hold is shown as of a block; the one that settled the week may come after it.
  const showsSums = async () => {
    const files = await bundleOfDays(node.sql, WEEK);
    return files && JSON.parse(files['settlements.json']).sums.length === 2 ? files : undefined;
  };
  exported = await firstAnswer(showsSums, 90_000, 'the bundle of the settled week');
  const verdict = await audited(exported);
  expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
  // The state at the end has its own block's header, and the next one, which holds its hash: so nothing is left untold of the week.
  const leftAt = Number(JSON.parse(exported['main.json']).height);
  expect(heightsOf(exported).slice(-2)).toEqual([leftAt, leftAt + 1]);
  expect(verdict.checks.filter(({ detail }) => detail.includes('cannot be told'))).toEqual([]);
  expect(statusesOf(verdict, '12 sums')).toEqual(['passed']);
  const shown = verdict.checks.filter(({ id, status }) => id === '11' && status === 'passed');
  expect(shown.map(({ name, detail }) => [name, detail])).toEqual([
    ['evidence', expect.stringContaining('2 books')],
    ['net', expect.stringContaining('2 statements')],
  ]);
  const open = verdict.checks.filter(({ status }) => status === 'open').map(({ name }) => name);
  expect(open.filter((name) => name === 'void')).toHaveLength(6);
}, 240_000);

/** What a verdict says of each thing, without the words: those name blocks. */
const saidOf = ({ exitCode, genesisHash, checks, days }: Awaited<ReturnType<typeof audited>>) => [
  ...[exitCode, genesisHash, days],
  checks.map(({ id, name, day, meter, status }) => [id, name, day, meter, status].join(' ')),
];

test('the week’s bundle comes from any node of the chain alone, with the verdict of the exchange’s own', async () => {
  const [rpcUrl] = main.rpcUrls;
  const height = Number(JSON.parse(exported['main.json']).height);
  const files = await filesFromNode(rpcUrl, WEEK, { height });
  expect(Object.keys(files).sort()).toEqual(Object.keys(exported).sort());
  // All that is of no block alone: state proofs of days, log and headers may be of other blocks.
  const same = (path: string): boolean => !/state\.json$|^(log|light)\.json$/.test(path);
  expect(Object.keys(files).filter((path) => same(path) && files[path] !== exported[path])).toEqual([]);
  const [own, theirs] = await Promise.all([audited(exported), audited(files)]);
  expect(saidOf(theirs)).toEqual(saidOf(own));
  // As `audit --rpc` asks, of the newest block: what is owed may have been paid since.
  const newest = await audited(Object.fromEntries(await bundleOfDates(rpcUrl, [DAY, DAY + 6].map(dayToDate), null)));
  expect(newest.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
  expect([newest.exitCode, statusesOf(newest, '12 sums')]).toEqual([own.exitCode, ['passed']]);
}, 120_000);

test('a node that leaves out what its state says is in its blocks is refused by name', async () => {
  const liar: LyingNode = await startLyingNode(main.rpcUrls[0]);
  try {
    const without = (kind: string) => {
      liar.alter = (method, _params, result) => {
        if (method === 'block')
          result.block.data.txs = result.block.data.txs.filter((tx: string) => !Buffer.from(tx, 'base64').includes(kind));
      };
      return filesFromNode(liar.url, WEEK);
    };
    await expect(without('MsgCloseDay')).rejects.toThrow(/the statement of electra1\w+ that its state has is not in its blocks/);
    await expect(without('MsgSettle')).rejects.toThrow(/the settled sum \d+\/electra1\w+ that its state has is not in the block it names/);
    await expect(without('MsgProveBook')).rejects.toThrow(/its parts are not in block/);
  } finally {
    await liar.stop();
  }
}, 120_000);
