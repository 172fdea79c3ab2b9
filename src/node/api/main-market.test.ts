/** `market` on a community's own node: of the main chain, by the node's index of that; what is the community's own, for its operator. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { type Person, people } from '../../../test/kit/api/people.ts';
import { address, IndexRows } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { DAY_S, dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';
import { LIMITS } from './limits.ts';

const MAIN = 'electra-main-5eed0002';
const [UPLINK, OTHER, TREASURY] = ['uplink', 'other', 'treasury'].map(address);
const DAY = 20_635;
const of = (wh: number): number[] => Array<number>(96).fill(wh);
let [api, database, index] = [] as unknown as [TestApi, TestPostgres, IndexRows];

beforeAll(async () => {
  database = await startTestPostgres();
  const main = { databaseUrl: database.urls.api, chainId: MAIN, uplink: UPLINK, treasury: TREASURY };
  api = await startTestApi({ main });
}, 60_000);
afterAll(async () => {
  await index?.end();
  await api?.stop();
  await database?.stop();
});

const asked = async (who: Person | null, what: string) => {
  const { data, errors } = await api.ask(who, `{ market { ${what} } }`);
  expect(errors).toEqual([]);
  return data.market;
};
const OWN = `own { address balanceNel escrowNel owedNel periods { fromDay meter amountNel } transfers { kind amountNel }
  sharedDays(from: "${dayToDate(DAY)}", to: "${dayToDate(DAY + 1)}") { day meter takenWh givenWh amountNel } }`;

/** What the index of the main chain, and this community's own books, have of a day there. */
async function filled(): Promise<void> {
  const meters = [UPLINK, OTHER].map((meter) => ({ meter, member: meter === UPLINK ? TREASURY : address('theirs'), maxWh: 5000 }));
  index = await IndexRows.create({ indexerUrl: database.urls.indexer, chainId: MAIN, nodeKey: '11'.repeat(32), meters, shared: true });
  const blinding = new Uint8Array(31);
  for (const meter of [UPLINK, OTHER])
    await index.statement(meter, {
      statement: { ...{ day: DAY, importStartWh: 0n, exportStartWh: 0n, importWh: of(1), exportWh: of(0), blinding }, flags: 0 },
    });
  await index.freeze(DAY);
  await index.prove(DAY, 1);
  const { sql, height } = index;
  await sql`insert into chain.electra (id, minted_nel, confirmed_nel, redemptions, paused) values ('electra', 900, 100, 0, false)`;
  await sql`insert into chain.settlement_entry (id, from_day, uplink, amount_nel, height, unix_s) values
    ('a', ${DAY}, ${UPLINK}, -700, ${height}, 1), ('b', ${DAY}, ${OTHER}, 700, ${height}, 1),
    ('c', ${DAY + 7}, ${UPLINK}, 5, ${height + 9}, 1)`;
  await sql`insert into chain.mint (id, receiver, amount_nel, height, unix_s) values ('m', ${TREASURY}, 500, ${height}, ${DAY * DAY_S})`;
  for (const [name, value] of [
    ['supply', '800'],
    [`balance:${TREASURY}`, '250'],
    [`escrow:${UPLINK}`, '60'],
    [`escrow:${OTHER}`, '40'],
  ])
    await sql`insert into chain.main_state (name, value, height) values (${name}, ${value}, 40)`;
  const books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
  const day = (n: number, chainId: string, taken: number[] | null) => books`
    insert into books.market_day (day, main_chain_id, shared_nel_per_wh, buy_nel_per_wh, sell_nel_per_wh, taken_wh, given_wh, amount_nel)
    values (${n}, ${chainId}, ${of(191_000)}, ${of(95_000)}, ${of(191_000)}, ${taken}, ${taken && of(0)}, ${taken && '950'})`;
  await day(DAY, MAIN, of(5));
  await day(DAY + 1, MAIN, null);
  await day(DAY + 2, 'electra-left-5eed0009', null);
  await books.end();
}

test('before its index has begun, and of another chain, there is no market', async () => {
  expect(await asked(null, 'chainId')).toBeNull();
});

