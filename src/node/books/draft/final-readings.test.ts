/**
 * Final readings in the books, on an index of hand-written rows: what may be read, and that a run which nothing follows is booked anew
 * between the last signed register and the one that was read. That an auditor accepts it: src/reader/audit/runs.test.ts, test/whole.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { builders, community, indexSigner, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import { fieldToBytes, linkCommitment, meterTag } from '../../../protocol/index.ts';
import type { Statement } from '../../../protocol/meter/statement.ts';
import { openRunsOf } from '../open-runs.ts';
import { sendOutbox, settleOutbox } from '../outbox.ts';
import { advanceDays, draftCorrections } from '../pipeline.ts';
import { noteFinalReading } from './final-readings.ts';

let c: Community;
const int = seededInts(11);
const first = 20_635;
const LAST = first + 3;
/** The meter whose service ends, and one that lives on. */
let gone: string;
let other: string;
/** Where the meter that goes away ended its last signed day. */
let signed: { importWh: bigint; exportWh: bigint };
let read: { importWh: bigint; exportWh: bigint };

const settleIn = async ({ sql, index, openAll }: Community) => {
  const all = { sql, builders, audit: passes, log: quiet };
  const signer = indexSigner(index);
  for (let idle = 0; idle < 2; ) {
    await openAll();
    const done = (await draftCorrections(all)) + (await advanceDays(all)) + (await pretendProofs(sql));
    idle = done + (await sendOutbox(sql, signer, quiet)) + (await settleOutbox(sql)) === 0 ? idle + 1 : 0;
  }
};
const settle = () => settleIn(c);
const entries = (meter: string, day: number) => c.sql`select * from books.entry where meter = ${meter} and day = ${day} order by version`;

beforeAll(async () => {
  c = await community(2);
  [gone, other] = c.meters.map(({ meter }) => meter);
  const ends = new Map<string, Statement>();
  for (let day = first; day <= LAST + 1; day++) {
    for (const meter of [gone, other]) {
      if (meter === gone && day > first) continue; // silent from its second day on
      const before = ends.get(meter);
      const statement = someStatement(day, int, before ? closing(before) : { importStartWh: 5_000n, exportStartWh: 0n });
      ends.set(meter, statement);
      await c.index.statement(meter, { statement });
    }
    await c.index.freeze(day, { without: day > LAST ? [gone] : [] });
    await settle();
  }
  const end = closing(ends.get(gone)!);
  signed = { importWh: end.importStartWh, exportWh: end.exportStartWh };
  read = { importWh: signed.importWh + 1_234n, exportWh: signed.exportWh + 7n };
});
afterAll(() => c.stop());

const refused = (registers: { importWh: bigint; exportWh: bigint }, meter = gone) =>
  noteFinalReading(c.sql, meter, registers).then(
    () => 'noted',
    ({ code }) => code,
  );

describe('a reading', () => {
  test('is refused of a meter that nobody enrolled, or that is not retired', async () => {
    expect(await refused(read, 'electra1nobody')).toBe('unknown-meter');
    expect(await refused(read)).toBe('not-retired');
    await c.index.retire(gone, LAST);
    await c.index.retire(other, LAST + 1);
  });
  test('is refused of a meter that has signed its last day', async () => {
    expect(await refused(read, other)).toBe('last-day-signed');
  });
  test('is refused below the last signed register, above what the connection can carry, and outside of any register', async () => {
    expect(await refused({ ...read, importWh: signed.importWh - 1n })).toBe('out-of-reach');
    expect(await refused({ ...read, exportWh: signed.exportWh + 3n * 96n * 20_000n + 1n })).toBe('out-of-reach');
    expect(await refused({ ...read, exportWh: signed.exportWh + 3n * 96n * 20_000n })).toBe('noted');
    expect(await refused({ ...read, importWh: 1n << 56n })).toBe('out-of-range');
  });
  test('names no register where it refuses one', async () => {
    await expect(noteFinalReading(c.sql, gone, { ...read, importWh: 0n })).rejects.toThrow(
      /^importWh: expected what the register[^0-9]+2026-07-01[^0-9]+$/,
    );
  });
  test('is written down with what opens it, by the blinding of the midnight after the last day', async () => {
    const { day, link } = await noteFinalReading(c.sql, gone, read);
    const [{ blinding }] = await c.sql`select blinding from books.link where meter = ${gone} and day = ${LAST + 1}`;
    expect(day).toBe(LAST);
    expect(link).toEqual(fieldToBytes(linkCommitment(meterTag(gone), read.importWh, read.exportWh, BigInt(blinding))));
    const rows = await c.sql`select import_wh, export_wh, blinding from books.final_reading where link = ${Buffer.from(link)}`;
    expect([...rows]).toEqual([{ import_wh: read.importWh, export_wh: read.exportWh, blinding }]);
    expect(await noteFinalReading(c.sql, gone, read)).toMatchObject({ link });
  });
});

