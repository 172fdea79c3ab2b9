/**
 * Corrections on an index of hand-written rows: real boxes, commitments and Postgres; proofs and audit are pretended here and real in
 * test/whole.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { builders, community, indexSigner, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { billAmount, commitDay, dayToDate, gridId, linkCommitment, meterTag, parseBook } from '../../../protocol/index.ts';
import type { Statement } from '../../../protocol/meter/statement.ts';
import { balances } from '../money/ledger.ts';
import { reportOfDay } from '../money/report.ts';
import { sendOutbox, settleOutbox } from '../outbox.ts';
import { advanceDays, draftCorrections } from '../pipeline.ts';
import { bundleOfDays } from '../release/bundle.ts';
import { daysToCorrect } from './correct.ts';
import { redraftDay } from './redraft.ts';

let c: Community;
const int = seededInts(7);
const first = 20_635;
const measuredDays = new Map<string, Statement>(); // what each meter measured, said or not
beforeAll(async () => {
  c = await community(4);
});
afterAll(() => c.stop());

const options = () => ({ sql: c.sql, builders, audit: passes, log: quiet });
async function settle() {
  const signer = indexSigner(c.index);
  for (let idle = 0; idle < 2; ) {
    await c.openAll();
    const done =
      (await draftCorrections(options())) +
      (await advanceDays(options())) +
      (await pretendProofs(c.sql)) +
      (await sendOutbox(c.sql, signer, quiet)) +
      (await settleOutbox(c.sql));
    idle = done === 0 ? idle + 1 : 0;
  }
}
const measured = (meter: string, day: number): Statement => {
  const key = `${meter}/${day}`;
  if (!measuredDays.has(key))
    measuredDays.set(
      key,
      someStatement(day, int, day === first ? { importStartWh: 1_000n, exportStartWh: 50n } : closing(measured(meter, day - 1))),
    );
  return measuredDays.get(key)!;
};
const say = (meter: string, day: number, wrong: Partial<Statement> = {}) =>
  c.index.statement(meter, { statement: { ...measured(meter, day), ...wrong } });
async function newDay(n: number, silent: readonly string[] = []) {
  for (const { meter } of c.meters) if (!silent.includes(meter)) await say(meter, first + n);
  await c.index.freeze(first + n);
  await settle();
}
const late = async (n: number) => {
  await c.index.freeze(first + n, { late: true });
  await settle();
};
const [m0, m1, m2, m3] = Array.from({ length: 4 }, (_, i) => () => c.meters[i].meter);
const entries = (meter: string, n: number) =>
  c.sql`select * from books.entry where meter = ${meter} and day = ${first + n} order by version`;
const latest = async (meter: string, n: number) => (await entries(meter, n)).at(-1)!;
const versions = async (n: number) =>
  (await c.sql`select version, state, book from books.day where day = ${first + n} order by version`).map(({ version, state, book }) => ({
    version: version as number,
    state: state as string,
    book: parseBook(book),
  }));

/** Every link of a meter between two booked days that is open. */
async function openLinks(meter: string, upTo: number): Promise<number[]> {
  const found: number[] = [];
  for (let n = 1; n <= upTo; n++) if ((await latest(meter, n - 1)).link_close !== (await latest(meter, n)).link_open) found.push(n);
  return found;
}

