/** A week of two communities and a half: noted when it is over, its sums proven for real, sent together, and in effect once. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builders, type Community, community, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { exchange, realProofs, sharedBuilders, someNet, sumHolds } from '../../../../test/kit/books/exchange.ts';
import { SHARED_TARIFF, seededInts } from '../../../../test/kit/books/index-rows.ts';
import { fieldToBytes, gridId, meterTag, parseSharedBook } from '../../../protocol/index.ts';
import type { BooksSigner, OperatorMessage, Submitted } from '../../signer/client.ts';
import { balances } from '../money/ledger.ts';
import { advanceDays } from '../pipeline.ts';
import { notePeriods, periodsOf } from './periods.ts';
import { sendSettlements } from './settle.ts';

let c: Community;
const int = seededInts(16);
const first = 20_635;
beforeAll(async () => {
  c = await community(3, { shared: true, chainId: 'electra-main-5eed0001' });
});
afterAll(() => c.stop());

const untilStill = async () => {
  while ((await advanceDays({ sql: c.sql, builders, audit: passes, exchange, log: quiet })) > 0);
};
const note = () => notePeriods({ sql: c.sql, builders: sharedBuilders, log: quiet });

/** A day that is stated by some, and proven unless it is void. */
async function live(day: number, ...who: number[]): Promise<void> {
  for (const i of who) await c.index.statement(c.meters[i].meter, { statement: someNet(day, int) });
  await c.index.freeze(day);
  await c.openAll();
  await untilStill();
  await pretendProofs(c.sql);
  await untilStill();
  const [{ book_hash: hash, book }] = await c.sql<
    { book_hash: Buffer | null; book: string }[]
  >`select book_hash, book from books.day where day = ${day}`;
  if (hash) await c.index.anchor(day, 1, hash, fieldToBytes(parseSharedBook(book).X));
  await untilStill();
}

interface Entry {
  uplink: string;
  amountNel: string;
  sumProof: string;
}

/** Takes each community's period once, as the chain does. */
function chain() {
  const taken = new Map<string, Entry>();
  const sent: Entry[][] = [];
  let answer: Pick<Submitted, 'code' | 'codespace'> | null = null;
  const signer = {
    async submit([{ value }]: readonly OperatorMessage[]): Promise<Submitted> {
      const { fromDay, entries } = value as { fromDay: number; entries: Entry[] };
      sent.push(entries);
      const said = { txHash: 'AB', height: 9, codespace: 'settlement', log: 'said' };
      if (answer) return { ...said, ...answer };
      if (entries.some(({ uplink }) => taken.has(`${fromDay} ${uplink}`))) return { ...said, code: 23 };
      for (const entry of entries) taken.set(`${fromDay} ${entry.uplink}`, entry);
      return { ...said, code: 0 };
    },
  } as unknown as BooksSigner;
  return { taken, sent, signer, answers: (with_: typeof answer) => (answer = with_) };
}
const rows = () => c.sql<{ id: string; done: boolean; error: string | null; attempts: number }[]>`
  select id, done_at is not null as done, error, attempts from books.outbox where id like 'settle:%' order by id`;
const later = () => c.sql`update books.outbox set sent_at = sent_at - interval '10 minutes' where id like 'settle:%'`;

describe('a period', () => {
  test('is noted when its last day is proven, void days among them, and once', async () => {
    await live(first, 0, 1);
    await live(first + 1, 0, 1, 2);
    await live(first + 2, 2);
    for (let n = 3; n < 6; n++) await live(first + n, 0, 1);
    expect(await note()).toBe(0);
    await live(first + 6);
    expect(await Promise.all([note(), note()])).toContain(1);
    expect(await note()).toBe(0);
    expect(await c.sql`select from_day from books.period`).toEqual([{ from_day: first }]);
    const sums = await c.sql<
      { meter: string; amount_nel: string; bills: string[] }[]
    >`select meter, amount_nel, bills from books.settlement`;
    expect(sums).toHaveLength(3);
    for (const { meter, amount_nel: amount, bills } of sums) {
      const entries = await c.sql<
        { day: number; amount_nel: string; bill: string }[]
      >`select day, amount_nel, bill from books.entry where meter = ${meter}`;
      expect(BigInt(amount)).toBe(entries.reduce((sum, entry) => sum + BigInt(entry.amount_nel), 0n));
      expect(bills).toEqual(Array.from({ length: 7 }, (_, i) => entries.find(({ day }) => day === first + i)?.bill ?? '0'));
    }
    const fees = 11n * SHARED_TARIFF.feePerDayNel;
    const total = sums.reduce((sum, { amount_nel }) => sum + BigInt(amount_nel), 0n);
    expect(total >= fees).toBe(true);
  });

  test('is sent when all of its sums are proven, or overdue, in one message, each proof for what the chain knows', async () => {
    const { signer, sent } = chain();
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(0);
    expect(sent).toEqual([]);
    expect(new Set((await periodsOf(c.sql)).map(({ state }) => state))).toEqual(new Set(['proving']));
    const early = chain();
    early.answers({ code: 21, codespace: 'settlement' });
    expect(await realProofs(c.sql, 1)).toBe(1);
    expect(await sendSettlements(c.sql, early.signer, quiet)).toBe(0); // nor while one is missing
    expect(early.sent).toEqual([]);
    await sendSettlements(c.sql, early.signer, quiet, 0); // but where it is overdue
    expect(early.sent.map(({ length }) => length)).toEqual([1]);
    await later();
    expect(await realProofs(c.sql)).toBe(2);
    expect(new Set((await periodsOf(c.sql)).map(({ state }) => state))).toEqual(new Set(['sending']));
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(3);
    expect(sent.map((entries) => entries.map(({ uplink }) => uplink))).toEqual([c.meters.map(({ meter }) => meter).sort()]);
    const kept = await c.sql<{ meter: string; bills: string[] }[]>`select meter, bills from books.settlement`;
    for (const { uplink, amountNel, sumProof } of sent[0]) {
      const B = kept.find(({ meter }) => meter === uplink)!.bills.map(BigInt);
      const sum = { gridId: gridId(c.index.chainId), meterTag: meterTag(uplink), firstDay: first, B };
      expect(await sumHolds({ ...sum, totalNel: BigInt(amountNel) }, sumProof)).toBe(true);
      expect(await sumHolds({ ...sum, totalNel: BigInt(amountNel) + 1n }, sumProof)).toBe(false);
    }
  });
});

