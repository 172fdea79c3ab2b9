import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  amountOf,
  bookHashOf,
  copiedOf,
  exportOf,
  importOf,
  NAMES,
  numberOf,
  pricesOf,
  proofOf,
  READ_BLINDING,
  READ_WH,
} from '../../../test/kit/api/community.ts';
import type { Answer, Connection, TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { dayToDate } from '../../protocol/values/time.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const date = (day: number) => dayToDate(day);
const nodes = (connection: Connection) => connection.edges.map((edge) => edge.node);

describe('own meters', () => {
  test('a member sees theirs and no other', async () => {
    const query = '{ member { address name meters { edges { node { address firstDay lastDay maxWhPerSlot validator } } } } }';
    const { data } = await api.ask('alice', query);
    expect(data.member).toMatchObject({ address: people.alice.address, name: NAMES.alice });
    expect(nodes(data.member.meters)).toEqual(
      [meters.alice1, meters.alice2].sort().map((address) => ({
        address,
        firstDay: date(api.days.first),
        lastDay: null,
        maxWhPerSlot: 20000,
        validator: address === meters.alice1,
      })),
    );
    expect(nodes((await api.ask('bob', query)).data.member.meters).map((m) => m.address)).toEqual([meters.bob1]);
  });
  test('the newest report gives the registers', async () => {
    const { data } = await api.ask(
      'bob',
      '{ member { meters { edges { node { lastReport { day slot at importRegisterWh exportRegisterWh powerW provisional } } } } } }',
    );
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    expect(nodes(data.member.meters)[0].lastReport).toEqual({
      day: date(api.days.fourth),
      slot: 95,
      at: `${date(api.days.fourth + 1)}T00:00:00.000Z`,
      powerW: -96,
      provisional: false,
      importRegisterWh: String(10_000_000 + sum(importOf(meters.bob1, api.days.fourth))),
      exportRegisterWh: String(20_000_000 + sum(exportOf(meters.bob1, api.days.fourth))),
    });
  });
  test('a disputed day is named with its reason, and nobody else’s', async () => {
    const query = '{ member { meters { edges { node { disputedDays { day reason } } } } } }';
    const bob = await api.ask('bob', query);
    expect(nodes(bob.data.member.meters)).toEqual([{ disputedDays: [{ day: date(api.days.second), reason: 'commitment-mismatch' }] }]);
    const alice = await api.ask('alice', query);
    expect(nodes(alice.data.member.meters)).toEqual([{ disputedDays: [] }, { disputedDays: [] }]);
  });
  test('what was read of a meter’s registers is shown with what opens it, where the chain holds it', async () => {
    const query =
      '{ member { meters { edges { node { serviceDay finalReading { day importWh exportWh blinding link height objectedHeight } } } } } }';
    const bob = await api.ask('bob', query);
    const link = String(BigInt(`0x${'01'.repeat(32)}`));
    const registers = { importWh: String(READ_WH), exportWh: String(READ_WH + 1n), blinding: READ_BLINDING };
    expect(nodes(bob.data.member.meters)).toEqual([
      {
        serviceDay: date(api.days.first),
        finalReading: { day: date(api.days.second), ...registers, link, height: 4610, objectedHeight: 4611 },
      },
    ]);
    const alice = await api.ask('alice', query);
    expect(nodes(alice.data.member.meters).map((meter) => meter.finalReading)).toEqual([null, null]);
  });
  test('stretches of days without a statement are named until they are closed, and nobody else’s', async () => {
    const query = '{ member { meters { edges { node { address runs { meter firstDay lastDay follows why dueAt } } } } } }';
    const second = date(api.days.second);
    const run = { firstDay: second, lastDay: second, follows: 'NOTHING', why: `nothing follows ${second}` };
    const dueAt = new Date((api.days.second * 86_400 + 3_888_000) * 1000).toISOString();
    const bob = await api.ask('bob', query);
    expect(nodes(bob.data.member.meters)).toEqual([{ address: meters.bob1, runs: [{ meter: meters.bob1, ...run, dueAt }] }]);
    const alice = nodes((await api.ask('alice', query)).data.member.meters);
    expect(alice.flatMap(({ runs }) => runs)).toEqual([{ meter: meters.alice2, ...run, dueAt }]);
    const all = await api.ask('operator', '{ operation { runs(first: 1) { edges { node { meter } cursor } pageInfo { hasNextPage } } } }');
    const { edges, pageInfo } = all.data.operation.runs;
    expect(pageInfo.hasNextPage).toBe(true);
    const more = await api.ask('operator', 'query ($after: String) { operation { runs(after: $after) { edges { node { meter } } } } }', {
      after: edges[0].cursor,
    });
    expect([edges[0].node.meter, ...nodes(more.data.operation.runs).map(({ meter }) => meter)].sort()).toEqual(
      [meters.alice2, meters.bob1].sort(),
    );
  });
  test("another member's meter is not found, exactly like one that does not exist", async () => {
    const query = 'query ($m: String!) { member { meter(address: $m) { address } } }';
    const foreign = await api.ask('bob', query, { m: meters.alice1 });
    const none = await api.ask('bob', query, { m: people.stranger.address });
    expect(foreign.errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(foreign.text).toEqual(none.text);
  });
});

describe('intervals', () => {
  const query = `query ($m: String!, $from: Date!, $to: Date!, $first: Int, $after: String) { member { meter(address: $m) {
    intervals(from: $from, to: $to, first: $first, after: $after) {
      edges { node { day slot startsAt importWh exportWh provisional } } pageInfo { hasNextPage endCursor } } } } }`;
  test('come from the statement where there is one, and are final', async () => {
    const { data } = await api.ask('alice', query, { m: meters.alice1, from: date(api.days.first), to: date(api.days.first) });
    const found = nodes(data.member.meter.intervals);
    expect(found.map((i) => i.importWh)).toEqual(importOf(meters.alice1, api.days.first));
    expect(found.map((i) => i.exportWh)).toEqual(exportOf(meters.alice1, api.days.first));
    expect(found.every((i) => i.provisional === false && i.day === date(api.days.first))).toBe(true);
    expect(found[5]).toMatchObject({ slot: 5, startsAt: `${date(api.days.first)}T01:15:00.000Z` });
  });
  test('come from two reports in a row before that, and are provisional; around a lost report nothing is guessed', async () => {
    const { data } = await api.ask('alice', query, { m: meters.alice1, from: date(api.days.fourth), to: date(api.days.fourth) });
    const found = nodes(data.member.meter.intervals);
    expect(found.map((i) => i.slot)).toEqual(Array.from({ length: 96 }, (_, i) => i).filter((i) => i !== 50 && i !== 51));
    expect(found.every((i) => i.provisional)).toBe(true);
    for (const i of found) expect(i.importWh).toBe(importOf(meters.alice1, api.days.fourth)[i.slot]);
  });
  test('a refused statement is not shown as if it were true', async () => {
    const { data } = await api.ask('bob', query, { m: meters.bob1, from: date(api.days.second), to: date(api.days.second) });
    expect(nodes(data.member.meter.intervals)).toEqual([]);
  });
  test('continue from page to page without a gap or a repetition', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data }: Answer = await api.ask('alice', query, {
        m: meters.alice1,
        from: date(api.days.first),
        to: date(api.days.third),
        first: 37,
        after,
      });
      const page = data.member.meter.intervals;
      seen.push(...nodes(page).map(({ day, slot }) => `${day} ${slot}`));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toHaveLength(3 * 96);
    expect(new Set(seen).size).toBe(3 * 96);
  });
  test.each([
    ['a range of 93 days', { to: 92 }, 'to'],
    ['a range that runs backwards', { to: -1 }, 'to'],
    ['a page of 101', { first: 101 }, 'first'],
    ['a page of 0', { first: 0 }, 'first'],
    ['a cursor of another list', { after: 'eA' }, 'after'],
  ])('%s is refused', async (_name, { to = 0, ...rest }: { to?: number; first?: number; after?: string }, field) => {
    const { errors } = await api.ask('alice', query, {
      m: meters.alice1,
      from: date(api.days.first),
      to: date(api.days.first + to),
      ...rest,
    });
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field } });
  });
  test.each(['2026-02-30', '26-01-01', 'yesterday', ''])('the date "%s" is refused with the name of the variable', async (from) => {
    const { errors } = await api.ask('alice', query, { m: meters.alice1, from, to: date(api.days.first) });
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining('YYYY-MM-DD'),
      extensions: { code: 'BAD_USER_INPUT', field: 'from' },
    });
  });
});

