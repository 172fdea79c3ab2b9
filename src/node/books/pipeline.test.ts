import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../test/kit/books/community.ts';
import { builders, community, indexSigner, passes, pretendProofs, quiet } from '../../../test/kit/books/community.ts';
import { seededInts, someStatement, TARIFF } from '../../../test/kit/books/index-rows.ts';
import { bookHash, dayToDate, fieldToBytes, parseBook, parseChainFile, parseProofs, parseRosterFile } from '../../protocol/index.ts';
import { balances } from './money/ledger.ts';
import { reportOfDay } from './money/report.ts';
import { sendOutbox, settleOutbox } from './outbox.ts';
import type { SelfAudit } from './pipeline.ts';
import { advanceDays } from './pipeline.ts';
import { bundleOfDays, draftBundle } from './release/bundle.ts';

let c: Community;
const int = seededInts(3);
const day = 20_635;
beforeAll(async () => {
  c = await community(3);
  for (const { meter } of c.meters) await c.index.statement(meter, { statement: someStatement(day, int) });
  await c.index.freeze(day);
  await c.openAll();
});
afterAll(() => c.stop());

const step = (audit: SelfAudit = passes) => advanceDays({ sql: c.sql, builders, audit, log: quiet });
const state = async (at = day) =>
  (
    await c.sql`
      select state, waiting, anchor_height, encode(book_hash, 'hex') as hash, book
      from books.day where day = ${at} and version = 1`
  )[0];

/** X of the day's book, as a chain file has it. */
const anchoredX = async (): Promise<string> => Buffer.from(fieldToBytes(parseBook((await state()).book).X!)).toString('hex');