describe('a late statement', () => {
  test('changes nothing before the late roster is frozen', async () => {
    await newDay(0);
    await newDay(1, [m0(), m1()]);
    await newDay(2, [m1()]);
    await say(m0(), first + 1);
    await settle();
    expect(await openLinks(m0(), 2)).toEqual([2]);
    expect(await daysToCorrect(c.sql)).toEqual([]);
    expect(await versions(1)).toHaveLength(1);
  });
  test('then makes a correction of that meter alone: metered, C of the late roster, the prices of version 1, no totals', async () => {
    await c.index.freeze(first + 1, { late: true });
    const digest = (await c.sql`select encode(digest, 'hex') as digest from chain.roster where day = ${first + 1} and late`)[0].digest;
    await settle();
    const [one, two, ...more] = await versions(1);
    expect(more).toEqual([]);
    expect(two).toMatchObject({
      version: 2,
      state: 'released',
      book: { version: 2, day: first + 1, X: null, rosterDigest: digest, prices: one.book.prices, tariff: one.book.tariff },
    });
    expect(two.book.meters.map(({ meter, source }) => [meter, source])).toEqual([[m0(), 'metered']]);
    expect(two.book.meters[0].C).toBe(c.index.commitmentOf(m0(), measured(m0(), first + 1)));
    expect(await openLinks(m0(), 2)).toEqual([]);
    expect((await c.sql`select count(*)::int as n from prove.proof where day = ${first + 1} and version = 2`)[0].n).toBe(1);
    expect(
      await c.sql`
        select totals_blinding, mask_sum, total_import_wh, outside_cost_nel
        from books.day where day = ${first + 1} and version = 2`,
    ).toEqual([{ totals_blinding: null, mask_sum: null, total_import_wh: null, outside_cost_nel: null }]);
  });
  test('draws every mask and the bill’s blinding anew, and keeps the midnight’s', async () => {
    const [one, two] = await entries(m0(), 1);
    for (const key of ['mask_k', 'mask_v', 'bill_blinding', 'mask', 'bill']) expect(two[key]).not.toBe(one[key]);
    expect(two.link_open).toBe(one.link_open); // the register at its beginning was known
  });
  test('posts the difference between the member and the fund, and balances agree with the latest bills', async () => {
    const [one, two] = await entries(m0(), 1);
    const postings =
      await c.sql`select account, amount_nel from books.posting where journal = ${`day:${first + 1}:2`} order by account desc`;
    const difference = BigInt(two.amount_nel) - BigInt(one.amount_nel);
    expect(difference).not.toBe(0n);
    expect(postings).toEqual([
      { account: `member:${one.member}`, amount_nel: String(difference) },
      { account: 'fund', amount_nel: String(-difference) },
    ]);
    await expectBalances(2);
  });
  test('is shown by the report with what it replaces, and totals stay those of version 1', async () => {
    const report = (await reportOfDay(c.sql, first + 1))!;
    const [one, two] = await entries(m0(), 1);
    expect(report.members.find(({ meter }) => meter === m0())).toMatchObject({
      source: 'metered',
      amountNel: two.amount_nel,
      importWh: two.import_wh,
      version: 2,
      history: [{ version: 1, source: 'substitute', amountNel: one.amount_nel }],
    });
    expect(report.members.filter((member) => 'version' in member)).toHaveLength(1);
    const [{ total }] = await c.sql`select total_import_wh as total from books.day where day = ${first + 1} and version = 1`;
    expect(report.totals.importWh).toEqual(total);
  });
});

async function expectBalances(days: number) {
  const sums = await balances(c.sql);
  for (const { meter, member } of c.meters) {
    let owed = 0n;
    for (let n = 0; n <= days; n++) owed += BigInt((await latest(meter, n)).amount_nel);
    expect(sums.get(`member:${member}`)).toBe(owed);
  }
  expect([...sums.values()].reduce((a, b) => a + b, 0n)).toBe(0n);
}

