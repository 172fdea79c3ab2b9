/**
 * The exchange node on a main chain of real processes: two communities prove a day each on chains of their own and state its net; the
 * exchange opens, prices, bills and proves it, and at the week's end, of which the other days are void, settles it. Accelerated.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComposedDay } from '../../src/node/books/draft/compose.ts';
import { bundleOfDays, periodsOf } from '../../src/node/books/index.ts';
import { createProver, type Prover } from '../../src/node/proofs/prover.ts';
import { netOf, sharedDay } from '../../src/protocol/index.ts';
import { sealBox } from '../../src/protocol/meter/seal.ts';
import { encodeStatement } from '../../src/protocol/meter/statement.ts';
import { auditMain } from '../../src/reader/audit/main/index.ts';
import { dayEvidenceKeys, encodeEvidence } from '../../src/reader/light/index.ts';
import { mainMessage, message, startTestChain, TEST_DAY, type TestChain } from '../kit/chain.ts';
import { KEYS } from '../kit/development-keys.ts';
import { type ExchangeNode, startExchange } from '../kit/exchange-node.ts';
import { joinMain, provenDay, provenNet, shownBy } from '../kit/main-day/community.ts';
import { firstAnswer } from '../kit/until.ts';

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
  const operator = main.operator.address;
  await main.send(main.operator, [mainMessage('RegisterAccount', { registrar: operator, address: operator, kind: 'other' })]);
}, 120_000);
afterAll(async () => {
  prover?.close();
  await node?.stop();
  await Promise.all([main, ...communities].map((chain) => chain?.stop()));
});

const uplinkOf = (i: number) => main.meters[1 + i];

/** States the net of a day that the community's chain has proven. */
async function state(i: number, day: ComposedDay): Promise<void> {
  const [community, uplink] = [communities[i], uplinkOf(i)];
  const { net, stated } = await provenNet(community, main, uplink, day, prover);
  const box = encodeStatement({ ...net, day: DAY, flags: 0 }, { chainId: main.chainId, meter: uplink.address, keyEpoch: 1 });
  const sealed = sealBox(box, main.nodeKey.publicKey, new Uint8Array(randomBytes(32)));
  const evidence = encodeEvidence(await shownBy(community, dayEvidenceKeys(DAY)));
  await main.send(uplink, [message('CloseDay', { ...stated, sealed, evidence })]);
}

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
  const shown = await firstAnswer(proofsOf, 30_000, 'state proofs that show the proven day');
  expect(shown.modules).toBe(shown.days);
}, 180_000);

test('their week is settled by the chain once it is over, and audited from the exchange’s own files', async () => {
  const settled = async () => (await periodsOf(node.sql)).map(({ fromDay, state }) => [fromDay, state]);
  await expect.poll(settled, { timeout: 120_000, interval: 500 }).toEqual([
    [DAY, 'settled'],
    [DAY, 'settled'],
  ]);
  const week = Array.from({ length: 7 }, (_, i) => DAY + i);
  await expect.poll(async () => (await bundleOfDays(node.sql, week)) !== null, { timeout: 60_000, interval: 500 }).toBe(true);
  const files = await bundleOfDays(node.sql, week);
  const verdict = await auditMain(new Map(Object.entries(files!)), { developmentKeys: true, random: (length) => randomBytes(length) });
  expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
  const shown = verdict.checks.filter(({ id, status }) => id === '11' && status === 'passed');
  expect(shown.map(({ name, detail }) => [name, detail])).toEqual([
    ['evidence', expect.stringContaining('2 books')],
    ['net', expect.stringContaining('2 statements')],
  ]);
  const open = verdict.checks.filter(({ status }) => status === 'open').map(({ name }) => name);
  expect(open.filter((name) => name === 'void')).toHaveLength(6);
}, 240_000);
