import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountOf, exportOf, importOf, pricesOf } from '../../../test/kit/api/community.ts';
import type { TestApi } from '../../../test/kit/api/harness.ts';
import { startTestApi } from '../../../test/kit/api/harness.ts';
import { meters } from '../../../test/kit/api/people.ts';
import { sharesOf } from '../../protocol/day/shares.ts';
import { dayToDate } from '../../protocol/values/time.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const FIELDS =
  'day meters importWh exportWh quarterHours provisional status source corrected amountNel feeNel outsideNel localImportWh soldInsideWh';
const sum = (values: readonly number[]): bigint => values.reduce((a, b) => a + BigInt(b), 0n);
const ask = async (who: 'alice' | 'bob', args: string) =>
  (await api.ask(who, `{ member { days(${args}) { ${FIELDS} } } }`)) as never as {
    data: { member: { days: Record<string, unknown>[] } };
    errors: { extensions: Record<string, unknown> }[];
  };
const range = (from: number, to: number) => `from: "${dayToDate(from)}", to: "${dayToDate(to)}"`;

describe("a member's days", () => {
  test('sum the bills of all own meters, the newest version of each, once the day is released', async () => {
    const { first } = api.days;
    const { data } = await ask('alice', range(first, first));
    const own = [meters.alice1, meters.alice2];
    const shares = own.map((meter) => sharesOf({ importWh: importOf(meter, first), exportWh: exportOf(meter, first) }, pricesOf(first)));
    expect(data.member.days).toEqual([
      {
        day: dayToDate(first),
        meters: 2,
        importWh: String(own.reduce((all, meter) => all + sum(importOf(meter, first)), 0n)),
        exportWh: String(own.reduce((all, meter) => all + sum(exportOf(meter, first)), 0n)),
        quarterHours: 192,
        provisional: false,
        status: 'RELEASED',
        source: 'METERED',
        corrected: true,
        amountNel: String(amountOf(meters.alice1, first, 2) + amountOf(meters.alice2, first)),
        feeNel: String(2n * pricesOf(first).feePerDayNel),
        outsideNel: String(shares.reduce((all, { outsideNel }) => all + outsideNel, 0n)),
        localImportWh: String(shares.reduce((all, { localImportWh }) => all + localImportWh!, 0n)),
        soldInsideWh: String(shares.reduce((all, { soldInsideWh }) => all + soldInsideWh!, 0n)),
      },
    ]);
  });

  test('say of a day on its way how far it is, and no amount', async () => {
    const { third } = api.days;
    const { data } = await ask('alice', range(third, third));
    expect(data.member.days[0]).toMatchObject({ status: 'PROVEN', amountNel: null, feeNel: null, outsideNel: null, localImportWh: null });
  });

  test('have what the meters said of a day that is not frozen', async () => {
    const { fourth } = api.days;
    const { data } = await ask('bob', range(fourth, fourth));
    expect(data.member.days[0]).toMatchObject({ status: null, source: null, provisional: true, amountNel: null });
  });

  test('name the least good source of their bills', async () => {
    const { second } = api.days;
    expect((await ask('alice', range(second, second))).data.member.days[0].source).toBe('SUBSTITUTE');
    expect((await ask('bob', range(second, second))).data.member.days[0].source).toBe('DISPUTED');
  });

  test('may be of one own meter, and of no other', async () => {
    const { first } = api.days;
    const own = await ask('alice', `meter: "${meters.alice2}", ${range(first, first)}`);
    expect(own.data.member.days[0]).toMatchObject({ meters: 1, amountNel: String(amountOf(meters.alice2, first)), corrected: false });
    const foreign = await ask('alice', `meter: "${meters.bob1}", ${range(first, first)}`);
    expect(foreign.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  test('are left out before the first meter’s service, and refused beyond 92', async () => {
    const { first } = api.days;
    expect((await ask('alice', range(first - 3, first - 1))).data.member.days).toEqual([]);
    expect((await ask('alice', range(first - 100, first))).errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'to' });
  });
});
