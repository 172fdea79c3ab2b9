/**
 * Exceptions as real communities have them, on one real chain whose clock runs fast: seven days of five meters, and nearly every day
 * something else goes wrong. Member's bill, ledger and the audit of the exported bundle have to agree on each.
 *
 *   day 0   all is well; later a member says that it got no bill, and takes that back
 *   day 1   one meter is silent for good (a substitute, a run of one day that is corrected at the day's means), one states late (billed in
 *           version 2)
 *   day 2   all is well: the run is closed; the sealing key changes in the middle of these days
 *   day 3   a box that nobody can open (disputed before the book, a run that is corrected)
 *   day 4   a slot above the maximum (disputed), the last day of that meter; another tariff from here on
 *   day 5   its replacement, for the same member, is enrolled and late: it is not in service, and what it says is refused
 *   day 6   the replacement's service begins with its first statement; the last day of all
 */

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphql, signInWithKey } from '../../src/node/api/client.ts';
import { makeApi, runApi } from '../../src/node/api/index.ts';
import { bundleOfDays, type DayReport, type Seen, stretchesOf } from '../../src/node/books/index.ts';
import { connect } from '../../src/node/db/index.ts';
import { billAmount, compareAddresses, dayToDate, meanPrices, parseBook, parseProofs } from '../../src/protocol/index.ts';
import { encodeResume, parseResume, readZip } from '../../src/reader/index.ts';
import { sinceQuery } from '../../web/src/audit/since.ts';
import { message, testAccount } from '../kit/chain.ts';
import { electra, scratch } from '../kit/electra.ts';
import type { Behaviour, FleetMeter } from '../kit/fleet.ts';
import { Grid } from '../kit/grid.ts';

interface SeenMember {
  balanceNel: string;
  bill: object;
  bills: { edges: { node: object }[] };
  statement: { edges: { node: object }[] };
}

const FIRST = 20_700;
const LAST = 6;
const TICK = 1_000;
const MAX_WH = 5_000;
const date = (n: number): string => dayToDate(FIRST + n);
const PLAN: Record<string, Behaviour> = {
  '1/1': 'silent',
  '2/1': 'late',
  '3/3': 'undecryptable',
  '4/4': 'above-max',
  '5/5': 'late',
};
const BEFORE_SERVICE = 32; // the chain's ErrBeforeService
const FLAT = { retailNelPerWh: 400_000, feedInNelPerWh: 100_000, feePerDayNel: 300_000_000n };

let grid: Grid;
let meters: FleetMeter[];
let replacement: FleetMeter;
const cli = async (...args: string[]) => {
  const result = await electra(...args, '--json', '--data', grid.data.dir);
  return { ...result, json: result.code === 0 ? JSON.parse(result.out) : undefined };
};
const sources = async (n: number, version = 1) =>
  Object.fromEntries(
    (await grid.sql`select meter, source from books.entry where day = ${FIRST + n} and version = ${version}`).map(({ meter, source }) => [
      meter,
      source,
    ]),
  );
const address = (i: number) => meters[i].account.address;

