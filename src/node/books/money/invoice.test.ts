/** Invoices from real books: of whom, of what days, which version, signed by whom, and that issuing again changes nothing. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Community } from '../../../../test/kit/books/community.ts';
import { builders, community, indexSigner, passes, pretendProofs, quiet } from '../../../../test/kit/books/community.ts';
import { closing, seededInts, someStatement } from '../../../../test/kit/books/index-rows.ts';
import {
  billCommitment,
  bookHash,
  gridId,
  invoiceHead,
  meterDay,
  meterTag,
  monthDays,
  parseBook,
  parseSignedInvoice,
  signatureFault,
  totalOf,
} from '../../../protocol/index.ts';
import type { Signer } from '../../signer/client.ts';
import { offlineInvoiceSigner } from '../../signer/operator-key.ts';
import { sendOutbox } from '../outbox.ts';
import { advanceDays } from '../pipeline.ts';
import { issueInvoice, membersBilled, previewInvoice } from './invoice.ts';

let c: Community;
let signer: Pick<Signer, 'address' | 'signInvoice' | 'close'>;
const int = seededInts(11);
const first = 20_635; // 2026-07-01
const month = '2026-07';
const last = new Map<string, { importStartWh: bigint; exportStartWh: bigint }>();

async function release(day: number): Promise<void> {
  for (const { meter } of c.meters) {
    const statement = someStatement(day, int, last.get(meter));
    last.set(meter, closing(statement));
    await c.index.statement(meter, { statement });
  }
  await c.index.freeze(day);
  await c.openAll();
  const sender = indexSigner(c.index);
  for (let i = 0; i < 12; i++) {
    await advanceDays({ sql: c.sql, builders, audit: passes, log: quiet });
    await pretendProofs(c.sql);
    await sendOutbox(c.sql, sender, quiet);
    await c.index.evidence(day);
  }
  expect((await c.sql`select state from books.day where day = ${day}`)[0]).toEqual({ state: 'released' });
}

beforeAll(async () => {
  c = await community(3);
  const { sql } = c.index;
  await sql`
    update chain.genesis set genesis = jsonb_set(genesis, '{app_state,meter,operator}', ${sql.json(c.folder.operatorAddress)})`;
  signer = await offlineInvoiceSigner({ dir: c.folder.dir, passphraseFile: c.folder.passphraseFile, chainId: c.index.chainId });
  await release(first);
});
afterAll(async () => {
  signer?.close();
  await c.stop();
});

const issue = (member: string, of = month) => issueInvoice(c.sql, signer, { member, month: of });

describe('a preview', () => {
  const kept = async () => (await c.sql`select count(*)::int as n from books.invoice`)[0].n;
  test('says what issuing would, and signs and keeps nothing', async () => {
    const { member } = c.meters[0];
    const before = await kept();
    const preview = await previewInvoice(c.sql, { member, month });
    expect(await kept()).toBe(before);
    const { text: _, ...issued } = (await issue(member))!;
    expect(preview).toEqual(issued);
    expect(preview).toMatchObject({ revision: 1, lines: 1, isNew: true });
  });
  test('of what is issued already says so, and of a month without bills that there is nothing', async () => {
    const { member } = c.meters[0];
    expect(await previewInvoice(c.sql, { member, month })).toMatchObject({ revision: 1, isNew: false });
    expect(await previewInvoice(c.sql, { member, month: '2026-08' })).toBeNull();
  });
});

describe('an invoice', () => {
  test('has the member’s released bills, whose openings open the book, under the operator’s signature', async () => {
    const { meter, member } = c.meters[1];
    const issued = (await issue(member))!;
    expect(issued).toMatchObject({ member, month, revision: 1, lines: 1, isNew: true });
    const { invoice, publicKey, signature } = parseSignedInvoice(issued.text);
    expect(
      signatureFault({
        address: c.folder.operatorAddress,
        publicKey: hexToBytes(publicKey),
        signature: hexToBytes(signature),
        text: invoiceHead(invoice),
      }),
    ).toBeNull();
    const [{ book }] = await c.sql<{ book: string }[]>`select book from books.day where day = ${first}`;
    const [line] = invoice.lines;
    expect(line).toMatchObject({ day: first, version: 1, meter, bookHash: bookHash(book) });
    expect(billCommitment(meterDay(gridId(c.index.chainId), meterTag(meter), first), line.amountNel, line.s)).toBe(
      parseBook(book).meters.find((m) => m.meter === meter)!.B,
    );
    expect(invoice.totalNel).toBe(totalOf(invoice.lines));
  });
  test('issued again says the same, byte for byte, and is no new revision', async () => {
    const { member } = c.meters[1];
    const [one, two] = [await issue(member), await issue(member)];
    expect(two).toEqual({ ...one, isNew: false });
    expect(await c.sql`select count(*)::int as n from books.invoice where member = ${member}`).toEqual([{ n: 1 }]);
  });
  test('issued twice at once is issued once', async () => {
    const { member } = c.meters[2];
    const [one, two] = await Promise.all([issue(member), issue(member)]);
    expect(one!.text).toBe(two!.text);
  });
  test('is a new revision when the month has another day, and the old one stays', async () => {
    await release(first + 1);
    const { member } = c.meters[1];
    expect(await issue(member)).toMatchObject({ revision: 2, lines: 2, isNew: true });
    expect((await c.sql`select revision from books.invoice where member = ${member} order by 1`).map((r) => r.revision)).toEqual([1, 2]);
  });
  test('names no meter and no number of another member', async () => {
    const { text } = (await issue(c.meters[1].member))!;
    for (const other of c.meters.filter((_, i) => i !== 1)) {
      expect(text).not.toContain(other.meter);
      const rows = await c.sql`select amount_nel, bill_blinding from books.entry where meter = ${other.meter}`;
      for (const row of rows) expect(text).not.toContain(row.bill_blinding);
    }
  });
});

describe('nothing is invoiced', () => {
  test('of a month without bills, or to a stranger', async () => {
    expect(await issue(c.meters[0].member, '2026-08')).toBeNull();
    expect(await issue('electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl')).toBeNull();
    expect(await membersBilled(c.sql, '2026-08')).toEqual([]);
    expect((await membersBilled(c.sql, month)).sort()).toEqual(c.meters.map((m) => m.member).sort());
  });
  test('by a signer that is not the chain’s operator', async () => {
    const stranger = { ...signer, address: async () => 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl' };
    await expect(issueInvoice(c.sql, stranger, { member: c.meters[0].member, month })).rejects.toMatchObject({ code: 'wrong-operator' });
  });
  test('and what was is not changed', async () => {
    await expect(c.sql`update books.invoice set total_nel = 0`).rejects.toThrow();
    await expect(c.sql`delete from books.invoice`).rejects.toThrow();
  });
});

test('a month has its days, in leap years and at the turn of the year', () => {
  expect(monthDays('2026-07')).toEqual({ first, last: first + 30 });
  expect(monthDays('2028-02').last - monthDays('2028-02').first).toBe(28);
  expect(monthDays('2026-12').last + 1).toBe(monthDays('2027-01').first);
  for (const bad of ['2026-00', '2026-13', '2026-7', '26-07', '2026-07-01', '']) expect(() => monthDays(bad)).toThrow('month');
});