describe('bills', () => {
  const fields = `day version status source superseded amountNel feeNel importWh exportWh bookHash anchorHeight
    releasedAt noBillOpen meter { address } lines { slot startsAt importWh exportWh buyNelPerWh sellNelPerWh amountNel }
    opening { amountNel s } entry { C K B L0 L1 S } proof { a b c }`;
  const one = `query ($d: Date!, $m: String!, $v: Int) { member { bill(day: $d, meter: $m, version: $v) { ${fields} } } }`;
  const ask = async (who: 'alice' | 'bob', day: number, m: string, v: number | null = 1) =>
    (await api.ask(who, one, { d: date(day), m, v })).data.member.bill;

  test('a released bill shows its lines, its opening, its public entry and its proof', async () => {
    const day = api.days.first;
    const bill = await ask('bob', day, meters.bob1);
    const n = (kind: number) => numberOf(kind, meters.bob1, day);
    expect(bill).toMatchObject({
      status: 'RELEASED',
      source: 'METERED',
      superseded: false,
      amountNel: String(amountOf(meters.bob1, day)),
      feeNel: '250000000',
      anchorHeight: 4800,
      noBillOpen: false,
      bookHash: bookHashOf(day).toString('hex'),
      opening: { amountNel: String(amountOf(meters.bob1, day)), s: n(1) },
      entry: { C: n(4), K: n(5), B: n(6), L0: n(7), L1: n(8), S: n(9) },
    });
    const { a, b, c } = proofOf(meters.bob1, day);
    expect(bill.proof).toEqual({ a, b: b.flat(), c });
  });
  test('of a day without a statement says which day it copies, with the proof; where there is none, that it is zero', async () => {
    const copiedBy = async (who: 'alice' | 'bob', meter: string) => {
      const { data } = await api.ask(
        who,
        `{ member { bill(day: "${dayToDate(api.days.second)}", meter: "${meter}") { copied { day from proof { a b c } } } } }`,
      );
      return data.member.bill.copied;
    };
    const { second } = api.days;
    const { a, b, c } = proofOf(meters.alice2, second + 1000);
    const from = copiedOf(meters.alice2, second);
    expect(await copiedBy('alice', meters.alice2)).toEqual({ day: dayToDate(second - 1), from, proof: { a, b: b.flat(), c } });
    expect(await copiedBy('bob', meters.bob1)).toMatchObject({ day: null, from: '0' });
    expect(await copiedBy('alice', meters.alice1)).toBeNull();
  });
  test('the 96 lines and the fee sum to the amount', async () => {
    const bill = await ask('alice', api.days.second, meters.alice1);
    expect(bill.lines).toHaveLength(96);
    const sum = bill.lines.reduce((total: bigint, line: { amountNel: string }) => total + BigInt(line.amountNel), BigInt(bill.feeNel));
    expect(String(sum)).toBe(bill.amountNel);
    expect(bill.lines[7]).toMatchObject({
      slot: 7,
      startsAt: `${date(api.days.second)}T01:45:00.000Z`,
      importWh: importOf(meters.alice1, api.days.second)[7],
      buyNelPerWh: pricesOf(api.days.second).buyNelPerWh[7],
    });
    expect(bill.noBillOpen).toBe(true);
  });
  test('source and correction are said', async () => {
    expect(await ask('alice', api.days.second, meters.alice2)).toMatchObject({ source: 'SUBSTITUTE' });
    expect(await ask('bob', api.days.second, meters.bob1)).toMatchObject({ source: 'DISPUTED' });
    expect(await ask('alice', api.days.first, meters.alice1, 1)).toMatchObject({ superseded: true, version: 1 });
    expect(await ask('alice', api.days.first, meters.alice1, null)).toMatchObject({ superseded: false, version: 2 }); // unasked, the latest
    expect(await ask('alice', api.days.first, meters.alice1, 2)).toMatchObject({
      superseded: false,
      version: 2,
      amountNel: String(amountOf(meters.alice1, api.days.first, 2)),
      feeNel: '250000000',
    });
  });
  test('a bill that is not released shows that it is on its way, and nothing of what is in it', async () => {
    expect(await ask('alice', api.days.third, meters.alice1)).toEqual({
      day: date(api.days.third),
      version: 1,
      status: 'PROVEN',
      source: 'METERED',
      superseded: false,
      amountNel: null,
      feeNel: null,
      importWh: null,
      exportWh: null,
      bookHash: null,
      anchorHeight: null,
      releasedAt: null,
      noBillOpen: false,
      meter: { address: meters.alice1 },
      lines: null,
      opening: null,
      entry: null,
      proof: null,
    });
  });
  test("another member's bill is not there", async () => {
    expect(await ask('bob', api.days.first, meters.alice1)).toBeNull();
    const { errors } = await api.ask('bob', 'query ($m: String) { member { bills(meter: $m) { edges { cursor } } } }', {
      m: meters.alice1,
    });
    expect(errors[0]).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  });
  test('the list runs from the newest day, by pages, by range and by meter', async () => {
    const query = `query ($after: String, $meter: String, $from: Date, $first: Int) { member {
        bills(first: $first, after: $after, meter: $meter, from: $from) {
          edges { node { day version meter { address } } } pageInfo { hasNextPage endCursor } } } }`;
    const all = nodes((await api.ask('alice', query)).data.member.bills);
    expect(all).toHaveLength(7);
    expect(all.map((b) => `${b.day} ${b.version} ${b.meter.address}`)).toEqual(
      all
        .map((b) => `${b.day} ${b.version} ${b.meter.address}`)
        .sort()
        .reverse(),
    );
    const paged: unknown[] = [];
    let after: string | undefined;
    for (let more = true; more; ) {
      const page = (await api.ask('alice', query, { first: 3, after })).data.member.bills;
      paged.push(...nodes(page));
      [more, after] = [page.pageInfo.hasNextPage, page.pageInfo.endCursor];
    }
    expect(paged).toEqual(all);
    expect(nodes((await api.ask('alice', query, { meter: meters.alice2, from: date(api.days.second) })).data.member.bills)).toHaveLength(2);
    const { data } = await api.ask(
      'alice',
      `{ member { meter(address: "${meters.alice2}") { bills { edges { node { meter { address } } } } } } }`,
    );
    expect(nodes(data.member.meter.bills).map((b) => b.meter.address)).toEqual([meters.alice2, meters.alice2, meters.alice2]);
  });
});