beforeAll(async () => {
  grid = await Grid.start({
    rate: 14_400,
    firstDay: FIRST,
    lastDay: FIRST + LAST,
    lightMeters: 4,
    maxWhPerSlot: MAX_WH,
    timeoutCommit: '150ms',
    params: {
      graceS: 172_800,
      graceBlocks: 2,
      lateS: 172_800,
      keyOverlapS: 86_400,
      anchorDueS: 400 * 86_400,
      linkDueS: 800 * 86_400,
      validatorDelayS: 400 * 86_400,
    },
    plan: (meter, day) => PLAN[`${grid?.fleet.meters.indexOf(meter)}/${day - FIRST}`] ?? 'honest',
  });
  meters = [...grid.fleet.meters];
  // Announced ahead, as the chain demands: the tariff, the last days, the replacement.
  meters[4].lastDay = FIRST + 4;
  replacement = { account: testAccount(), member: meters[4].member, firstDay: FIRST + 5, lastDay: FIRST + LAST, maxWhPerSlot: MAX_WH };
  const tariff = await cli(
    'tariff',
    'set',
    '--from',
    date(4),
    '--retail',
    String(FLAT.retailNelPerWh),
    '--feed-in',
    String(FLAT.feedInNelPerWh),
    '--fee',
    String(FLAT.feePerDayNel),
  );
  expect(tariff, tariff.err).toMatchObject({ code: 0 });
  await grid.operator('RetireMeter', { meter: address(4), lastDay: FIRST + 4 });
  await grid.operator('EnrolMeter', {
    meter: replacement.account.address,
    member: replacement.member.address,
    firstDay: FIRST + 5,
    maxWhPerSlot: MAX_WH,
    consensusKey: '',
  });
  for (const meter of [...meters.slice(0, 4), replacement])
    await grid.operator('RetireMeter', { meter: meter.account.address, lastDay: FIRST + LAST });
  grid.fleet.meters.push(replacement);
}, 120_000);
afterAll(() => grid?.stop());

describe('a key rotation in the middle', () => {
  test('lets meters seal to the new key from then on', async () => {
    await grid.until('day 2 has begun', async () => (await grid.today()) >= FIRST + 2);
    const rotated = await cli('key', 'rotate');
    expect(rotated, rotated.err).toMatchObject({ code: 0, json: { epoch: 2 } });
    grid.fleet.key = { epoch: 2, publicKey: Buffer.from(rotated.json.publicKey, 'hex') };
  }, 600_000);

  test('and keeps the old key until the chain no longer takes it and all its boxes are opened; then it may be destroyed', async () => {
    const newest = await cli('key', 'destroy', '2', '--yes');
    expect([newest.code, newest.err]).toEqual([1, expect.stringContaining('newest on the chain')]);
    await grid.until('the overlap is over', async () => {
      const [{ since }] = await grid.sql<{ since: bigint }[]>`select effective_unix_s as since from chain.node_key where epoch = 2`;
      return (await grid.now()) > Number(since) + 1.5 * 86_400;
    });
    const asked = await cli('key', 'destroy', '1');
    expect([asked.code, asked.err]).toEqual([1, expect.stringContaining('--yes')]);
    const done = await cli('key', 'destroy', '1', '--yes');
    expect(done, done.err).toMatchObject({ code: 0, json: { epoch: 1 } });
    const epochs = await grid.sql`select distinct key_epoch from chain.sealed_statement order by 1`;
    expect(epochs.map((row) => row.key_epoch)).toEqual([1, 2]);
  }, 600_000);
});

/** Version 1 of a day's book, and the book of another version. */
const bookOf = async (n: number, version = 1) =>
  parseBook((await grid.sql`select book from books.day where day = ${FIRST + n} and version = ${version}`)[0].book);