describe('a run of substitutes', () => {
  test('waits until each of its days is settled, then telescopes between the true registers', async () => {
    await newDay(3);
    expect(await openLinks(m1(), 3)).toEqual([3]);
    expect(await entries(m1(), 1)).toHaveLength(1);
    await late(2);
    expect(await openLinks(m1(), 3)).toEqual([]);
    const [day1, day2] = [await latest(m1(), 1), await latest(m1(), 2)];
    expect([day1.version, day1.source, day2.version, day2.source]).toEqual([3, 'substitute', 2, 'substitute']);
    const start = measured(m1(), first + 1);
    const end = closing(measured(m1(), first + 2));
    expect([day1.import_start_wh, day1.export_start_wh, day2.import_end_wh, day2.export_end_wh]).toEqual([
      start.importStartWh,
      start.exportStartWh,
      end.importStartWh,
      end.exportStartWh,
    ]);
    expect([day2.import_start_wh, day2.export_start_wh]).toEqual([day1.import_end_wh, day1.export_end_wh]);
    await expectBalances(3);
  });
  test('is billed at the day’s means in all slots, rounded for the community; late statements at the prices of their slots', async () => {
    const [, two, three] = await versions(1);
    expect([two.book.prices, three.book.prices]).toEqual([two.book.prices, two.book.prices]);
    const [run, lateOne] = [await latest(m1(), 1), await latest(m0(), 1)];
    const mean = (prices: readonly number[]) => prices.reduce((sum, price) => sum + price, 0) / 96;
    const buy = BigInt(Math.ceil(mean(three.book.prices.buyNelPerWh) / 1000) * 1000);
    const sell = BigInt(Math.floor(mean(three.book.prices.sellNelPerWh) / 1000) * 1000);
    const total = (values: readonly number[]) => BigInt(values.reduce((sum, wh) => sum + wh, 0));
    const fee = three.book.tariff.feePerDayNel;
    expect(BigInt(run.amount_nel)).toBe(fee + buy * total(run.import_wh) - sell * total(run.export_wh));
    expect(BigInt(lateOne.amount_nel)).toBe(
      billAmount({ importWh: lateOne.import_wh, exportWh: lateOne.export_wh, prices: two.book.prices, feePerDayNel: fee }),
    );
  });
  test('has a commitment of the node’s own that opens to the corrected values', async () => {
    const e = await latest(m1(), 2);
    const C = commitDay({
      gridId: gridId(c.index.chainId),
      meterTag: meterTag(m1()),
      day: first + 2,
      importStartWh: e.import_start_wh,
      exportStartWh: e.export_start_wh,
      importWh: e.import_wh,
      exportWh: e.export_wh,
      blinding: Uint8Array.from(e.blinding),
    });
    expect(e.commitment).toBe(String(C));
    const [{ blinding: u }] = await c.sql`select blinding from books.link where meter = ${m1()} and day = ${first + 3}`;
    expect(e.link_close).toBe(String(linkCommitment(meterTag(m1()), e.import_end_wh, e.export_end_wh, BigInt(u))));
  });
  test('of disputed days is corrected as disputed', async () => {
    await say(m2(), first + 4, { importStartWh: 7n }); // an impossible register, honestly committed to
    await newDay(4, [m2()]);
    expect((await latest(m2(), 4)).source).toBe('disputed');
    await newDay(5);
    await late(3);
    await late(4);
    expect((await entries(m2(), 4)).map(({ version, source }) => [version, source])).toEqual([
      [1, 'disputed'],
      [2, 'disputed'],
    ]);
    expect(await openLinks(m2(), 5)).toEqual([]);
    expect((await versions(4))[1].book.meters.map(({ meter }) => meter)).toEqual([m2()]);
    await expectBalances(5);
  });
});

describe('a late statement that does not fit', () => {
  test('the metered day after it is disputed, and the day is telescoped instead', async () => {
    await newDay(6, [m3()]);
    await newDay(7);
    await say(m3(), first + 6, { importWh: Array(96).fill(1) });
    await late(5);
    await late(6);
    expect(await c.sql`select reason from chain.dispute where meter = ${m3()} and day = ${first + 6}`).toEqual([
      { reason: 'registers-jump' },
    ]);
    expect((await entries(m3(), 6)).map(({ version, source }) => [version, source])).toEqual([
      [1, 'substitute'],
      [2, 'disputed'],
    ]);
    expect(await openLinks(m3(), 7)).toEqual([]);
  });
});

describe('a run that nothing follows', () => {
  test('stays as version 1 has it, registers and all, however long it is', async () => {
    await newDay(8, [m0()]);
    await newDay(9, [m0()]);
    await say(m0(), first + 8);
    await late(7);
    await late(8);
    await late(9);
    expect((await latest(m0(), 8)).source).toBe('metered');
    expect(await openLinks(m0(), 9)).toEqual([9]);
    await c.index.commit({ unixS: (first + 9) * 86_400 + 3_888_000 });
    await settle();
    expect((await entries(m0(), 9)).map(({ version }) => version)).toEqual([1]);
    await expectBalances(9);
  });
  test('and telescopes when the meter comes back after all', async () => {
    await newDay(10);
    await settle();
    expect(await openLinks(m0(), 10)).toEqual([]);
    expect((await entries(m0(), 9)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await latest(m0(), 9)).import_end_wh).toBe(closing(measured(m0(), first + 9)).importStartWh);
    await expectBalances(10);
  });
  test('books of other days that copied a day stay as they were, though it was corrected since', async () => {
    const [copy] = await entries(m0(), 9);
    expect(copy.import_wh).toEqual((await entries(m0(), 2))[0].import_wh); // the same weekday a week before
    expect(await daysToCorrect(c.sql)).toEqual([]);
  });
});

