/** The files that a member checks bills with: exact, complete, and nobody else's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountOf, blindingOf, CHAIN_ID, exportOf, importOf, invoiceOf, numberOf } from '../../../test/kit/api/community.ts';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import type { Person } from '../../../test/kit/api/people.ts';
import { meters, people } from '../../../test/kit/api/people.ts';
import { parseOpenings, parseSignedInvoice } from '../../protocol/invoice/invoice.ts';
import { parseMeterExport } from '../../protocol/meter/meter-export.ts';
import { dayToDate } from '../../protocol/values/time.ts';

let api: TestApi;
let range: string;
let month: string;
beforeAll(async () => {
  api = await startTestApi();
  range = `from=${dayToDate(api.days.first)}&to=${dayToDate(api.days.fourth)}`;
  month = dayToDate(api.days.first).slice(0, 7);
});
afterAll(() => api.stop());

async function get(who: Person | null, path: string) {
  const response = await api.fetch(path, who === null ? {} : { headers: { authorization: `Bearer ${await api.token(who)}` } });
  return { status: response.status, text: await response.text(), disposition: response.headers.get('content-disposition') };
}

describe('a member downloads', () => {
  test('the openings of released bills, of a corrected one the newest only', async () => {
    const { status, text, disposition } = await get('alice', `/export/openings.json?${range}`);
    expect([status, disposition]).toEqual([200, 'attachment; filename="openings.json"']);
    const { chainId, member, openings } = parseOpenings(text);
    expect({ chainId, member }).toEqual({ chainId: CHAIN_ID, member: people.alice.address });
    const { first, second } = api.days;
    expect(openings.map((o) => [o.day, o.meter, o.version]).sort()).toEqual(
      [
        [first, meters.alice1, 2],
        [first, meters.alice2, 1],
        [second, meters.alice1, 1],
        [second, meters.alice2, 1],
      ].sort(),
    );
    for (const o of openings)
      expect([o.amountNel, o.s]).toEqual([amountOf(o.meter, o.day, o.version), BigInt(numberOf(1, o.meter, o.day, o.version))]);
  });
  test('the signed invoice of a month, byte for byte', async () => {
    const { status, text } = await get('bob', `/export/invoice.json?month=${month}`);
    expect([status, text]).toEqual([200, invoiceOf(api.days, 'bob')]);
    expect(parseSignedInvoice(text).invoice.member).toBe(people.bob.address);
    expect((await api.ask('bob', `{ member { invoice(month: "${month}") { text revision } } }`)).data.member.invoice).toEqual({
      text,
      revision: 1,
    });
  });
  test('what its meter stated, as the meter exports it itself: registers, quarter-hours and what blinds them', async () => {
    const { status, text, disposition } = await get('alice', `/export/statements.json?${range}&meter=${meters.alice1}`);
    expect([status, disposition]).toEqual([200, 'attachment; filename="statements.json"']);
    const { first, second, third } = api.days;
    expect(parseMeterExport(text)).toEqual({
      chainId: CHAIN_ID,
      meter: meters.alice1,
      days: [first, second, third].map((day) => ({
        day,
        importStartWh: 1000n,
        exportStartWh: 2000n,
        importWh: importOf(meters.alice1, day),
        exportWh: exportOf(meters.alice1, day),
        blinding: Uint8Array.from(blindingOf(meters.alice1)),
        flags: 0,
      })),
    });
  });
  test('statements of its only meter without naming it, and without the days that could not be opened', async () => {
    const file = parseMeterExport((await get('bob', `/export/statements.json?${range}`)).text);
    expect(file.meter).toBe(meters.bob1);
    expect(file.days.map(({ day }) => day)).toEqual([api.days.first, api.days.third]);
  });
  test('no other member’s: not a number of it is in either file', async () => {
    for (const path of [`/export/openings.json?${range}`, `/export/invoice.json?month=${month}`]) {
      const { text } = await get('alice', path);
      expect(text).not.toContain(meters.bob1);
      for (const day of [api.days.first, api.days.second])
        for (const secret of [numberOf(1, meters.bob1, day), String(amountOf(meters.bob1, day))]) expect(text).not.toContain(secret);
    }
  });
});

describe('refused is', () => {
  test.each<[Person | null, string, number]>([
    [null, 'openings.json?RANGE', 401],
    ['auditor', 'openings.json?RANGE', 403],
    ['operator', 'openings.json?RANGE', 403],
    [null, 'invoice.json?month=MONTH', 401],
    ['auditor', 'invoice.json?month=MONTH', 403],
    ['operator', 'invoice.json?month=MONTH', 403],
    ['alice', 'openings.json', 400],
    ['alice', 'openings.json?from=2026-01-02&to=2026-01-01', 400],
    ['alice', 'openings.json?RANGE&member=x', 400],
    ['alice', 'openings.json?from=2026-01-01&to=2027-06-01', 400],
    [null, 'statements.json?RANGE&meter=OWN', 401],
    ['auditor', 'statements.json?RANGE&meter=OWN', 403],
    ['operator', 'statements.json?RANGE&meter=OWN', 403],
    ['bob', 'statements.json?RANGE&meter=OWN', 404],
    ['alice', 'statements.json?RANGE', 400],
    ['alice', 'statements.json?meter=OWN', 400],
    ['alice', 'statements.json?from=2026-01-01&to=2027-06-01&meter=OWN', 400],
    ['alice', 'statements.json?RANGE&meter=OWN&blinding=x', 400],
    ['alice', 'invoice.json', 400],
    ['alice', 'invoice.json?month=2026-13', 400],
    ['alice', 'invoice.json?month=MONTH&member=x', 400],
    ['alice', 'invoice.json?month=2001-01', 404],
  ])('%s asking for %s: %i', async (who, path, status) => {
    expect((await get(who, `/export/${path.replace('RANGE', range).replace('MONTH', month).replace('OWN', meters.alice1)}`)).status).toBe(
      status,
    );
  });
});