test('a sum that the chain refuses for good is told with its words, and those beside it go on', async () => {
  await later();
  const { signer, answers } = chain();
  answers({ code: 17, codespace: 'settlement' });
  expect(await sendSettlements(c.sql, signer, quiet)).toBe(0);
  expect((await periodsOf(c.sql)).every(({ state }) => state.startsWith('settlement 17: '))).toBe(true);
});

describe('the chain’s answer', () => {
  test('that it takes nothing yet passes by itself: all come again, together', async () => {
    await later();
    const { signer, sent, answers } = chain();
    answers({ code: 21, codespace: 'settlement' });
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(0);
    expect(sent).toHaveLength(1);
    expect((await rows()).every(({ done, error }) => !done && error?.startsWith('settlement 21'))).toBe(true);
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(0);
    expect(sent).toHaveLength(1); // not at once
    expect(new Set((await periodsOf(c.sql)).map(({ state }) => state))).toEqual(new Set(['sending']));
  });

  test('that one is there already ends that one, and the others are taken without it', async () => {
    await later();
    const { signer, taken, sent } = chain();
    const [there] = c.meters.map(({ meter }) => meter).sort();
    taken.set(`${first} ${there}`, { uplink: there, amountNel: '1', sumProof: '' });
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(3);
    expect(sent.map((entries) => entries.length)).toEqual([3, 1, 1, 1]);
    expect((await rows()).map(({ done, error }) => [done, error])).toEqual([
      [true, null],
      [false, null],
      [false, null],
    ]);
    await later();
    const open = (await rows()).filter(({ done }) => !done).map(({ id }) => id.split(':')[2]);
    await c.index.sql`insert into chain.settlement_entry (id, from_day, uplink, amount_nel, height, unix_s)
      values ('one', ${first}, ${open[0]}, 0, ${c.index.height}, 0)`;
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(2); // one by the index, one asked once more
    expect(sent.at(-1)!.map(({ uplink }) => uplink)).toEqual([open[1]]);
    expect((await rows()).every(({ done }) => done)).toBe(true);
    await later();
    const before = sent.length;
    expect(await sendSettlements(c.sql, signer, quiet)).toBe(0);
    expect(sent).toHaveLength(before);
    expect(taken.size).toBe(3);
    expect((await periodsOf(c.sql)).map(({ name, state }) => [name, state])).toEqual(
      ['rural-001', 'rural-002', 'rural-003'].map((name) => [expect.stringMatching(name.slice(0, 8)), 'settled']),
    );
  });

  test('leaves nobody owing in the books: what was owed lies with the pools', async () => {
    const all = await balances(c.sql);
    for (const { member } of c.meters) expect(all.get(`member:${member}`)).toBe(0n);
    expect(all.get('pools')).toBe(-all.get('fund')!);
  });
});

test('what was shared of each day is kept by slot, and is as much on both sides', async () => {
  const kept = await c.sql<
    { day: number; taken_wh: number[]; given_wh: number[] }[]
  >`select day, taken_wh, given_wh from books.shared_energy`;
  expect(kept).toHaveLength(11);
  for (const day of new Set(kept.map((row) => row.day))) {
    const [{ total_import_wh: D, total_export_wh: E }] =
      await c.sql`select total_import_wh, total_export_wh from books.day where day = ${day}`;
    const of = kept.filter((row) => row.day === day);
    for (let slot = 0; slot < 96; slot++) {
      const L = Math.min(D[slot], E[slot]);
      expect(of.reduce((sum, row) => sum + row.taken_wh[slot], 0)).toBe(L);
      expect(of.reduce((sum, row) => sum + row.given_wh[slot], 0)).toBe(L);
    }
  }
});