describe('late statements and runs of one day', () => {
  test('come in order: version 2 bills what was signed late, by whomever; the run follows when nothing is left to be judged', async () => {
    await newDay(11, [m1(), m2()]);
    await newDay(12, [m1()]);
    await newDay(13);
    await say(m2(), first + 11);
    await late(10);
    await late(11);
    expect((await versions(11)).map(({ book }) => book.meters.length)).toEqual([4, 1]);
    expect((await versions(12)).map(({ version }) => version)).toEqual([1]); // its late roster is not frozen: the run waits, all of it
    await late(12);
    const made = [await versions(11), await versions(12)].map((day) =>
      day.slice(1).map(({ book }) => book.meters.map(({ meter, source }) => [meter, source])),
    );
    expect(made).toEqual([[[[m2(), 'metered']], [[m1(), 'substitute']]], [[[m1(), 'substitute']]]]);
    expect(await openLinks(m1(), 13)).toEqual([]);
  });
  test('a day of a run that would stay as it is is corrected with the others, or the run were at two kinds of prices', async () => {
    for (const n of [14, 15]) measuredDays.set(`${m3()}/${first + n}`, quietDay(m3(), n));
    await newDay(14, [m3()]);
    await newDay(15, [m3()]);
    await newDay(16);
    await late(13);
    await late(14);
    await late(15);
    for (const n of [14, 15]) expect((await entries(m3(), n)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await latest(m3(), 15)).import_wh).toEqual(Array(96).fill(0));
  });
});

/** A day on which the meter measured nothing. */
const quietDay = (meter: string, n: number): Statement => ({
  ...measured(meter, first + n),
  importWh: Array(96).fill(0),
  exportWh: Array(96).fill(0),
});

describe('the bundle of a corrected day', () => {
  const folder = `days/${dayToDate(first + 1)}`;
  test('holds every version with its proofs', async () => {
    await c.index.evidence(first, first + 1);
    const files = Object.keys((await bundleOfDays(c.sql, [first + 1]))!).filter((path) => path.startsWith(folder));
    expect(files).toEqual(
      expect.arrayContaining(['', '.v2', '.v3'].flatMap((v) => [`${folder}/book${v}.json`, `${folder}/proofs${v}.json`])),
    );
  });
  test('is not given while the chain shows a version that is not released yet, of that day or the one before it', async () => {
    await c.index.anchor(first + 1, 4, Buffer.alloc(32, 1));
    expect(await bundleOfDays(c.sql, [first + 1])).not.toBeNull(); // its proofs do not show it
    await c.index.evidence(first, first + 1, first + 2);
    expect(await bundleOfDays(c.sql, [first + 1])).toBeNull();
    expect(await bundleOfDays(c.sql, [first + 2])).toBeNull();
    await c.index.sql`delete from chain.anchor where version = 4`;
    expect(await bundleOfDays(c.sql, [first + 1, first + 2])).not.toBeNull();
  });
});