describe('a day', () => {
  test('without all its proofs stays drafted', async () => {
    await step();
    const [clearing] = await c.sql`select * from prove.input where circuit = 'clearing'`;
    await c.sql`delete from prove.input where circuit = 'clearing'`;
    expect(await pretendProofs(c.sql)).toBe(3);
    expect(await step()).toBe(0);
    expect(await state()).toMatchObject({ state: 'drafted' });
    await c.sql`insert into prove.input ${c.sql([{ ...clearing, signals: c.sql.json(clearing.signals) }] as never)}`;
  });
  test('with all its proofs has its proofs.json, S from the books and proofs in the book’s order', async () => {
    await pretendProofs(c.sql);
    expect(await step()).toBe(1);
    const { hash, book } = await state();
    const [{ proofs }] = await c.sql`select proofs from books.day where day = ${day}`;
    const file = parseProofs(proofs);
    expect(file).toMatchObject({ chainId: c.index.chainId, day, version: 1, bookHash: hash });
    expect(file.bills.map(({ meter }) => meter)).toEqual(parseBook(book).meters.map(({ meter }) => meter));
    const sums = await c.sql`select meter, masked_sum from books.entry where day = ${day}`;
    for (const bill of file.bills) expect(String(bill.S)).toBe(sums.find(({ meter }) => meter === bill.meter)!.masked_sum);
  });
  test('that fails its own audit is never anchored, and says why', async () => {
    expect(
      await step(async () => ({
        exitCode: 1,
        checks: [
          { status: 'passed', id: '3', name: 'roster', detail: 'fine' },
          { status: 'failed', id: '5', name: 'bills', detail: 'a bill is wrong' },
        ],
      })),
    ).toBe(0);
    expect(await state()).toMatchObject({ state: 'proven', waiting: 'the audit of the node itself failed: 5 bills: a bill is wrong' });
    expect(await c.sql`select id from books.outbox`).toEqual([]);
    expect(await step()).toBe(0); // it is not asked again and again
    await c.sql`update books.day set waiting = 'said otherwise' where day = ${day}`;
    expect(await step()).toBe(0); // whatever the sentence says
    await c.sql`update books.day set waiting = 'the audit of the node itself failed', blocked_by = null where day = ${day}`;
    expect(await step(async () => ({ exitCode: 1, checks: [] }))).toBe(0);
    // Asked, since no code said no.
    expect((await c.sql`select blocked_by from books.day where day = ${day}`)[0].blocked_by).toBe('self-audit');
    await c.sql`update books.day set waiting = null, blocked_by = null where day = ${day}`;
  });
  test('that the audit cannot read is not anchored either', async () => {
    expect(await step(async () => ({ exitCode: 2, checks: [{ status: 'unreadable', id: '3', name: 'book', detail: 'truncated' }] }))).toBe(
      0,
    );
    expect((await state()).waiting).toContain('3 book: truncated');
    await c.sql`update books.day set waiting = null, blocked_by = null where day = ${day}`;
  });
  test('is audited over exactly what a stranger would get, before anything leaves', async () => {
    let seen: Record<string, string> = {};
    expect(
      await step(async (files) => {
        seen = files;
        return { exitCode: 4, checks: [] };
      }),
    ).toBe(1);
    const folder = `days/${dayToDate(day)}`;
    expect(Object.keys(seen).sort()).toEqual(
      ['genesis.json', ...['book', 'chain', 'proofs', 'roster'].map((name) => `${folder}/${name}.json`)].sort(),
    );
    expect(bookHash(seen[`${folder}/book.json`])).toBe((await state()).hash);
    expect(parseChainFile(seen[`${folder}/chain.json`])).toMatchObject({
      chainId: c.index.chainId,
      day,
      anchors: [],
      disputes: [],
      noBills: [],
      finalReadings: [],
      tariff: { ...TARIFF, fromDay: day },
      lateRoster: null,
    });
    expect(parseRosterFile(seen[`${folder}/roster.json`]).meters.map(({ meter }) => meter)).toEqual(c.meters.map(({ meter }) => meter));
    expect(await state()).toMatchObject({ state: 'audited' });
    expect(await bundleOfDays(c.sql, [day])).toBeNull();
    expect(Object.keys(await draftBundle(c.sql, day))).toHaveLength(5);
  });
  test('waits for its anchor, and goes nowhere with another book’s', async () => {
    expect((await c.sql`select id, message from books.outbox`)[0]).toMatchObject({
      id: `anchor:${day}:1`,
      message: {
        typeUrl: '/electra.meter.v1.MsgAnchorBook',
        value: {
          day,
          version: 1,
          bookHash: Buffer.from((await state()).hash, 'hex').toString('base64'),
          totals: Buffer.from(await anchoredX(), 'hex').toString('base64'),
        },
      },
    });
    expect(await step()).toBe(0);
    await c.index.anchor(day, 1, Buffer.alloc(32, 1));
    expect(await step()).toBe(0);
    expect((await state()).waiting).toContain('another book');
    await c.index.sql`delete from chain.anchor`;
  });
  test('is anchored and released when the chain shows its own hash, with its ledger', async () => {
    const signer = indexSigner(c.index);
    expect(await sendOutbox(c.sql, signer, quiet)).toBe(1);
    expect(await sendOutbox(c.sql, signer, quiet)).toBe(0); // sent: not again while it is under way
    expect(await settleOutbox(c.sql)).toBe(1);
    expect(await step()).toBe(1);
    expect(await state()).toMatchObject({ state: 'anchored', waiting: null, anchor_height: c.index.height });
    expect(await balances(c.sql)).toEqual(new Map());
    expect(await bundleOfDays(c.sql, [day])).toBeNull();
    expect(await step()).toBe(1);
    expect(await state()).toMatchObject({ state: 'released' });
    expect(await step()).toBe(0);
  });
});