test('anybody sees the days, prices and ELECTRA of the chain that the community shares on, and of no chain that it has left', async () => {
  await filled();
  expect(await asked(null, 'chainId days { day state meters metered void } electra { supplyNel paused } own { address }')).toEqual({
    chainId: MAIN,
    days: [{ day: dayToDate(DAY), state: 'RELEASED', meters: 2, metered: 2, void: false }],
    electra: { supplyNel: '800', paused: false },
    own: null,
  });
  const { prices } = await asked('alice', 'prices { day sharedNelPerWh buyNelPerWh sellNelPerWh }');
  expect(prices.map(({ day }: { day: string }) => day)).toEqual([dayToDate(DAY + 1), dayToDate(DAY)]);
  expect(prices[1]).toMatchObject({ sharedNelPerWh: of(191_000), buyNelPerWh: of(95_000), sellNelPerWh: of(191_000) });
});

test('what is the community’s own its operator sees, and no member, auditor or stranger', async () => {
  const { own } = await asked('operator', OWN);
  expect(own).toEqual({
    ...{ address: TREASURY, balanceNel: '250', escrowNel: '60', owedNel: '0' },
    periods: [{ fromDay: dayToDate(DAY), meter: UPLINK, amountNel: '-700' }],
    transfers: [{ kind: 'MINT', amountNel: '500' }],
    sharedDays: [{ day: dayToDate(DAY), meter: UPLINK, takenWh: of(5), givenWh: of(0), amountNel: '950' }],
  });
  for (const who of ['alice', 'auditor', null] as const) expect((await asked(who, OWN)).own).toBeNull();
});

const settleWeeks = (weeks: readonly (readonly [number, bigint])[]) => {
  const books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
  const rows = weeks.flatMap(([day, gain]) =>
    ['treasury', 'fund'].map((account, i) => ({
      ...{ journal: `settlement:${MAIN}:${day}`, account, day, version: 1 },
      amount_nel: String(i === 0 ? gain : -gain),
    })),
  );
  return books`insert into books.posting ${books(rows)}`.finally(() => books.end());
};
const WEEKS = 'settledWeeks { fromDay toDay gainNel }';

test('before a week is settled members and operator see none, and everybody else is not told', async () => {
  for (const who of ['alice', 'operator'] as const) expect(await asked(who, WEEKS)).toEqual({ settledWeeks: [] });
  for (const who of ['auditor', null] as const) expect(await asked(who, WEEKS)).toEqual({ settledWeeks: null });
});

test('members and operator see what each settled week brought or cost the fund, and no auditor or stranger', async () => {
  await settleWeeks([
    [DAY, 700n],
    [DAY + 7, -5n],
  ]);
  const weeks = [
    { fromDay: dayToDate(DAY + 7), toDay: dayToDate(DAY + 13), gainNel: '-5' },
    { fromDay: dayToDate(DAY), toDay: dayToDate(DAY + 6), gainNel: '700' },
  ];
  for (const who of ['alice', 'operator'] as const) expect(await asked(who, WEEKS)).toEqual({ settledWeeks: weeks });
  for (const who of ['auditor', null] as const) expect(await asked(who, WEEKS)).toEqual({ settledWeeks: null });
});

test('once the treasury is replaced the operator sees what the one in force has and moved, not while that waits', async () => {
  const { sql, height } = index;
  const next = address('next treasury');
  await sql`
    insert into chain.register_change (id, number, what, uplink, treasury, height, due_unix_s, fate, settled_height)
    values ('1', 1, 'treasury', ${UPLINK}, ${next}, 1, 1, null, null)`;
  await sql`insert into chain.main_state (name, value, height) values (${`balance:${next}`}, '70', 40)`;
  const asOperator = async () => (await asked('operator', 'own { address balanceNel transfers { kind } }')).own;
  expect(await asOperator()).toEqual({ address: TREASURY, balanceNel: '250', transfers: [{ kind: 'MINT' }] });
  const settled = (fate: string | null, at: number | null) => sql`update chain.register_change set fate = ${fate}, settled_height = ${at}`;
  await settled('applied', height);
  expect(await asOperator()).toEqual({ address: next, balanceNel: '70', transfers: [] });
  await settled(null, null);
});

