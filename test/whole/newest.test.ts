/**
 * Which version of a meter's day counts, for everybody who asks, while a correction is drafted and not yet released: what members are told
 * and charged goes by the released version, what the next draft continues goes by the newest.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBills } from '../../src/node/api/rows/bills.ts';
import { composeInvoice, membersBilled } from '../../src/node/books/money/invoice.ts';
import { balances } from '../../src/node/books/money/ledger.ts';
import { reportOfDay } from '../../src/node/books/money/report.ts';
import { sendOutbox, settleOutbox } from '../../src/node/books/outbox.ts';
import { advanceDays, draftCorrections } from '../../src/node/books/pipeline.ts';
import type { Sql } from '../../src/node/db/index.ts';
import { connect } from '../../src/node/db/index.ts';
import type { Statement } from '../../src/protocol/meter/statement.ts';
import type { Community } from '../kit/books/community.ts';
import { builders, community, indexSigner, passes, pretendProofs, quiet } from '../kit/books/community.ts';
import { closing, seededInts, someStatement } from '../kit/books/index-rows.ts';

const first = 20_635; // 2026-07-01
const corrected = first + 1;
const int = seededInts(31);
let c: Community;
let api: Sql;

const options = () => ({ sql: c.sql, builders, audit: passes, keys: {}, log: quiet });
const draft = async () => {
  await c.openAll();
  while ((await draftCorrections(options())) + (await advanceDays(options())) > 0);
};
async function release() {
  const signer = indexSigner(c.index);
  for (let idle = 0; idle < 2; ) {
    await c.openAll();
    const done =
      (await advanceDays(options())) +
      (await pretendProofs(c.sql)) +
      (await sendOutbox(c.sql, signer, quiet)) +
      (await settleOutbox(c.sql));
    idle = done === 0 ? idle + 1 : 0;
  }
}
const silent = () => c.meters[0];
const say = (n: number, statement: Statement) => c.index.statement(silent().meter, { statement: { ...statement, day: first + n } });
const entry = async (day: number, version: number) =>
  (await c.sql`select * from books.entry where day = ${day} and version = ${version} and meter = ${silent().meter}`)[0];
const stateOf = async (version: number) =>
  (await c.sql`select state from books.day where day = ${corrected} and version = ${version}`)[0]?.state;

/** What the API shows the member, as electra_api and with the viewer set as the API sets it. */
const billsSeen = () =>
  api.begin(async (tx) => {
    await tx`select set_config('electra.viewer', ${silent().member}, true)`;
    const transaction = { viewer: null, query: (build: (sql: Sql) => PromiseLike<object[]>) => build(tx as unknown as Sql) };
    const bills = await readBills(transaction as never, silent().member, { from: corrected, to: corrected, limit: 10 });
    return bills.map(({ version, state, superseded, amount_nel: amountNel }) => ({ version, state, superseded, amountNel }));
  });
const invoiced = async () =>
  (await composeInvoice(c.sql, { member: silent().member, month: '2026-07', operator: 'operator' }))!.lines
    .filter(({ day }) => day === corrected)
    .map(({ version, amountNel }) => ({ version, amountNel: String(amountNel) }));
const reported = async () => (await reportOfDay(c.sql, corrected))!.members.find(({ meter }) => meter === silent().meter)!;
const owed = async () => (await balances(c.sql, `member:${silent().member}`)).get(`member:${silent().member}`)!;
const countsIn = async (view: string) =>
  (await c.sql`select version from ${c.sql(view)} where day = ${corrected} and meter = ${silent().meter}`).map((row) => row.version);

beforeAll(async () => {
  c = await community(2);
  api = connect({ url: c.apiUrl, max: 1, application: 'test' });
  const statements = new Map<string, Statement>();
  const next = (meter: string, day: number) => {
    const before = statements.get(meter);
    const statement = someStatement(day, int, before ? closing(before) : { importStartWh: 1_000n, exportStartWh: 50n });
    statements.set(meter, statement);
    return statement;
  };
  for (const { meter } of c.meters) await c.index.statement(meter, { statement: next(meter, first) });
  await c.index.freeze(first);
  await release();
  await c.index.statement(c.meters[1].meter, { statement: next(c.meters[1].meter, corrected) });
  await c.index.freeze(corrected);
  await release();
  await say(1, next(silent().meter, corrected)); // late
  await c.index.freeze(corrected, { late: true });
  await draft();
  expect([await stateOf(1), await stateOf(2)]).toEqual(['released', 'drafted']);
  expect((await entry(corrected, 2)).amount_nel).not.toBe((await entry(corrected, 1)).amount_nel);
});
afterAll(async () => {
  await api.end();
  await c.stop();
});