describe('the ledger', () => {
  test('holds what each member owes, the outside and the fund, and sums to zero', async () => {
    const sums = await balances(c.sql);
    const entries = await c.sql`select member, amount_nel from books.entry where day = ${day}`;
    for (const { member, amount_nel: amount } of entries) expect(sums.get(`member:${member}`)).toBe(BigInt(amount));
    expect([...sums.values()].reduce((a, b) => a + b, 0n)).toBe(0n);
    expect(sums.get('fund')! <= -3n * TARIFF.feePerDayNel).toBe(true);
    expect([...sums.keys()].sort()).toEqual([...entries.map(({ member }) => `member:${member}`), 'fund', 'outside'].sort());
    expect(await balances(c.sql, 'fund')).toEqual(new Map([['fund', sums.get('fund')!]]));
  });
  const post = (rows: { journal: string; account: string; amount_nel: string }[]) =>
    c.sql.begin((tx) => tx`insert into books.posting ${tx(rows.map((row) => ({ ...row, day, version: 1 })))}`);
  test('takes a journal that sums to zero, even one of a single empty line', async () => {
    await post([
      { journal: 'good', account: 'a', amount_nel: '5' },
      { journal: 'good', account: 'b', amount_nel: '-5' },
    ]);
    await post([{ journal: 'empty', account: 'a', amount_nel: '0' }]);
  });
  test.each([
    [
      'that is off by one',
      [
        { journal: 'bad', account: 'a', amount_nel: '5' },
        { journal: 'bad', account: 'b', amount_nel: '-4' },
      ],
      '23514',
    ],
    [
      'with one account twice',
      [
        { journal: 'twice', account: 'a', amount_nel: '5' },
        { journal: 'twice', account: 'a', amount_nel: '-5' },
      ],
      '23505',
    ],
    [
      'that adds to a closed journal, though both are balanced',
      [
        { journal: 'good', account: 'c', amount_nel: '1' },
        { journal: 'good', account: 'd', amount_nel: '-1' },
      ],
      '23001',
    ],
    ['that posts the day again', [{ journal: `day:${day}:1`, account: 'fund', amount_nel: '0' }], '23505'],
  ])('refuses a journal %s', async (_, rows, code) => {
    await expect(post(rows)).rejects.toMatchObject({ code });
  });
  test('refuses any change to a row: Postgres says so to the books and to the owner', async () => {
    await expect(c.sql`update books.posting set amount_nel = 0`).rejects.toMatchObject({ code: '42501' });
    await expect(c.sql`delete from books.posting`).rejects.toMatchObject({ code: '42501' });
    const { connect } = await import('../db/index.ts');
    const owner = connect({
      url: c.databaseUrl.replace('electra_books', 'electra_owner').replace('test-books', 'test-owner'),
      application: 'test',
    });
    await expect(owner`update books.posting set amount_nel = 0`).rejects.toMatchObject({ code: '23001' });
    await expect(owner`delete from books.posting`).rejects.toMatchObject({ code: '23001' });
    await expect(owner`truncate books.posting`).rejects.toMatchObject({ code: '23001' });
    await owner.end();
  });
});

describe('what others read', () => {
  test('there is no bundle before the index has proven what the chain says of the day', async () => {
    expect(await bundleOfDays(c.sql, [day])).toBeNull();
    await c.index.evidence(day);
    expect(await bundleOfDays(c.sql, [day])).not.toBeNull();
  });
  test('the bundle of a released day is what was audited, with the anchor and the chain’s own word', async () => {
    const files = (await bundleOfDays(c.sql, [day]))!;
    const chain = parseChainFile(files[`days/${dayToDate(day)}/chain.json`]);
    expect(chain.anchors).toEqual([
      {
        version: 1,
        bookHash: (await state()).hash,
        totals: await anchoredX(),
        height: expect.any(Number),
        unixS: expect.any(Number),
      },
    ]);
    expect(files[`days/${dayToDate(day)}/book.json`]).toBe((await state()).book);
    expect(await bundleOfDays(c.sql, [])).toBeNull();
    expect(await bundleOfDays(c.sql, [day, day + 1])).toBeNull();
  });
  test('the bundle of a later day brings the day before with its proofs: without them it is evidence for nothing', async () => {
    await c.index.freeze(day + 1);
    const signer = indexSigner(c.index);
    for (let i = 0; i < 8; i++) {
      await step();
      await pretendProofs(c.sql);
      await sendOutbox(c.sql, signer, quiet);
    }
    expect(await state(day + 1)).toMatchObject({ state: 'released' });
    await c.index.evidence(day, day + 1);
    const files = Object.keys((await bundleOfDays(c.sql, [day + 1]))!).filter((path) => path.startsWith('days/'));
    expect(files.sort()).toEqual(
      [
        ...['book', 'chain', 'proofs', 'roster', 'state'].map((name) => `days/${dayToDate(day)}/${name}.json`),
        ...['book', 'chain', 'proofs', 'roster', 'state'].map((name) => `days/${dayToDate(day + 1)}/${name}.json`),
      ].sort(),
    );
    const both = Object.keys((await bundleOfDays(c.sql, [day + 1, day]))!);
    expect(both).toContain(`days/${dayToDate(day)}/proofs.json`);
  });
  test('the report of a day has the shape that the operator’s command prints', async () => {
    const report = (await reportOfDay(c.sql, day))!;
    expect(Object.keys(report)).toEqual(['day', 'chainId', 'tariff', 'members', 'totals', 'prices']);
    expect(report).toMatchObject({
      day: dayToDate(day),
      chainId: c.index.chainId,
      tariff: { retailNelPerWh: TARIFF.retailNelPerWh, feedInNelPerWh: TARIFF.feedInNelPerWh, feePerDayNel: '250000000' },
    });
    expect(report.members.map(({ meter }) => meter)).toEqual(c.meters.map(({ meter }) => meter));
    expect(Object.keys(report.members[0])).toEqual(['member', 'meter', 'source', 'importWh', 'exportWh', 'amountNel']);
    expect(report.members.map(({ member }) => member).sort()).toEqual(['rural-001', 'rural-002', 'rural-003']);
    for (let slot = 0; slot < 96; slot++)
      expect(report.totals.importWh[slot]).toBe(report.members.reduce((sum, m) => sum + m.importWh[slot], 0));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(await reportOfDay(c.sql, day + 99)).toBeNull();
  });
});