describe('the days as they were first booked', () => {
  beforeAll(() => grid.released(LAST), 600_000);
  const all = (but: Record<number, string> = {}) =>
    Object.fromEntries(meters.map((meter, i) => [meter.account.address, but[i] ?? 'metered']));

  test('say which meter was silent, late, unreadable or out of bounds', async () => {
    expect(await sources(0)).toEqual(all());
    expect(await sources(1)).toEqual(all({ 1: 'substitute', 2: 'substitute' }));
    expect(await sources(2)).toEqual(all());
    expect(await sources(3)).toEqual(all({ 3: 'disputed' }));
    expect(await sources(4)).toEqual(all({ 4: 'disputed' }));
  });

  test('were disputed on the chain before their books were anchored, and cannot be afterwards', async () => {
    const disputes = await grid.sql`
      select d.meter, d.day, d.reason, d.height < a.height as before_the_book
      from chain.dispute d join chain.anchor a using (day) where a.version = 1 order by d.day`;
    expect(disputes).toEqual([
      { meter: address(3), day: FIRST + 3, reason: 'not-decryptable', before_the_book: true },
      { meter: address(4), day: FIRST + 4, reason: 'above-max-wh', before_the_book: true },
    ]);
    const { code, err } = await cli('dispute', address(0), date(0), '--reason', 'the member wishes it');
    expect([code, err]).toEqual([1, expect.stringMatching(/the book that bills the commitment is anchored/)]);
  });

  test('copy, where nothing was stated or nothing can be read, the day that the rosters name', async () => {
    for (const [n, i, from] of [
      [1, 1, 0],
      [1, 2, 0],
      [3, 3, 2],
      [4, 4, 3],
    ]) {
      const [one] = await grid.entries(meters[i], n);
      expect([n, i, one.import_wh]).toEqual([n, i, grid.fleet.measured(meters[i], FIRST + from).importWh]);
      const entry = (await bookOf(n)).meters.find(({ meter }) => meter === address(i))!;
      expect(entry.copied).toEqual({ fromDay: FIRST + from, from: grid.fleet.commitment(meters[i], FIRST + from) });
    }
  });

  test('prove each copy, and copies alone', async () => {
    const files = await grid.bundle(0, 1, 2, 3, 4);
    const proven = (n: number) => parseProofs(files[`days/${date(n)}/proofs.json`]).substitutes.map(({ meter }) => meter);
    expect([0, 1, 2, 3, 4].map(proven)).toEqual([[], [address(1), address(2)].sort(compareAddresses), [], [address(3)], [address(4)]]);
  });

  test('are in the bundle that anybody gets from the API, which may read no more than is public', async () => {
    const sql = connect({ url: grid.databaseUrls.api, max: 1, application: 'bundles test' });
    type Asked = [readonly number[], Seen | null, number];
    const bundles = {
      files: (...asked: Asked) => bundleOfDays(sql, ...asked),
      stretches: (days: readonly number[]) => stretchesOf(sql, days),
    };
    const api = makeApi({ databaseUrl: grid.databaseUrls.api, log: pino({ level: 'silent' }), bundles });
    const get = (name: string) => Promise.resolve(api.yoga.fetch(`http://localhost/bundle/${name}`));
    const answer = await get(`${date(0)}..${date(4)}.zip`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const files = Object.fromEntries(readZip(new Uint8Array(await answer.arrayBuffer())));
    const own = await grid.bundle(0, 1, 2, 3, 4);
    expect(Object.keys(files)).toEqual(Object.keys(own).sort());
    expect((await grid.judge(files)).exitCode).toBe((await grid.judge(own)).exitCode);
    // Who goes on from an earlier audit is shown again what it left open, as by the operator's own export.
    const since = parseResume(encodeResume((await grid.audit(0, 1, 2)).resume!));
    const goneOn = await get(`${date(3)}..${date(4)}.zip${sinceQuery(encodeResume(since))}`);
    const shown = Object.fromEntries(readZip(new Uint8Array(await goneOn.arrayBuffer())));
    const verdict = await grid.judge(shown, since);
    expect([verdict.checks.filter(({ status }) => status === 'unreadable'), verdict.exitCode]).toEqual([[], 3]);
    for (const [name, status] of [
      [`${dayToDate(FIRST - 9)}.zip`, 404],
      ['2026-02-30.zip', 400],
      [`${date(4)}..${date(0)}.zip`, 400],
    ] as const)
      expect([name, (await get(name)).status]).toEqual([name, status]);
    // a day before the first is missing; the rest is given by a range of its own
    const { error } = (await (await get(`${dayToDate(FIRST - 1)}..${date(4)}.zip`)).json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: 'NOT_FOUND', missing: [dayToDate(FIRST - 1)], ranges: [`${date(0)}..${date(4)}`] });
    await api.close();
    await sql.end();
  });

  test('have the replacement from its first statement on, where the retired meter ended, as a meter of its own', async () => {
    const { [address(4)]: retired, ...others } = await sources(5);
    expect([retired, others[replacement.account.address]]).toEqual([undefined, undefined]);
    expect(Object.keys(others)).toHaveLength(4);
    expect((await sources(6))[replacement.account.address]).toBe('metered');
    expect((await grid.entries(replacement, 6))[0].member).toBe(meters[4].member.address);
    expect(grid.fleet.refusal(replacement, FIRST + 5)).toBe(BEFORE_SERVICE);
  });

  test('are billed by the tariff of their day', async () => {
    const [before, after] = [await bookOf(3), await bookOf(4)];
    expect(before.tariff.retailNelPerWh[0]).not.toBe(FLAT.retailNelPerWh);
    expect(after.tariff).toMatchObject({
      feePerDayNel: FLAT.feePerDayNel,
      retailNelPerWh: Array(96).fill(FLAT.retailNelPerWh),
      feedInNelPerWh: Array(96).fill(FLAT.feedInNelPerWh),
    });
    expect(Math.max(...after.prices.buyNelPerWh)).toBeGreaterThan(Math.max(...before.prices.buyNelPerWh));
  });
});