describe('a run at the end of the service', () => {
  test('is named with the day by which it has to be closed', async () => {
    const [run, ...more] = await openRunsOf(c.sql);
    expect(run).toMatchObject({ meter: gone, firstDay: first + 1, lastDay: LAST, follows: 'service-end' });
    expect([run.dueUnixS, run.name, run.why, more]).toEqual([
      (LAST + 1) * 86_400 + 3_888_000,
      'rural-001',
      'nothing follows 2026-07-04',
      [],
    ]);
  });
  test('is not booked anew by a reading that the chain does not hold', async () => {
    for (let day = first; day <= LAST + 1; day++) await c.index.freeze(day, { late: true, without: day > LAST ? [gone] : [] });
    await settle();
    expect((await entries(gone, LAST)).map(({ version }) => version)).toEqual([1]);
  });
  test('is booked anew, all of it, between the last signed register and the reading that the chain holds', async () => {
    const { link } = await noteFinalReading(c.sql, gone, read);
    await c.index.finalReading(gone, link);
    await settle();
    const days = [];
    for (let day = first + 1; day <= LAST; day++) days.push(await entries(gone, day));
    expect(days.map((versions) => versions.map(({ version, source }) => [version, source]))).toEqual(
      days.map(() => [
        [1, 'substitute'],
        [2, 'substitute'],
      ]),
    );
    const booked = days.map((versions) => versions[1]);
    expect([booked[0].import_start_wh, booked[0].export_start_wh]).toEqual([signed.importWh, signed.exportWh]);
    expect([booked.at(-1)!.import_end_wh, booked.at(-1)!.export_end_wh]).toEqual([read.importWh, read.exportWh]);
    expect(booked.at(-1)!.link_close).toBe(String(BigInt(`0x${Buffer.from(link).toString('hex')}`)));
    for (const [i, day] of booked.entries()) if (i > 0) expect(day.link_open).toBe(booked[i - 1].link_close);
  });
  test('is booked anew once', async () => {
    await settle();
    expect(await openRunsOf(c.sql)).toEqual([]);
    expect((await entries(gone, LAST)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await entries(other, LAST)).map(({ version }) => version)).toEqual([1]);
  });
});

describe('a late statement before a final reading', () => {
  let d: Community;
  const end = first + 2;
  /** Both meters are silent from the second day on, and say late what they used on it; the chain has their final readings by then. */
  const [fits, jumps] = [0, 1];
  beforeAll(async () => {
    d = await community(2);
    const names = d.meters.map(({ meter }) => meter);
    const one = (day: number, from: { importStartWh: bigint; exportStartWh: bigint }, wh: number): Statement => ({
      ...someStatement(day, int, from),
      importWh: Array(96).fill(wh),
      exportWh: Array(96).fill(0),
    });
    const begun = one(first, { importStartWh: 5_000n, exportStartWh: 0n }, 10);
    const late = one(first + 1, closing(begun), 10);
    const known = closing(late);
    for (const meter of names) await d.index.statement(meter, { statement: begun });
    for (let day = first; day <= end; day++) await d.index.freeze(day);
    await settleIn(d);
    for (const meter of names) {
      await d.index.retire(meter, end);
      await d.index.statement(meter, { statement: late });
    }
    for (let day = first; day <= end; day++) await d.index.freeze(day, { late: true });
    for (const [i, meter] of names.entries()) {
      const importWh = known.importStartWh - (i === jumps ? 1n : 0n);
      await d.index.finalReading(meter, (await noteFinalReading(d.sql, meter, { importWh, exportWh: 0n })).link);
    }
    await settleIn(d);
  });
  afterAll(() => d.stop());
  const sourcesOf = async (which: number, day: number) => {
    const rows =
      await d.sql`select version, source from books.entry where meter = ${d.meters[which].meter} and day = ${day} order by version`;
    return rows.map(({ version, source }) => `${version} ${source}`);
  };
  test('is billed where the registers can have gone on to it', async () => {
    expect(await sourcesOf(fits, first + 1)).toEqual(['1 substitute', '2 metered']);
  });
  test('is disputed where they cannot, and the day is booked between the registers', async () => {
    expect([...(await d.sql`select meter, day, reason from chain.dispute`)]).toEqual([
      { meter: d.meters[jumps].meter, day: first + 1, reason: 'registers-jump' },
    ]);
    expect((await sourcesOf(jumps, first + 1)).at(-1)).toMatch(/^[23] disputed$/);
    expect(await openRunsOf(d.sql)).toEqual([]);
  });
});