describe('account', () => {
  test('postings sum to the balance', async () => {
    const { data } = await api.ask(
      'alice',
      '{ member { balanceNel statement { edges { node { day version journal amountNel balanceNel } } } } }',
    );
    const found = nodes(data.member.statement);
    expect(found.map((p) => p.journal)).toEqual([`day:${api.days.first}:1`, `day:${api.days.second}:1`, `day:${api.days.first}:2`]);
    expect(found.at(-1).balanceNel).toBe(data.member.balanceNel);
    expect(String(found.reduce((sum, p) => sum + BigInt(p.amountNel), 0n))).toBe(data.member.balanceNel);
    const expected = [meters.alice1, meters.alice2]
      .flatMap((m) => [amountOf(m, api.days.first), amountOf(m, api.days.second)])
      .reduce((a, b) => a + b, 1n);
    expect(data.member.balanceNel).toBe(String(expected));
  });
  test('a range leaves the balance of each posting as it was', async () => {
    const { data } = await api.ask(
      'bob',
      'query ($d: Date) { member { statement(from: $d) { edges { node { day balanceNel } } } balanceNel } }',
      { d: date(api.days.second) },
    );
    expect(nodes(data.member.statement)).toEqual([{ day: date(api.days.second), balanceNel: data.member.balanceNel }]);
  });
});

