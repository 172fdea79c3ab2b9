/** Commands of the operator all at once, on a real chain: each takes effect or says why not, nothing is lost and nothing done twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QueryTariffRequest, QueryTariffResponse } from '../../src/protocol/messages/generated/electra/meter/v1/query.ts';
import { dayToDate } from '../../src/protocol/values/time.ts';
import { TEST_DAY } from '../kit/chain.ts';
import { electra, type Result } from '../kit/electra.ts';
import { type SignedChain, startSignedChain } from '../kit/signed-chain.ts';

const FIVE = [1, 2, 3, 4, 5];
let signed: SignedChain;
beforeAll(async () => {
  signed = await startSignedChain('at-once', { validators: 1 });
}, 120_000);
afterAll(() => signed?.stop());

/** The fee tells the five apart. */
function setTariff(day: number, fee: number): Promise<Result> {
  const prices = ['--retail', '300000', '--feed-in', '80000', '--fee', String(fee)];
  return electra('tariff', 'set', '--from', dayToDate(day), ...prices, '--data', signed.data.dir, '--json');
}

async function tariffOf(day: number): Promise<{ fromDay: number; fee: string }> {
  const { value } = await signed.chain.rpc.query('/electra.meter.v1.Query/Tariff', QueryTariffRequest.encode({ day }).finish());
  const { tariff } = QueryTariffResponse.decode(value);
  return { fromDay: tariff!.fromDay, fee: String(tariff!.feePerDayNel) };
}
const sequence = async (): Promise<bigint> => (await signed.chain.chain.account(signed.chain.operator.address))!.sequence;

test('five tariffs for five days are all in, each in a transaction of its own', async () => {
  const before = await sequence();
  const results = await Promise.all(FIVE.map((n) => setTariff(TEST_DAY + n, 100 + n)));
  expect(results.map(({ code, err }) => ({ code, err }))).toEqual(FIVE.map(() => ({ code: 0, err: '' })));
  const hashes = results.map(({ out }) => JSON.parse(out).txHash);
  expect(new Set(hashes).size).toBe(5);
  expect(await Promise.all(FIVE.map((n) => tariffOf(TEST_DAY + n)))).toEqual(
    FIVE.map((n) => ({ fromDay: TEST_DAY + n, fee: String(100 + n) })),
  );
  expect((await sequence()) - before).toBe(5n);
});

test('of five for one day each is in, and the one in the latest block holds', async () => {
  const before = await sequence();
  const results = await Promise.all(FIVE.map((n) => setTariff(TEST_DAY + 10, 200 + n)));
  expect(results.map(({ code }) => code)).toEqual(FIVE.map(() => 0));
  const heights = results.map(({ out }) => JSON.parse(out).height as number);
  expect(new Set(heights).size).toBe(5); // one in flight at a time: each is settled before the next
  expect((await tariffOf(TEST_DAY + 10)).fee).toBe(String(201 + heights.indexOf(Math.max(...heights))));
  expect((await sequence()) - before).toBe(5n);
});

test('what the chain refuses is said in one sentence, and takes none of the others with it', async () => {
  const before = await sequence();
  const days = [TEST_DAY + 21, TEST_DAY - 1, TEST_DAY + 22, TEST_DAY, TEST_DAY + 23];
  const results = await Promise.all(days.map((day, i) => setTariff(day, 300 + i)));
  expect(results.map(({ code }) => code)).toEqual([0, 1, 0, 1, 0]);
  for (const { err, out } of [results[1], results[3]]) {
    expect(err).toMatch(/^electra: the chain refused it: --from: expected a day to come, by the chain’s clock[^\n]*\n$/);
    expect(out).toBe('');
  }
  for (const i of [0, 2, 4]) expect(await tariffOf(days[i])).toEqual({ fromDay: days[i], fee: String(300 + i) });
  expect((await sequence()) - before).toBe(3n); // refused at the door
});