describe('the outbox', () => {
  const put = (id: string, value: object = {}) => {
    const message = { typeUrl: '/electra.meter.v1.MsgDisputeDay', value: { meter: id, day: 1, reason: 'x', ...value } };
    return c.sql`insert into books.outbox (id, message) values (${id}, ${JSON.stringify(message)}::text::jsonb)`;
  };
  const errors = async () =>
    Object.fromEntries((await c.sql`select id, error from books.outbox where done_at is null`).map(({ id, error }) => [id, error]));
  test('sends disputes together, and one by one when the chain refuses them, so that one holds up no other', async () => {
    for (const id of ['dispute:good:1', 'dispute:bad:1', 'dispute:fine:1']) await put(id);
    const signer = indexSigner(c.index, {
      refuse: ({ value }) => (value.meter === 'dispute:bad:1' ? 'the roster has no commitment' : null),
    });
    expect(await sendOutbox(c.sql, signer, quiet)).toBe(2);
    expect(signer.sent.map((messages) => messages.length)).toEqual([3, 1, 1, 1]);
    expect(await errors()).toMatchObject({
      'dispute:good:1': null,
      'dispute:bad:1': 'meter 7: the roster has no commitment',
      'dispute:fine:1': null,
    });
  });
  test('tries a refused message again later, not at once', async () => {
    const signer = indexSigner(c.index);
    expect(await sendOutbox(c.sql, signer, quiet)).toBe(0);
    await c.sql`update books.outbox set sent_at = sent_at - interval '3 seconds' where id = 'dispute:bad:1'`;
    expect(await sendOutbox(c.sql, signer, quiet)).toBe(1);
  });
  test('holds first books back behind one that was refused, and nothing else', async () => {
    const refused = ({ value }: { value: object }) => ((value as { meter: string }).meter === 'anchor:7:1' ? 'no' : null);
    await put('anchor:7:1');
    await sendOutbox(c.sql, indexSigner(c.index, { refuse: refused }), quiet);
    for (const id of ['anchor:8:1', 'anchor:7:2', 'dispute:other:8']) await put(id);
    const signer = indexSigner(c.index);
    await sendOutbox(c.sql, signer, quiet);
    expect(signer.sent.flat().map(({ value }) => (value as { meter: string }).meter)).toEqual(['dispute:other:8', 'anchor:7:2']);
    await c.sql`update books.outbox set sent_at = sent_at - interval '9 seconds' where id = 'anchor:7:1'`;
    for (const _ of ['anchor:7:1', 'anchor:8:1']) await sendOutbox(c.sql, signer, quiet);
    expect(signer.sent.flat().map(({ value }) => (value as { meter: string }).meter)).toEqual([
      'dispute:other:8',
      'anchor:7:2',
      'anchor:7:1',
      'anchor:8:1',
    ]);
    await c.sql`update books.outbox set done_at = now() where id like 'anchor:7:%' or id like 'anchor:8:%' or id = 'dispute:other:8'`;
  });
  test('leaves everything as it is while the signer is away', async () => {
    await put('dispute:later:1');
    const away = {
      ...indexSigner(c.index),
      submit: async () => {
        throw Object.assign(new Error('away'), { code: 'unreachable' });
      },
    };
    await expect(sendOutbox(c.sql, away, quiet)).rejects.toMatchObject({ code: 'unreachable' });
    expect((await c.sql`select attempts, sent_at from books.outbox where id = 'dispute:later:1'`)[0]).toEqual({
      attempts: 0,
      sent_at: null,
    });
  });
});