describe('the bundle of a day in the middle of a corrected run', () => {
  const daysOf = async (n: number) => {
    await c.index.evidence(...Array.from({ length: n + 1 }, (_, i) => first + i));
    const files = Object.keys((await bundleOfDays(c.sql, [first + n]))!);
    return [...new Set(files.flatMap((path) => /^days\/([^/]+)\//.exec(path)?.[1] ?? []))].sort();
  };
  test('has the days before it that are of the run, and the day before these', async () =>
    expect(await daysOf(15)).toEqual([13, 14, 15].map((n) => dayToDate(first + n))));
  test('has no more where a run begins with the day, or ends before it', async () => {
    expect(await daysOf(14)).toEqual([13, 14].map((n) => dayToDate(first + n)));
    expect(await daysOf(16)).toEqual([15, 16].map((n) => dayToDate(first + n)));
  });
  test('and of a run that an earlier audit left open: all its days once it has an end, and none before', async () => {
    const seen = { firstDay: first, lastDay: first + 15, nextSeq: 1_000, open: [] };
    const shown = async (meter: string, lastDay: number) => {
      const since = { ...seen, runs: [{ meter, firstDay: first + 14, lastDay }] };
      const files = Object.keys((await bundleOfDays(c.sql, [first + 16], since))!);
      return [...new Set(files.flatMap((path) => /^days\/([^/]+)\//.exec(path)?.[1] ?? []))].sort();
    };
    expect(await shown(m3(), first + 15)).toEqual([13, 14, 15, 16].map((n) => dayToDate(first + n)));
    expect(await shown(m3(), first + 16)).toEqual([15, 16].map((n) => dayToDate(first + n)));
  });
});

describe('a correction’s draft', () => {
  test('made eight times at once is one book; taken back it has new masks over the same readings', async () => {
    await newDay(17, [m2()]);
    await newDay(18);
    await say(m2(), first + 17);
    await late(16);
    await c.index.freeze(first + 17, { late: true });
    await c.openAll();
    const drafted = await Promise.all(Array.from({ length: 8 }, () => draftCorrections(options())));
    expect(drafted.reduce((a, b) => a + b, 0)).toBe(1);
    const [, before] = await entries(m2(), 17);
    expect(await redraftDay(c.sql, first + 17)).toEqual([first + 17]);
    expect(await c.sql`select state, book from books.day where day = ${first + 17} and version = 2`).toEqual([
      { state: 'frozen', book: null },
    ]);
    expect(await draftCorrections(options())).toBe(1);
    const [, after] = await entries(m2(), 17);
    for (const key of ['mask_k', 'mask_v', 'bill_blinding', 'masked_sum']) expect(after[key]).not.toBe(before[key]);
    for (const key of ['import_wh', 'amount_nel', 'commitment', 'link_open', 'link_close']) expect(after[key]).toEqual(before[key]);
  });
  test('is not taken back from the audit on', async () => {
    await pretendProofs(c.sql);
    while ((await c.sql`select state from books.day where day = ${first + 17} and version = 2`)[0].state !== 'audited')
      await advanceDays(options());
    await expect(redraftDay(c.sql, first + 17)).rejects.toMatchObject({
      code: 'not-redraftable',
      message: expect.stringContaining('version 2'),
    });
    await settle();
    expect((await versions(17)).map(({ state }) => state)).toEqual(['released', 'released']);
  });
  test('is refused by Postgres with totals, before the version before it is released, or for a meter without a bill', async () => {
    const refused = { code: '23001' };
    const columns = { state: 'frozen', roster_digest: Buffer.alloc(32), frozen_unix_s: 0 };
    await expect(c.sql`insert into books.day ${c.sql({ day: first + 18, version: 3, ...columns })}`).rejects.toMatchObject(refused);
    await expect(c.sql`insert into books.day ${c.sql({ day: first + 18, version: 2, ...columns, mask_sum: '1' })}`).rejects.toMatchObject({
      code: '23514',
    });
    await expect(
      c.sql.begin(async (tx) => {
        await tx`insert into books.day ${tx({ day: first + 18, version: 2, ...columns })}`;
        await tx`
          insert into books.entry select (jsonb_populate_record(e, '{"meter":"electra1new","version":2}')).*
          from books.entry e where day = ${first + 18} and version = 1 limit 1`;
      }),
    ).rejects.toMatchObject(refused);
    expect(await versions(18)).toHaveLength(1);
  });
});

describe('a late statement that does not fit, when its book is overdue', () => {
  test('is asked to be disputed no more, which the chain would refuse, and the others of the day are billed', async () => {
    await newDay(19, [m0(), m3()]);
    await newDay(20);
    await say(m0(), first + 19);
    await say(m3(), first + 19, { importWh: Array(96).fill(1) });
    await late(18);
    await c.index.freeze(first + 19, { late: true });
    const [{ unix_s: frozen }] = await c.sql`select unix_s from chain.roster where late and day = ${first + 19}`;
    await c.index.commit({ unixS: Number(frozen) + 172_801 });
    await settle();
    expect(await asked(19)).toEqual([{ attempts: 0, ended: true, error: expect.stringMatching(/lost \(registers-jump\)/) }]);
    expect(await c.sql`select from chain.dispute where day = ${first + 19}`).toHaveLength(0);
    expect((await sources(m0(), 19)).slice(0, 2)).toEqual(['1 substitute', '2 metered']);
  });
  test('and the run over it is corrected, as every run is', async () => {
    expect(await sources(m3(), 19)).toEqual(['1 substitute', '3 substitute']);
    expect(await openLinks(m3(), 20)).toEqual([]);
    expect(await daysToCorrect(c.sql)).toEqual([]);
  });
  test('nor is a dispute sent for ever that the chain did not take in time, and others’ runs over that day are closed too', async () => {
    await newDay(21, [m1(), m3()]);
    await newDay(22, [m1()]);
    await newDay(23);
    await say(m3(), first + 21, { importWh: Array(96).fill(1) });
    await late(20);
    await c.index.freeze(first + 21, { late: true });
    await c.openAll();
    await draftCorrections(options());
    const refused = { attempts: 9, error: 'meter 41: refused', sent_at: new Date() };
    await c.sql`update books.outbox set ${c.sql(refused)} where id = ${`dispute:${m3()}:${first + 21}`}`;
    await late(22); // a day later: its own late roster is frozen, and the dispute may still come
    expect(await sources(m1(), 22)).toEqual(['1 substitute']);
    expect(await asked(21)).toEqual([{ attempts: 9, ended: false, error: 'meter 41: refused' }]);
    const [{ unix_s: frozen }] = await c.sql`select unix_s from chain.roster where late and day = ${first + 21}`;
    await c.index.commit({ unixS: Number(frozen) + 172_801 });
    await settle();
    expect(await asked(21)).toEqual([{ attempts: 9, ended: true, error: expect.stringMatching(/lost/) }]);
    for (const [meter, n] of [
      [m1(), 21],
      [m1(), 22],
      [m3(), 21],
    ] as const)
      expect(await sources(meter, n)).toEqual(['1 substitute', '2 substitute']);
    expect([await openLinks(m1(), 23), await openLinks(m3(), 23)]).toEqual([[], []]);
  });
  const sources = async (meter: string, n: number) => (await entries(meter, n)).map(({ version, source }) => `${version} ${source}`);
  const asked = async (n: number) => [
    ...(await c.sql`select attempts, done_at is not null as ended, error from books.outbox where id like ${`dispute:%:${first + n}`}`),
  ];
});

describe('a run that begins with a meter’s service', () => {
  test('stays zero, at the registers and by the one commitment with which the first metered day begins', async () => {
    const of = await community(2);
    const [meter] = of.meters.map((one) => one.meter);
    const start = closing(someStatement(first, int));
    const signer = indexSigner(of.index);
    const work = async () => {
      for (let idle = 0; idle < 2; ) {
        await of.openAll();
        const all = { ...options(), sql: of.sql };
        const done = (await draftCorrections(all)) + (await advanceDays(all)) + (await pretendProofs(of.sql));
        idle = done + (await sendOutbox(of.sql, signer, quiet)) + (await settleOutbox(of.sql)) === 0 ? idle + 1 : 0;
      }
    };
    for (const at of [first, first + 1]) {
      const statement = someStatement(at, int, start);
      await of.index.statement(meter, at === first ? { statement, commitment: 1n } : { statement }); // it committed to something else
      await of.index.freeze(at);
      await work();
    }
    await of.index.freeze(first, { late: true });
    await work();
    const [one, two, ...more] = await of.sql`select * from books.entry where meter = ${meter} and day = ${first} order by version`;
    const [after] = await of.sql`select * from books.entry where meter = ${meter} and day = ${first + 1}`;
    expect([one.source, two.source, after.source, more.length]).toEqual(['disputed', 'disputed', 'metered', 0]);
    expect([two.import_start_wh, two.import_end_wh, two.amount_nel]).toEqual([start.importStartWh, start.importStartWh, one.amount_nel]);
    expect([two.link_open, two.link_close]).toEqual([after.link_open, after.link_open]);
    await of.stop();
  });
});