test('the database itself shows the own part to nobody else', async () => {
  const sql = connect({ url: api.db.urls.api, max: 1, application: 'test' });
  const seen = (viewer: string) =>
    sql.begin(async (tx) => {
      await tx`select set_config('electra.viewer', ${viewer}, true)`;
      const rows = async (view: string) => (await tx`select from ${tx(view)}`).length;
      return [await rows('access.market_share'), await rows('access.settled_week')];
    });
  expect(await seen(people.operator.address)).toEqual([1, 2]);
  expect(await seen(people.alice.address)).toEqual([0, 2]);
  for (const nobody of [people.auditor.address, '']) expect(await seen(nobody)).toEqual([0, 0]);
  await expect(sql`select taken_wh from books.market_day`).rejects.toMatchObject({ code: '42501' });
  await sql.end();
});

test('/ready and metrics tell how far the index of the main chain is, and no lag of it holds the community’s own bills up', async () => {
  const told = async (): Promise<[number, string[], string | undefined]> => {
    api.later(LIMITS.freshMs);
    const response = await api.fetch('/ready');
    const { oddities = [] } = (await response.json()) as { oddities?: string[] };
    const lag = /electra_api_main_chain_lag_seconds (-?\d+)/.exec(await api.metricsText())?.[1];
    return [response.status, oddities.filter((words) => words.startsWith('main chain')), lag];
  };
  const { sql } = index;
  const aged = (s: number) => sql`update chain.cursor set updated_at = now() - ${s} * interval '1 second'`;
  const [status] = await told();
  await aged(0);
  expect((await told())[1]).toEqual([]);
  await aged(3_600);
  const late = await told();
  expect(late[1]).toEqual([expect.stringMatching(`^main chain ${MAIN}: the last indexed block is 36\\d\\d s old, the limit is 60 s$`)]);
  expect([late[0], Number(late[2]) >= 3_600]).toEqual([status, true]);
  await sql`update chain.cursor set chain_id = 'electra-left-5eed0009'`;
  expect(await told()).toEqual([
    status,
    [`main chain ${MAIN}: the index is of chain electra-left-5eed0009, expected ${MAIN}`, expect.stringContaining('s old')],
    '-1',
  ]);
  await sql`update chain.cursor set chain_id = ${MAIN}`;
  await aged(0);
});

test('an index of another chain than the one that was joined is no market, and its grace is not that of shared days', async () => {
  const owner = connect({ url: api.db.urls.owner, max: 1, application: 'test' });
  await owner`insert into chain.uplink (id, from_day, main_chain_id, height) values ('0', 0, ${MAIN}, 1)`;
  await owner`update chain.cursor set chain_unix_s = chain_unix_s / ${DAY_S} * ${DAY_S} + 3600`;
  const told = async (state: string) => {
    api.later(LIMITS.freshMs);
    return new RegExp(`electra_sharing_days\\{state="${state}"\\} (\\d+)`).exec(await api.metricsText())![1];
  };
  const missed = () => told('missed');
  const left = async () => /^electra_sharing_seconds_left (\S+)$/m.exec(await api.metricsText())![1];
  const all = async () => [await told('beyond'), await told('open'), await missed(), await left()];
  // All that are named, an hour after the last one's end: its grace is shorter (test/kit/books).
  expect(await all()).toEqual(['14', '0', '0', '-1']);
  await index.sql`update chain.cursor set chain_unix_s = ${2 ** 32}`;
  expect(await all()).toEqual(['0', '14', '0', '-1']);
  await index.sql`update chain.roster set day = ${2 ** 20}`;
  expect(await all()).toEqual(['0', '0', '14', '-1']);
  await index.sql`update chain.cursor set chain_id = 'electra-left-5eed0009'`;
  expect(await asked(null, 'chainId')).toBeNull();
  expect(await missed()).toBe('11'); // by production's 60 hours
  await owner.end();
});
