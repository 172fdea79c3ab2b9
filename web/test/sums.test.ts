/**
 * The same money and energy everywhere: what files for spreadsheets say, what the lines of bills come to and what pages sum is the amount
 * that was billed, to the nELECTRA and the Wh. The day has a metered bill, a disputed one, and one of a closed run, with prices of its own.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { closeRun, pricesOf } from '../../test/kit/api/community.ts';
import { startTestApi, type TestApi } from '../../test/kit/api/harness.ts';
import { meters } from '../../test/kit/api/people.ts';
import { partsOf } from '../src/member/day-bill.ts';
import type { MemberDay } from '../src/member/question.ts';
import { sumOf } from '../src/member/sums.ts';

let api: TestApi;
let date: string;
let ofRunNel: bigint;
beforeAll(async () => {
  api = await startTestApi();
  date = dayToDate(api.days.second);
  ofRunNel = await closeRun(api.db, api.days);
});
afterAll(() => api.stop());

type Who = 'alice' | 'bob';
interface Line {
  slot: number;
  importWh: number;
  exportWh: number;
  buyNelPerWh: number;
  sellNelPerWh: number;
  amountNel: string;
}
interface BillAnswer {
  version: number;
  amountNel: string;
  feeNel: string;
  lines: Line[];
}

const total = (values: readonly (string | number | bigint)[]): bigint => values.reduce<bigint>((all, value) => all + BigInt(value), 0n);

const billOf = async (who: Who, meter: string): Promise<BillAnswer> =>
  (
    await api.ask(
      who,
      `{ member { bill(day: "${date}", meter: "${meter}") { version amountNel feeNel
         lines { slot importWh exportWh buyNelPerWh sellNelPerWh amountNel } } } }`,
    )
  ).data.member.bill;

/** What the page of a bill says of it. */
function partsOfPage({ lines, feeNel, amountNel }: BillAnswer) {
  const released = {
    amountNel: BigInt(amountNel),
    feeNel: BigInt(feeNel),
    lines: lines.map((line) => ({ ...line, amountNel: BigInt(line.amountNel) })),
  };
  return partsOf(released as never, pricesOf(api.days.second) as never, false);
}

async function csv(who: Who, path: string): Promise<Record<string, string>[]> {
  const response = await api.fetch(path, { headers: { authorization: `Bearer ${await api.token(who)}` } });
  const [header, ...rows] = (await response.text())
    .trim()
    .split('\r\n')
    .map((row) => row.split(','));
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i], cell])));
}

const daysOf = async (who: Who): Promise<MemberDay[]> => {
  const { data } = await api.ask(
    who,
    `{ member { days(from: "${date}", to: "${date}") { day importWh exportWh amountNel feeNel outsideNel localImportWh soldInsideWh } } }`,
  );
  const big = (value: unknown, name: string): unknown => (name === 'day' ? value : BigInt(value as string));
  return data.member.days.map((row: object) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, big(value, name)])));
};

test('lines of a corrected bill of a closed run are at the day’s means, and sum with the fee to what was billed', async () => {
  const bill = await billOf('alice', meters.alice2);
  expect([bill.version, BigInt(bill.amountNel)]).toEqual([2, ofRunNel]);
  expect(total(bill.lines.map(({ amountNel }) => amountNel)) + BigInt(bill.feeNel)).toBe(ofRunNel);
  expect(new Set(bill.lines.map(({ buyNelPerWh }) => buyNelPerWh)).size).toBe(1);
});

test('lines of a first version are at the day’s prices, quarter-hour by quarter-hour', async () => {
  const { version, lines } = await billOf('alice', meters.alice1);
  expect(version).toBe(1);
  expect(lines.map(({ buyNelPerWh }) => buyNelPerWh)).toEqual(pricesOf(api.days.second).buyNelPerWh);
});

test.each<[Who, readonly string[]]>([
  ['alice', [meters.alice1, meters.alice2]],
  ['bob', [meters.bob1]],
])('files, lines, parts and days of %s say one amount and one energy', async (who, own) => {
  const bills = await Promise.all(own.map((meter) => billOf(who, meter)));
  const billedNel = total(bills.map(({ amountNel }) => amountNel));
  const [wh, givenWh] = (['importWh', 'exportWh'] as const).map((of) => total(bills.flatMap(({ lines }) => lines.map((line) => line[of]))));
  expect(total(bills.flatMap(({ lines, feeNel }) => [feeNel, ...lines.map(({ amountNel }) => amountNel)]))).toBe(billedNel);
  expect(total(bills.flatMap((bill) => partsOfPage(bill).map(({ nel }) => nel)))).toBe(billedNel);
  expect(sumOf(await daysOf(who))).toMatchObject({ amountNel: billedNel, importWh: wh, exportWh: givenWh });
  const file = (await csv(who, `/export/bills.csv?from=${date}&to=${date}`)).filter(({ superseded }) => superseded === 'false');
  expect([total(file.map((row) => row.amountNel)), total(file.map((row) => row.importWh)), total(file.map((row) => row.exportWh))]).toEqual(
    [billedNel, wh, givenWh],
  );
});

test('quarter-hours of a file are those of the bill that was metered', async () => {
  const rows = await csv('alice', `/export/intervals.csv?meter=${meters.alice1}&from=${date}&to=${date}`);
  const { lines } = await billOf('alice', meters.alice1);
  const energy = (of: readonly { importWh: string | number; exportWh: string | number }[]) =>
    of.map((one) => [one.importWh, one.exportWh].map(Number));
  expect(energy(rows)).toEqual(energy(lines));
});