describe('while a correction is drafted and not released', () => {
  test('the newest version and the newest released one are two', async () => {
    expect(await countsIn('books.latest_entry')).toEqual([2]);
    expect(await countsIn('books.released_entry')).toEqual([1]);
    expect(await countsIn('books.unmetered_entry')).toEqual([]); // booked as metered by now
  });
  test('the member’s bill is the released one, and nothing supersedes it', async () => {
    expect(await billsSeen()).toEqual([
      { version: 2, state: 'drafted', superseded: false, amountNel: null },
      { version: 1, state: 'released', superseded: false, amountNel: (await entry(corrected, 1)).amount_nel },
    ]);
  });
  test('an invoice, the report and the ledger know nothing of it', async () => {
    const { amount_nel: amountNel } = await entry(corrected, 1);
    expect(await invoiced()).toEqual([{ version: 1, amountNel }]);
    expect(await membersBilled(c.sql, '2026-07')).toHaveLength(2);
    expect(await reported()).toMatchObject({ source: 'substitute', amountNel });
    expect(await reported()).not.toHaveProperty('history');
    expect(await owed()).toBe(BigInt((await entry(first, 1)).amount_nel) + BigInt(amountNel));
  });
  test('the API may not read the newest at all', async () => {
    await expect(api`select day from books.latest_entry`).rejects.toMatchObject({ code: '42501' });
    expect(await api`select day from books.released_entry`).toEqual([]); // nobody is signed in: row-level security holds behind the view
  });
  test('the next day’s draft continues it: its link meets the drafted registers, not the released ones', async () => {
    await c.index.statement(c.meters[1].meter, { statement: someStatement(first + 2, int, closing(await said(c.meters[1].meter))) });
    await c.index.freeze(first + 2);
    await draft();
    const [one, two, after] = [await entry(corrected, 1), await entry(corrected, 2), await entry(first + 2, 1)];
    expect(after.source).toBe('substitute');
    expect(after.link_open).toBe(two.link_close);
    expect(after.import_start_wh).toBe(two.import_end_wh);
    expect(after.link_open).not.toBe(one.link_close);
  });
});

/** The statement of the corrected day, as opened. */
async function said(meter: string): Promise<Statement> {
  const [row] = await c.sql`select * from books.statement where meter = ${meter} and day = ${corrected}`;
  return {
    day: corrected,
    importStartWh: row.import_start_wh,
    exportStartWh: row.export_start_wh,
    importWh: row.import_wh,
    exportWh: row.export_wh,
    blinding: row.blinding,
    flags: row.flags,
  };
}

describe('once it is released', () => {
  beforeAll(async () => {
    await release();
    expect(await stateOf(2)).toBe('released');
  });
  test('both are one', async () => {
    expect(await countsIn('books.latest_entry')).toEqual([2]);
    expect(await countsIn('books.released_entry')).toEqual([2]);
  });
  test('bills, invoice, report and ledger go by it', async () => {
    const [one, two] = [await entry(corrected, 1), await entry(corrected, 2)];
    expect(await billsSeen()).toEqual([
      { version: 2, state: 'released', superseded: false, amountNel: two.amount_nel },
      { version: 1, state: 'released', superseded: true, amountNel: one.amount_nel },
    ]);
    expect(await invoiced()).toEqual([{ version: 2, amountNel: two.amount_nel }]);
    expect(await reported()).toMatchObject({
      source: 'metered',
      amountNel: two.amount_nel,
      version: 2,
      history: [{ version: 1, source: 'substitute', amountNel: one.amount_nel }],
    });
    const amounts = [await entry(first, 1), two, await entry(first + 2, 1)].map((row) => BigInt(row.amount_nel));
    expect(await owed()).toBe(amounts.reduce((a, b) => a + b, 0n));
  });
});