describe('corrections', () => {
  beforeAll(async () => {
    await grid.released(1, 3);
    await grid.released(3, 2);
  }, 600_000);
  const versions = async (i: number, n: number) => (await grid.entries(meters[i], n)).map(({ version, source }) => [version, source]);
  /** What an entry comes to at prices. */
  const billed = async (i: number, n: number, prices: { buyNelPerWh: readonly number[]; sellNelPerWh: readonly number[] }) => {
    const { import_wh: importWh, export_wh: exportWh } = (await grid.entries(meters[i], n)).at(-1)!;
    return String(billAmount({ importWh, exportWh, prices, feePerDayNel: (await bookOf(n)).tariff.feePerDayNel }));
  };

  test('make the late statement a metered bill in version 2, by the values that the meter signed, at the day’s prices', async () => {
    expect(await versions(2, 1)).toEqual([
      [1, 'substitute'],
      [2, 'metered'],
    ]);
    const two = (await grid.entries(meters[2], 1)).at(-1)!;
    expect(two.import_wh).toEqual(grid.fleet.measured(meters[2], FIRST + 1).importWh);
    expect(two.commitment).toBe(String(grid.fleet.commitment(meters[2], FIRST + 1)));
    expect(two.amount_nel).toBe(await billed(2, 1, (await bookOf(1)).prices));
  });

  test.each([
    ['silent', 1, 1, 'substitute', 3],
    ['undecryptable', 3, 3, 'disputed', 2],
  ] as const)('bill the %s meter what its registers show, to the Wh, at the day’s means', async (_name, i, n, source, version) => {
    expect(await versions(i, n)).toEqual([
      [1, source],
      [version, source],
    ]);
    const [one, latest] = await grid.entries(meters[i], n);
    const [before, after] = [grid.fleet.measured(meters[i], FIRST + n), grid.fleet.measured(meters[i], FIRST + n + 1)];
    expect([latest.import_start_wh, latest.export_start_wh, latest.import_end_wh, latest.export_end_wh]).toEqual([
      before.importStartWh,
      before.exportStartWh,
      after.importStartWh,
      after.exportStartWh,
    ]);
    const { prices } = await bookOf(n);
    expect(latest.amount_nel).toBe(await billed(i, n, meanPrices(prices, TICK)));
    expect(latest.amount_nel).not.toBe(await billed(i, n, prices));
    expect(latest.amount_nel).not.toBe(one.amount_nel);
  });

  test('leave the last day of the retired meter, which nothing follows, as it is', async () =>
    expect(await versions(4, 4)).toEqual([[1, 'disputed']]));

  test('leave prices, totals and everybody else’s bill as they were', async () => {
    const [first, late, run] = [await bookOf(1), await bookOf(1, 2), await bookOf(1, 3)];
    for (const [correction, i] of [[late, 2] as const, [run, 1] as const]) {
      expect(correction).toMatchObject({ X: null, prices: first.prices, tariff: first.tariff });
      expect(correction.meters.map(({ meter }) => meter)).toEqual([address(i)]);
    }
    expect(await versions(0, 1)).toEqual([[1, 'metered']]);
  });
});

