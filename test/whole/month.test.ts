/**
 * A month of `rural`, or the short form of it (`npm run month` lives the whole): meters that begin late, fall silent in the middle and at
 * the end of their service, state late, cannot be read, exceed what they were enrolled with. Audited in four parts while it goes on, each
 * going on from the one before, and once as a whole: the same bills, the same open matters, the same verdict.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { daysToCorrect } from '../../src/node/books/draft/correct.ts';
import { parseBook } from '../../src/protocol/index.ts';
import { type Audited, Month } from '../kit/month/month.ts';
import { PARTS, type Part, SHORT, WHOLE } from '../kit/month/plan.ts';

const plan = process.env.ELECTRA_MONTH === 'whole' ? WHOLE : SHORT;
const BEFORE_SERVICE = 32; // the chain's ErrBeforeService
const PATIENCE_MS = 1_200_000;

const OBJECTED = 'ends silent, with one that its member objects to';
const ends = plan.on['ends silent, with a final reading'];

let month: Month;
let whole: Audited;
const last = plan.days - 1;

/** What is billed: B of the latest version by day and meter, with its source; later files replace earlier ones. */
function billsOf(audits: readonly Audited[]): Map<string, { B: string; source: string; version: number }> {
  const bills = new Map<string, { B: string; source: string; version: number }>();
  for (const { files } of audits) {
    const books = Object.keys(files)
      .filter((path) => /^days\/.*\/book(\.v\d+)?\.json$/.test(path))
      .map((path) => parseBook(files[path]))
      .sort((a, b) => a.version - b.version);
    for (const { day, version, meters } of books)
      for (const { meter, B, source } of meters) {
        const key = `${day}/${meter}`;
        if (version >= (bills.get(key)?.version ?? 0)) bills.set(key, { B: String(B), source, version });
      }
  }
  return bills;
}

const copiesOf = (audits: readonly Audited[]): Map<string, readonly string[]> =>
  new Map(audits.flatMap(({ verdict }) => verdict.copies.map(({ day, meters }) => [day, meters] as const)).sort());

/** The sources that a meter's day was booked from, version after version. */
const sources = async (part: Part, n: number): Promise<string[]> =>
  (await month.grid.entries(month.meter(part), n)).map(({ source }) => source);

/** Nothing is left to be corrected, released or proven of any day. */
const settled = (): Promise<void> =>
  month.grid.until(
    'every correction is released and proven',
    async () => {
      const { sql } = month.grid;
      const [{ late }] = await sql<{ late: number }[]>`select max(day) as late from chain.roster where late`;
      const [{ open }] = await sql<{ open: number }[]>`select count(*)::int4 as open from books.day where state <> 'released'`;
      const [{ news }] = await sql<{ news: number }[]>`
        select count(*)::int4 as news from chain.day_change c left join chain.evidence e using (day)
        where day between ${month.day(0)} and ${month.day(last)} and (e.height is null or e.height < c.height)`;
      return late >= month.day(last) && (await daysToCorrect(sql)).length === 0 && open === 0 && news === 0;
    },
    PATIENCE_MS,
  );

/** The last matters: final readings, once the late rosters of last days are there, an objection, and what is corrected for them. */
async function endOfAll(): Promise<void> {
  await settled();
  for (const part of ['ends silent, with a final reading', OBJECTED] as const) await month.finalReading(part);
  await month.object(OBJECTED);
  await month.grid.until(
    'the runs at the end of service are corrected',
    async () => {
      const both = [await sources('ends silent, with a final reading', ends + 1), await sources(OBJECTED, plan.on[OBJECTED] + 1)];
      return both.every(({ length }) => length === 2);
    },
    PATIENCE_MS,
  );
  await settled();
}

beforeAll(async () => {
  month = await Month.begin(plan);
  let since: Audited | undefined;
  for (const [i, to] of plan.audits.entries()) {
    if (to === last) await endOfAll();
    else await month.grid.released(to);
    if (i === 1) await month.noBill('says that it got no bill', plan.on['says that it got no bill']);
    since = await month.audit(i === 0 ? 0 : plan.audits[i - 1] + 1, to, since?.saved);
    month.audits.push(since);
  }
  whole = await month.audit(0, last);
}, PATIENCE_MS);
afterAll(() => month?.stop());

