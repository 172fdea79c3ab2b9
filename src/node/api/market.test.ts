/** The market as the API tells of it: nothing on a community's own chain; on a chain of communities each its own, and nobody another's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amountOf } from '../../../test/kit/api/community.ts';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters, type Person, people } from '../../../test/kit/api/people.ts';
import { decodeRoster, encodeRoster } from '../../protocol/day/roster.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';

let api: TestApi;
const of = (wh: number): number[] => Array<number>(96).fill(wh);
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const own = async (who: Person | null) => {
  const { first } = api.days;
  const range = `from: "${dayToDate(first)}", to: "${dayToDate(first + 3)}"`;
  const { data, errors } = await api.ask(
    who,
    `{ market { own { address sharedDays(${range}) { day meter takenWh givenWh amountNel } periods { fromDay toDay meter amountNel } } } }`,
  );
  expect(errors).toEqual([]);
  return data.market?.own;
};

test('a community’s own chain has no market', async () => {
  expect((await api.ask('alice', '{ market { electra { supplyNel } } }')).data.market).toBeNull();
});

test('on a chain of communities each sees what it shared and settled, and nobody else does', async () => {
  const [indexer, books] = [api.db.urls.indexer, api.db.urls.books].map((url) => connect({ url, max: 1, application: 'test' }));
  const { first } = api.days;
  await indexer`update chain.genesis set genesis = jsonb_set(genesis, '{app_state,meter,params,rule}', '"shared/1"')`;
  await books`insert into books.period (from_day) values (${first})`;
  for (const [meter, who, taken, given, amount] of [
    [meters.alice1, 'alice', 5, 0, 71n],
    [meters.bob1, 'bob', 0, 5, -70n],
  ] as const) {
    const { address } = people[who];
    await books`insert into books.shared_energy (day, meter, member, taken_wh, given_wh)
      values (${first}, ${meter}, ${address}, ${of(taken)}, ${of(given)})`;
    await books`insert into books.settlement (from_day, meter, member, amount_nel, bills, statement)
      values (${first}, ${meter}, ${address}, ${String(amount)}, ${Array<string>(7).fill('0')}::numeric[], ${Buffer.alloc(32, 1)})`;
  }
  await Promise.all([indexer.end(), books.end()]);
  expect(await own('alice')).toEqual({
    address: people.alice.address,
    sharedDays: [
      { day: dayToDate(first), meter: meters.alice1, takenWh: of(5), givenWh: of(0), amountNel: String(amountOf(meters.alice1, first)) },
    ],
    periods: [{ fromDay: dayToDate(first), toDay: dayToDate(first + 6), meter: meters.alice1, amountNel: '71' }],
  });
  expect((await own('bob')).periods).toEqual([
    { fromDay: dayToDate(first), toDay: dayToDate(first + 6), meter: meters.bob1, amountNel: '-70' },
  ]);
  for (const nobody of [null, 'auditor', 'operator'] as const) expect(await own(nobody)).toBeNull();
});

test('ELECTRA in circulation stands beside what was attested, with what waits; each sees what moved to and from it', async () => {
  const indexer = connect({ url: api.db.urls.indexer, max: 1, application: 'test' });
  const [{ now }] = await indexer`select chain_unix_s as now from chain.head`;
  const [alice, bob] = [people.alice.address, people.bob.address];
  const ago = (days: number): string => String(BigInt(now) - BigInt(days * 86_400));
  await indexer`insert into chain.electra (id, minted_nel, confirmed_nel, redemptions, paused) values ('electra', '900', '100', 3, true)`;
  for (const [days, amount] of [
    [9, 700],
    [2, 850],
  ])
    await indexer`insert into chain.attestation (id, as_of_unix_s, amount_nel, document_hash, height, unix_s)
      values (${ago(days)}, ${ago(days)}, ${amount}, ${Buffer.alloc(32)}, 10, ${ago(days)})`;
  for (const [n, days, state] of [
    [1, 6, 'open'],
    [2, 4, 'open'],
    [3, 8, 'confirmed'],
  ] as const)
    await indexer`insert into chain.redemption (id, number, holder, amount_nel, reference, state, height, unix_s)
      values (${String(n)}, ${n}, ${bob}, ${10 * n}, 'x', ${state}, ${20 + n}, ${ago(days)})`;
  await indexer`insert into chain.mint (id, receiver, amount_nel, height, unix_s) values ('30-0-0', ${alice}, 500, 30, ${ago(3)})`;
  await indexer`insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
    values ('31-0-0', '', ${alice}, ${bob}, 200, null, 31, ${ago(2)}), ('32-0-0', '', ${alice}, ${bob}, 50, 1, 32, ${ago(1)})`;
  await indexer`insert into chain.escrow_move (id, uplink, treasury, amount_nel, height, unix_s)
    values ('33-0-0', ${meters.alice1}, ${alice}, 100, 33, ${ago(1)}), ('99999-0-0', ${meters.alice1}, ${alice}, 7, 99999, ${ago(0)})`;
  const held = '{ market { own { balanceNel escrowNel owedNel } } }';
  const nothing = { balanceNel: null, escrowNel: null, owedNel: null };
  expect((await api.ask('alice', held)).data.market.own).toEqual(nothing);
  for (const [name, value] of [
    ['supply', '800'],
    [`balance:${alice}`, '250'],
    [`escrow:${meters.alice1}`, '60'],
    [`escrow:${meters.alice2}`, '40'],
    [`owed:${meters.bob1}`, '9'],
  ])
    await indexer`insert into chain.main_state (name, value, height) values (${name}, ${value}, 40)`;
  expect((await api.ask('alice', held)).data.market.own).toEqual({ balanceNel: '250', escrowNel: '100', owedNel: '0' });
  expect((await api.ask('bob', held)).data.market.own).toEqual({ balanceNel: '0', escrowNel: '0', owedNel: '9' });
  await indexer.end();

  const { data } = await api.ask(
    null,
    '{ market { electra { supplyNel attestedNel attestedAt redeemingNel overdue paused } own { address } } }',
  );
  expect(data.market).toEqual({
    own: null,
    electra: {
      supplyNel: '800',
      attestedNel: '850',
      attestedAt: new Date(Number(ago(2)) * 1000).toISOString(),
      redeemingNel: '30',
      overdue: 1,
      paused: true,
    },
  });
  const moved = async (who: Person) => {
    const { market } = (await api.ask(who, '{ market { own { transfers { kind amountNel counterparty height } } } }')).data;
    return market.own.transfers.map((one: Record<string, unknown>) => [one.kind, one.amountNel, one.counterparty]);
  };
  // what lies in a block that no header has confirmed is not there yet
  expect(await moved('alice')).toEqual([
    ['ESCROW', '-100', null],
    ['PAYOUT', '-50', bob],
    ['SEND', '-200', bob],
    ['MINT', '500', null],
  ]);
  expect((await moved('bob')).slice(0, 2)).toEqual([
    ['PAYOUT', '50', alice],
    ['SEND', '200', alice],
  ]);
});

test('a day that one community alone had stated by its freeze is void there, and would not be on a community’s own chain', async () => {
  const indexer = connect({ url: api.db.urls.indexer, max: 1, application: 'test' });
  const day = api.days.third;
  const isVoid = async () => (await api.ask(null, `{ bookDay(day: "${dayToDate(day)}") { void } }`)).data.bookDay.void;
  const [{ encoded }] = await indexer`select encoded from chain.roster where day = ${day} and not late`;
  const roster = decodeRoster(Uint8Array.from(encoded));
  expect(await isVoid()).toBe(false);
  const few = { ...roster, meters: roster.meters.map((one, i) => (i === 0 ? one : { ...one, commitment: null })) };
  await indexer`update chain.roster set encoded = ${Buffer.from(encodeRoster(few))} where day = ${day} and not late`;
  expect(await isVoid()).toBe(true);
  await indexer`update chain.genesis set genesis = genesis #- '{app_state,meter,params,rule}'`;
  expect(await isVoid()).toBe(false);
  await indexer`update chain.genesis set genesis = jsonb_set(genesis, '{app_state,meter,params,rule}', '"shared/1"')`;
  await indexer.end();
});

test('more days than a month are refused by the argument’s name', async () => {
  const { errors } = await api.ask('alice', '{ market { own { sharedDays(from: "2026-01-01", to: "2026-03-01") { day } } } }');
  expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'to' });
});