describe('at the end', () => {
  test('each member’s balance is the sum of its latest bills, and the ledger sums to zero', async () => {
    const accounts = await grid.accounts();
    expect(accounts).toHaveLength(5);
    for (const { balanceNel, billedNel } of accounts) expect(balanceNel).toBe(billedNel);
    const [{ sum }] = await grid.sql`select sum(amount_nel) from books.posting`;
    expect(sum).toBe('0');
  });

  test('doctor names the meter whose newest day is disputed, and where it says what to do', async () => {
    const findings = (await electra('doctor', '--json', '--data', grid.data.dir)).out;
    const disputed = (JSON.parse(findings) as { check: string; ok: boolean; detail: string }[]).find(
      ({ check }) => check === 'disputed meters',
    );
    expect(disputed).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^member-4: disputed 1 day running \(above-max-wh\) \(what to do: docs/),
    });
  }, 180_000);

  test('the member sees the corrected bill with its history, and what each version posted', async () => {
    const stop = new AbortController();
    const api = await runApi({
      databaseUrl: grid.databaseUrls.api,
      host: '127.0.0.1',
      port: 0,
      service: 'test',
      development: false,
      signal: stop.signal,
      log: pino({ level: 'silent' }),
    });
    try {
      const { member, account } = meters[2];
      const { token } = await signInWithKey({ url: api.url, privKey: member.privateKey });
      const { member: seen } = await graphql<{ member: SeenMember }>(
        { url: api.url },
        `query ($d: Date!, $m: String!) { member { balanceNel
          bill(day: $d, meter: $m) { version source superseded amountNel opening { amountNel s } }
          bills(from: $d, to: $d) { edges { node { version superseded source } } }
          statement(from: $d, to: $d) { edges { node { journal amountNel } } } } }`,
        { d: date(1), m: account.address },
        token,
      );
      const [one, two] = await grid.entries(meters[2], 1);
      expect(seen.bill).toMatchObject({
        version: 2,
        source: 'METERED',
        superseded: false,
        amountNel: two.amount_nel,
        opening: { amountNel: two.amount_nel, s: two.bill_blinding },
      });
      expect(seen.bills.edges.map(({ node }) => node)).toEqual([
        { version: 2, superseded: false, source: 'METERED' },
        { version: 1, superseded: true, source: 'SUBSTITUTE' },
      ]);
      expect(seen.statement.edges.map(({ node }) => node)).toEqual([
        { journal: `day:${FIRST + 1}:1`, amountNel: one.amount_nel },
        { journal: `day:${FIRST + 1}:2`, amountNel: String(BigInt(two.amount_nel) - BigInt(one.amount_nel)) },
      ]);
      expect(seen.balanceNel).toBe(String((await grid.accounts()).find((entry) => entry.member === member.address)!.balanceNel));
    } finally {
      stop.abort();
      await api.close();
    }
  });

  test('the report of the operator says the same', async () => {
    const { json } = await cli('report', date(1));
    const [one, two] = await grid.entries(meters[2], 1);
    expect((json as DayReport).members.find((m) => m.meter === address(2))).toMatchObject({
      source: 'metered',
      amountNel: two.amount_nel,
      version: 2,
      history: [{ version: 1, source: 'substitute', amountNel: one.amount_nel }],
    });
  });

  test('a stranger’s audit of all days passes, with the disputes that there were and a run open that ends a service', async () => {
    const verdict = await grid.audit(0, 1, 2, 3, 4, 5, 6);
    expect(verdict.checks.filter(({ status }) => status === 'failed' || status === 'unreadable')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 3, status: 'exceptions', counts: { substitutes: 1, disputes: 2, openRuns: 1, noBills: 0 } });
    expect(verdict.checks.filter(({ name, status }) => name === 'runs' && status === 'open').map(({ meter }) => meter)).toEqual([
      address(4),
    ]);
    expect(verdict.days).toEqual([0, 1, 2, 3, 4, 5, 6].map(date));
    expect(verdict.copies).toEqual([
      { day: date(1), meters: [address(1), address(2)].sort(compareAddresses) },
      { day: date(3), meters: [address(3)] },
      { day: date(4), meters: [address(4)] },
    ]);
  });

  test('days with substitutes and corrections alone pass without exceptions, once the day after the run is beside them', async () => {
    expect(await grid.audit(1, 2)).toMatchObject({ exitCode: 0, counts: { substitutes: 1, disputes: 0, openRuns: 0 } });
    const alone = await grid.audit(1);
    expect(alone).toMatchObject({ exitCode: 3, counts: { substitutes: 1 } });
    expect(alone.checks.filter(({ status }) => status === 'open').map(({ id, name, meter, detail }) => [id, name, meter, detail])).toEqual([
      ['7', 'runs', address(1), expect.stringContaining(`nothing follows ${date(1)}`)],
      ['3', 'corrections', address(1), expect.stringContaining(`nothing follows ${date(1)}`)],
    ]);
  });

  test('a correction that is left out of the bundle is missed', async () => {
    const files = await grid.bundle(1);
    const verdict = await grid.judge(Object.fromEntries(Object.entries(files).filter(([path]) => !/\.v2\.json$/.test(path))));
    expect(verdict.exitCode).not.toBe(0);
    expect(
      verdict.checks.some(({ name, detail, status }) => name === 'anchor' && status === 'unreadable' && /version 2/.test(detail)),
    ).toBe(true);
  });

  test('an audited day can no longer be taken back', async () => {
    const { code, err } = await cli('redraft', date(0));
    expect([code, err]).toEqual([1, expect.stringContaining('can no longer change')]);
  });
});