describe('a month, as it was booked', () => {
  test.each<[Part, number, ...string[]]>([
    ['honest', 0, 'metered'],
    ['silent in the middle', 0, 'substitute', 'substitute'],
    ['silent across two audits', 1, 'substitute', 'substitute'],
    ['late, and billed', 0, 'substitute', 'metered'],
    ['late, and not to be opened', 0, 'substitute', 'disputed'],
    ['disputed on its first day', 0, 'disputed', 'disputed'],
    ['ends silent, with a final reading', 0, 'substitute', 'substitute'],
    ['ends silent, with a final reading', 1, 'substitute', 'substitute'],
    ['ends silent, without one', 1, 'substitute'],
    [OBJECTED, 1, 'substitute', 'substitute'],
    ['late and silent in one run', 0, 'substitute', 'metered'],
    ['late and silent in one run', 1, 'substitute', 'substitute'],
    ['above its maximum', 0, 'disputed', 'disputed'],
  ])('%s, %i days on', async (part, n, ...expected) =>
    expect(await sources(part, (part === 'honest' ? 0 : plan.on[part]) + n)).toEqual(expected),
  );

  test('a meter that begins late is in service from its first statement on, and what it says of the day before is refused', async () => {
    const { 'begins late': first } = plan.on;
    expect([await sources('begins late', first - 1), await sources('begins late', first)]).toEqual([[], ['metered']]);
    expect(month.grid.fleet.refusal(month.meter('begins late'), month.day(first - 1))).toBe(BEFORE_SERVICE);
  });

  test('a dispute on a first day is a zero day, and stays one', async () => {
    const day = plan.on['disputed on its first day'];
    for (const entry of await month.grid.entries(month.meter('disputed on its first day'), day))
      expect([...entry.import_wh, ...entry.export_wh].every((wh: number) => wh === 0)).toBe(true);
  });

  test('every Wh between registers that are known, signed or read at the end, is billed, and none besides', async () => {
    for (const part of PARTS.filter((one) => one !== 'ends silent, without one')) {
      const meter = month.meter(part);
      const [{ first, sum }] = await month.grid.sql<{ first: number; sum: bigint }[]>`
        select (select min(day) from books.latest_entry where meter = ${meter.account.address} and source = 'metered') as first,
          sum((select sum(wh) from unnest(e.import_wh) wh))::int8 as sum
        from books.latest_entry e where meter = ${meter.account.address}`;
      const [begin, end] = [month.grid.fleet.measured(meter, first), month.grid.fleet.measured(meter, meter.lastDay)];
      const used = end.importStartWh + end.importWh.reduce((a, wh) => a + BigInt(wh), 0n) - begin.importStartWh;
      expect([part, BigInt(sum)]).toEqual([part, used]);
    }
  });

  test('is sealed to a key of its own month: the node makes another in the fourth week, and meters follow', async () => {
    const epochs = await month.grid.sql`select distinct key_epoch as epoch from chain.sealed_statement order by 1`;
    expect(epochs.map(({ epoch }) => epoch)).toEqual(plan === WHOLE ? [1, 2] : [1]);
  });

  test('each member’s balance is the sum of its latest bills, and the ledger sums to zero', async () => {
    for (const { balanceNel, billedNel } of await month.grid.accounts()) expect(balanceNel).toBe(billedNel);
    const [{ sum }] = await month.grid.sql`select sum(amount_nel) as sum from books.posting`;
    expect(sum).toBe('0');
  });
});

describe('four audits, each going on from the one before', () => {
  test('say the same bills as one audit of the whole', () => {
    const bills = billsOf([whole]);
    expect(bills.size).toBeGreaterThan(PARTS.length * (plan.days - 4));
    expect(billsOf(month.audits)).toEqual(bills);
  });

  test('end with the same open matters, by name, and at the same entry of the log', () => {
    // All but the header: the chain goes on, and empty days after the month are booked too.
    const { light: _four, ...four } = month.audits.at(-1)!.resume;
    const { light: _one, ...one } = whole.resume;
    for (const field of Object.keys(one) as (keyof typeof one)[]) expect([field, four[field]]).toEqual([field, one[field]]);
    expect(Object.keys(four)).toEqual(Object.keys(one));
  });

  test('end with the same verdict', () => {
    const { verdict: four } = month.audits.at(-1)!;
    const one = whole.verdict;
    for (const field of ['exitCode', 'status', 'chainId', 'genesisHash', 'leftOut', 'development', 'evidence'] as const)
      expect([field, four[field]]).toEqual([field, one[field]]);
    const { substitutes: _n, ...openFour } = four.counts;
    const { substitutes, ...openOne } = one.counts;
    expect(openFour).toEqual(openOne);
    expect([...billsOf([whole]).values()].filter(({ source }) => source === 'substitute')).toHaveLength(substitutes);
    expect(one).toMatchObject({ exitCode: 3, status: 'exceptions', counts: { disputes: 3, openRuns: 1, noBills: 1, objections: 1 } });
  });

  test('leave open, by name, the meter that ended without a reading, and the one whose member objects', () => {
    const { runs, objections, noBills, unbilled, corrections } = whole.resume;
    const [from, to] = [month.day(plan.on['ends silent, without one']), month.day(plan.on['ends silent, without one'] + 1)];
    expect(runs).toEqual([{ meter: month.address('ends silent, without one'), firstDay: from, lastDay: to, follows: 'service-end' }]);
    expect(objections).toEqual([{ meter: month.address(OBJECTED), day: month.meter(OBJECTED).lastDay }]);
    expect(noBills.map(({ meter }) => meter)).toEqual([month.address('says that it got no bill')]);
    expect([unbilled, corrections]).toEqual([[], []]);
  });

  test('name the same copies, and the same days', () => {
    expect(copiesOf(month.audits)).toEqual(copiesOf([whole]));
    const days = [...new Set(month.audits.flatMap(({ verdict }) => verdict.days))].sort();
    expect(days).toEqual(whole.verdict.days);
    expect(whole.verdict.days).toEqual(Array.from({ length: plan.days }, (_, n) => month.date(n)));
  });

  test('show single days of earlier audits again, not all of them', () => {
    const again = month.audits.map(({ verdict }, i) => {
      const from = i === 0 ? 0 : plan.audits[i - 1] + 1;
      return verdict.days.filter((date) => date < month.date(from)).length;
    });
    expect(again[0]).toBe(0);
    expect(again.slice(1).every((days) => days > 0)).toBe(true);
    expect(again.at(-1)).toBeLessThan(plan.audits[2]);
  });
});
