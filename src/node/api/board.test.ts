/** The operator's board: what of meters, power and days it says, and that nobody else is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookHashOf, invoiceOf, NAMES } from '../../../test/kit/api/community.ts';
import { startTestApi, type TestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';
import { connect } from '../db/index.ts';

let api: TestApi;
/** The quarter-hour that is over. */
const slot = Math.floor(Date.now() / 900_000) - 1;
beforeAll(async () => {
  api = await startTestApi();
  const books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
  await books`insert into books.report (meter, slot, status, import_register_wh, export_register_wh, power_w, flags, height)
    values (${meters.alice1}, ${slot}, 'opened', 31000001, 32000002, 5, 0, 4950)`;
  await books.end();
});
afterAll(() => api.stop());

const asked = async (fields: string, variables: Record<string, unknown> = {}, head = '') => {
  const { data, errors } = await api.ask('operator', `query ${head} { operation { ${fields} } }`, variables);
  expect(errors).toEqual([]);
  return data.operation;
};

test('meters come with their member’s name and the end of the quarter-hour that they last reported; who is silent is named', async () => {
  const { edges } = (await asked('meters { edges { node { address member name lastReportAt silent validator } } }')).meters;
  const of = Object.fromEntries(edges.map(({ node }: { node: { address: string } }) => [node.address, node]));
  expect(of[meters.alice1]).toMatchObject({ name: NAMES.alice, member: people.alice.address, silent: false, validator: true });
  expect(Date.parse(of[meters.alice1].lastReportAt)).toBe((slot + 1) * 900_000);
  const [midnightMs, chainMs] = [(api.days.fourth + 1) * 86_400_000, Date.now() - 2_000];
  expect(of[meters.bob1]).toMatchObject({ name: NAMES.bob, silent: chainMs - midnightMs > 7_200_000, validator: false });
});

test('of the power it says how much is heard of and how much is needed, and of whoever waits for power nothing', async () => {
  expect((await asked('power { validators reporting needed }')).power).toEqual({ validators: 1, reporting: 1, needed: 1 });
});

test('a month says of each meter and day how it stands', async () => {
  const { first, second, third, fourth } = api.days;
  const stateOf = async (meter: string, day: number): Promise<string> => {
    const month = dayToDate(day).slice(0, 7);
    const { completeness } = await asked('completeness(month: $month) { edges { node { meter days } } }', { month }, '($month: String!)');
    return completeness.edges.find((edge: { node: { meter: string } }) => edge.node.meter === meter).node.days[
      Number(dayToDate(day).slice(8)) - 1
    ];
  };
  expect(await stateOf(meters.alice1, first)).toBe('METERED');
  expect(await stateOf(meters.alice2, second)).toBe('LATE');
  expect(await stateOf(meters.bob1, second)).toBe('DISPUTED');
  expect(await stateOf(meters.bob1, third)).toBe('METERED');
  expect(await stateOf(meters.alice1, fourth)).toBe('SIGNED');
  expect(await stateOf(meters.bob1, fourth)).toBe('MISSING');
  expect(await stateOf(meters.bob1, fourth + 1)).toBe('AHEAD');
  const { errors } = await api.ask('operator', '{ operation { completeness(month: "2026-13") { edges { cursor } } } }');
  expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'month' });
});

test('a missing statement says until when the day cannot freeze, and one whose day is frozen does not', async () => {
  const { second, fourth } = api.days;
  const { missingStatements } = await asked(
    'missingStatements(from: $from, to: $to) { edges { node { day meter frozen freezesAt } } }',
    { from: dayToDate(second), to: dayToDate(fourth) },
    '($from: Date!, $to: Date!)',
  );
  const freezesAt = new Date((fourth + 1) * 86_400_000 + 21_600_000).toISOString();
  expect(missingStatements.edges.map(({ node }: { node: object }) => node)).toEqual([
    { day: dayToDate(fourth), meter: meters.bob1, frozen: false, freezesAt },
    { day: dayToDate(second), meter: meters.alice2, frozen: true, freezesAt: null },
  ]);
});

test('the newest tariff comes first, the sealing key is the one in force, and days that copy others are listed', async () => {
  const { first, second, fourth } = api.days;
  const { tariffs, sealingKey, unmeteredDays, slotPricesUntil } = await asked(
    'tariffs { edges { node { fromDay } } } sealingKey { epoch } unmeteredDays { edges { node { day meter source } } } slotPricesUntil',
  );
  expect(tariffs.edges.map(({ node }: { node: { fromDay: string } }) => node.fromDay)).toEqual([dayToDate(fourth), dayToDate(first)]);
  expect(sealingKey).toEqual({ epoch: 1 });
  const unmetered = unmeteredDays.edges.map(({ node }: { node: object }) => node);
  expect(unmetered).toHaveLength(2);
  expect(unmetered).toContainEqual({ day: dayToDate(second), meter: meters.alice2, source: 'SUBSTITUTE' });
  expect(unmetered).toContainEqual({ day: dayToDate(second), meter: meters.bob1, source: 'DISPUTED' });
  expect(slotPricesUntil).toBe(new Date((fourth * 96 + 41) * 900_000).toISOString());
});