describe('a NoBill', () => {
  const say = (name: 'NoBill' | 'WithdrawNoBill') =>
    grid.chain.send(meters[0].member, [message(name, { member: meters[0].member.address, meter: address(0), day: FIRST })]);

  test('is in every verdict while it is open', async () => {
    expect((await grid.audit(0)).exitCode).toBe(0);
    await say('NoBill');
    await grid.until('the verdict shows it', async () => (await grid.audit(0)).counts.noBills === 1, 90_000);
    expect(await grid.audit(0)).toMatchObject({ exitCode: 3 });
  }, 600_000);

  test('is answered by the bill, and gone when the member withdraws it', async () => {
    const [bill] = await grid.entries(meters[0], 0);
    const book = parseBook((await grid.sql`select book from books.day where day = ${FIRST} and version = 1`)[0].book);
    expect(String(book.meters.find(({ meter }) => meter === address(0))!.B)).toBe(bill.bill); // what the member was given opens this
    await say('WithdrawNoBill');
    await grid.until('the verdict no longer shows it', async () => (await grid.audit(0)).counts.noBills === 0, 90_000);
    expect(await grid.audit(0)).toMatchObject({ exitCode: 0 });
  }, 600_000);
});

describe('the invoices', () => {
  test('are written into the folder that was named, whatever members are called', async () => {
    const folder = scratch('invoices');
    const out = join(folder.dir, 'a/b');
    const names = ['Müller / Top 3', '../../escaped'];
    for (const [i, name] of names.entries())
      await grid.sql`update books.member set name = ${name} where address = ${meters[i].member.address}`;
    const { json, err } = await cli('invoice', date(0).slice(0, 7), '--out', out);
    const written = (readdirSync(folder.dir, { recursive: true, withFileTypes: true }) as Dirent[]).filter((entry) => entry.isFile());
    folder.remove();
    expect(err).toBe('');
    expect((json as { name: string }[]).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(written).toHaveLength(json.length);
    for (const { parentPath } of written) expect(parentPath).toBe(out);
  }, 120_000);
});