describe('public prices', () => {
  test('are there for a released day, without signing in', async () => {
    const { data } = await api.ask(
      null,
      'query ($d: Date!) { priceDay(day: $d) { day retailNelPerWh feedInNelPerWh buyNelPerWh sellNelPerWh feePerDayNel } }',
      { d: date(api.days.first) },
    );
    const { feePerDayNel, ...prices } = pricesOf(api.days.first);
    expect(data.priceDay).toEqual({ day: date(api.days.first), ...prices, feePerDayNel: String(feePerDayNel) });
  });
  test('are not there before the release, not even to members', async () => {
    for (const who of [null, 'alice', 'auditor', 'operator'] as const) {
      const { data } = await api.ask(who, 'query ($d: Date!) { priceDay(day: $d) { day } priceDays { edges { node { day } } } }', {
        d: date(api.days.third),
      });
      expect(data.priceDay).toBeNull();
      expect(nodes(data.priceDays)).toEqual([{ day: date(api.days.second) }, { day: date(api.days.first) }]);
    }
  });
});

describe('ids', () => {
  test('an id finds its thing again, for whoever may see it', async () => {
    const { data } = await api.ask(
      'alice',
      `{ member { meters(first: 1) { edges { node { id } } } bills(first: 1) { edges { node { id } } }
        statement(first: 1) { edges { node { id } } } } priceDays(first: 1) { edges { node { id } } } }`,
    );
    const ids = [data.member.meters, data.member.bills, data.member.statement, data.priceDays].map((c) => nodes(c)[0].id);
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    for (const [i, type] of ['Meter', 'Bill', 'Posting', 'PriceDay'].entries()) {
      expect((await api.ask('alice', query, { id: ids[i] })).data.node).toEqual({ __typename: type, id: ids[i] });
      for (const who of [null, 'bob', 'auditor', 'operator'] as const) {
        expect((await api.ask(who, query, { id: ids[i] })).data.node, `${type} as ${who}`).toEqual(
          type === 'PriceDay' ? { __typename: type, id: ids[i] } : null,
        );
      }
    }
  });
  test.each(['', 'x', 'TWV0ZXI', 'TWV0ZXI=', Buffer.from('Secret:1').toString('base64url'), 'a'.repeat(300)])(
    'the id "%s" is refused',
    async (id) => {
      const { errors } = await api.ask('alice', 'query ($id: ID!) { node(id: $id) { id } }', { id });
      if (id === 'TWV0ZXI')
        expect(errors).toEqual([]); // `Meter` without a key: of the form, but nothing
      else expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field: 'id' } });
    },
  );
});