/** Who has released bills in a month, and what was issued of them; never an amount. */
const invoicing = async (month: string): Promise<Record<string, unknown>> => {
  const fields = 'invoicing(month: $month) { edges { node { member bills revision issuedAt changed } } }';
  const { edges } = (await asked(fields, { month }, '($month: String!)')).invoicing;
  return Object.fromEntries(edges.map(({ node: { member, ...rest } }: { node: { member: string } }) => [member, rest]));
};

test('a month’s invoices: how many bills, what was issued, and what was released or corrected since', async () => {
  const { first, second } = api.days;
  const month = dayToDate(first).slice(0, 7);
  const same = dayToDate(second).slice(0, 7) === month; // the days are yesterday’s and before: a month may begin between them
  // alice's first day was corrected after her invoice; both days after the first were released after both invoices
  const issued = { revision: 1, issuedAt: expect.any(String) };
  expect(await invoicing(month)).toEqual({
    [people.alice.address]: { ...issued, bills: same ? 4 : 2, changed: same ? 3 : 1 },
    [people.bob.address]: { ...issued, bills: same ? 2 : 1, changed: same ? 1 : 0 },
  });
  expect(await invoicing('2020-02')).toEqual({});
  const { errors } = await api.ask('operator', '{ operation { invoicing(month: "2026-13") { edges { cursor } } } }');
  expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'month' });
});

test('a revision that holds the corrections leaves nothing to do', async () => {
  const { first, second } = api.days;
  const signed = JSON.parse(invoiceOf(api.days, 'alice'));
  const [one] = signed.invoice.lines;
  const line = (day: number, meter: string, version = 1) => ({
    ...one,
    day: String(day),
    meter,
    version: String(version),
    bookHash: bookHashOf(day, version).toString('hex'),
  });
  const lines = [line(first, meters.alice1, 2), line(first, meters.alice2), line(second, meters.alice1), line(second, meters.alice2)];
  const month = dayToDate(first).slice(0, 7);
  const text = JSON.stringify({
    ...signed,
    invoice: { ...signed.invoice, lines: lines.filter(({ day }) => dayToDate(Number(day)).startsWith(month)) },
  });
  const books = connect({ url: api.db.urls.books, max: 1, application: 'test' });
  await books`insert into books.invoice (member, month, revision, invoice, total_nel)
    values (${people.alice.address}, ${month}, 2, ${text}, 0)`;
  await books.end();
  expect((await invoicing(month))[people.alice.address]).toMatchObject({ revision: 2, changed: 0 });
});

test('nobody but the operator is told; what was not issued has no revision', async () => {
  const sql = connect({ url: api.db.urls.api, max: 1, application: 'test' });
  const { first, fourth } = api.days;
  const seenBy = (viewer: string): Promise<number> =>
    sql.begin(async (tx) => {
      await tx`select set_config('electra.viewer', ${viewer}, true)`;
      return (await tx`select * from access.invoicing(${dayToDate(first).slice(0, 7)}, ${first}, ${fourth})`).length;
    });
  expect(await seenBy(people.operator.address)).toBe(2);
  const ofNone = await sql.begin(async (tx) => {
    await tx`select set_config('electra.viewer', ${people.operator.address}, true)`;
    return tx`select bills, revision, changed from access.invoicing('2020-01', ${first}, ${fourth}) order by bills`;
  });
  expect([...ofNone]).toEqual([
    { bills: 2, revision: null, changed: 0 },
    { bills: 4, revision: null, changed: 0 },
  ]);
  for (const viewer of ['', people.alice.address, people.auditor.address, people.stranger.address]) expect(await seenBy(viewer)).toBe(0);
  await sql.end();
});

test.each(['access.member_name', 'access.report_time', 'access.meter_day', 'access.signed_in'])(
  '%s is seen by the operator and by nobody else',
  async (view) => {
    const sql = connect({ url: api.db.urls.api, max: 1, application: 'test' });
    const seenBy = (viewer: string): Promise<number> =>
      sql.begin(async (tx) => {
        await tx`select set_config('electra.viewer', ${viewer}, true)`;
        return (await tx.unsafe(`select * from ${view}`)).length;
      });
    expect(await seenBy(people.operator.address)).toBeGreaterThan(0);
    for (const viewer of ['', people.alice.address, people.auditor.address, people.stranger.address]) expect(await seenBy(viewer)).toBe(0);
    await sql.end();
  },
);
