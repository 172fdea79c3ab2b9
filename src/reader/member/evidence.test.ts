/** A signed line that does not open: what it proves to a stranger, what it must not show, and what is no evidence at all. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY1, DAY2, edit } from '../../../test/kit/audit/bundles.ts';
import { CHAIN_ID } from '../../../test/kit/audit/readings.ts';
import {
  bundle,
  exportOf,
  exportText,
  invoiceText,
  OWN_OPTIONS,
  openingsOf,
  operator,
  signed,
  WALLET,
  withChain,
} from '../../../test/kit/member.ts';
import {
  type BillOpening,
  encodeInvoice,
  encodeOperatorsFile,
  encodeSignedInvoice,
  invoiceHead,
  lineHash,
  OPERATORS_PATH,
  parseCanonical,
  parseChainFile,
  parseInvoice,
  parseSignedInvoice,
} from '../../protocol/index.ts';
import { keySigner } from '../../protocol/messages/sign.ts';
import { rotationDigest } from '../../protocol/meter/operator-signature.ts';
import { type Evidence, encodeEvidence, formatEvidence, formatOwnVerdict, parseEvidence, verifyBill, verifyEvidence } from './index.ts';

const ME = 'rural-003';
const HONEST = withChain(bundle());
const chained = () => new Map(HONEST);
const lied = (change: (o: BillOpening) => Partial<BillOpening> = (o) => ({ amountNel: o.amountNel + 1n })) =>
  openingsOf(ME).map((o, i) => (i === 1 ? { ...o, ...change(o) } : o));
const billOf = (invoice: string) => verifyBill({ files: chained(), meterExport: exportText(ME), invoice }, { ...OWN_OPTIONS, quick: true });
async function evidence(change?: Parameters<typeof lied>[0]): Promise<Evidence> {
  const verdict = await billOf(invoiceText(lied(change)));
  expect(verdict.evidence).toHaveLength(1);
  return verdict.evidence[0];
}
const judge = (e: Evidence | string, files = chained()) =>
  verifyEvidence(typeof e === 'string' ? e : encodeEvidence(e), files, OWN_OPTIONS);
/** On a chain whose operator signed over to another at a moment. */
async function judgeAfter(rotatedUnixS: number, e: Promise<Evidence>) {
  const { address } = keySigner(new Uint8Array(32).fill(8));
  const signature = Buffer.from(operator.sign(rotationDigest(CHAIN_ID, 1, address)) as Uint8Array).toString('hex');
  const files = bundle().set(OPERATORS_PATH, encodeOperatorsFile({ chainId: CHAIN_ID, rotations: [{ address, signature }] }));
  return judge(await e, withChain(files, { rotatedUnixS: [rotatedUnixS] }));
}

describe('a signed line that does not open', () => {
  test.each<[string, (o: BillOpening) => Partial<BillOpening>]>([
    ['by its amount', (o) => ({ amountNel: o.amountNel + 1n })],
    ['by its s', (o) => ({ s: o.s ^ 1n })],
    ['because it names a book that was never anchored', () => ({ bookHash: 'ab'.repeat(32) })],
  ])('%s becomes evidence that holds for a stranger with the bundle', async (_, change) => {
    const verdict = await judge(await evidence(change));
    expect(verdict).toMatchObject({ exitCode: 0, status: 'holds' });
    expect(verdict.checks.map((c) => c.name)).toEqual(['signature', 'line', 'book', 'opening']);
    expect(formatEvidence(verdict)).toContain('HOLDS');
  });

  test('comes with advice what to publish and what not', async () => {
    const verdict = await billOf(invoiceText(lied()));
    expect(verdict.exitCode).toBe(1);
    expect(formatOwnVerdict(verdict)).toMatch(/Publish the evidence file[\s\S]*Do not publish the meter export/);
  });

  test('shows neither a reading, nor a blinding, nor another day, nor the month’s total', async () => {
    const text = encodeEvidence(await evidence());
    const [first] = openingsOf(ME);
    const invoice = parseSignedInvoice(invoiceText(lied())).invoice;
    for (const secret of [first.s, first.amountNel, invoice.totalNel, ...exportOf(ME).days.map((d) => d.importStartWh)].filter(
      (n) => n !== 0n,
    ))
      expect(text).not.toContain(`"${secret}"`);
    for (const { blinding } of JSON.parse(exportText(ME)).days) expect(text).not.toContain(blinding);
    expect(text).not.toContain('importWh');
  });
});

describe('evidence does not hold', () => {
  test('of an invoice of another chain, though the same key signed it', async () => {
    const other = signed(lied(), { chainId: 'electra-other-5eed0002' });
    const verdict = await judge({
      ...(await evidence()),
      head: invoiceHead(other.invoice),
      signature: other.signature,
      line: other.invoice.lines[1],
    });
    expect(verdict).toMatchObject({ exitCode: 1, status: 'refuted' });
  });
  test('of an invoice that names another operator, though this one’s key signed it', async () => {
    const other = signed(lied(), { operator: WALLET });
    const line = other.invoice.lines[1];
    const verdict = await judge({ ...(await evidence()), head: invoiceHead(other.invoice), signature: other.signature, line });
    expect(verdict).toMatchObject({ exitCode: 1, status: 'refuted' });
    expect(verdict.checks.filter((c) => !c.ok).map((c) => c.name)).toEqual(['signature']);
  });
  test('against an operator whose time had ended before the book was anchored: that key is anybody’s by now', async () => {
    const [first, second] = [DAY1, DAY2].map((date) => parseChainFile(bundle().get(`days/${date}/chain.json`)!).anchors[0].unixS);
    const handedOn = (rotatedUnixS: number) => judgeAfter(rotatedUnixS, evidence());
    expect(await handedOn(second)).toMatchObject({ exitCode: 0, status: 'holds' });
    const verdict = await handedOn(first);
    expect(verdict).toMatchObject({ exitCode: 1, status: 'refuted' });
    expect(verdict.checks.filter((c) => !c.ok).map((c) => c.name)).toEqual(['signature']);
  });
  test('of a line that does open', async () => {
    const honest = signed(openingsOf(ME));
    const verdict = await judge({
      ...(await evidence()),
      head: invoiceHead(honest.invoice),
      signature: honest.signature,
      line: honest.invoice.lines[1],
    });
    expect(verdict).toMatchObject({ exitCode: 1, status: 'refuted' });
    expect(verdict.checks.filter((c) => !c.ok).map((c) => c.name)).toEqual(['opening']);
  });
  test.each<[string, (e: Evidence) => Evidence, string]>([
    ['with a line that the operator did not sign', (e) => ({ ...e, line: { ...e.line, amountNel: e.line.amountNel + 1n } }), 'line'],
    [
      'with somebody else’s signature',
      (e) => {
        const other = signed(lied(), {}, keySigner(new Uint8Array(32).fill(8)));
        return { ...e, head: invoiceHead(other.invoice), publicKey: other.publicKey, signature: other.signature };
      },
      'signature',
    ],
    ['with a signature of another invoice', (e) => ({ ...e, signature: signed(openingsOf(ME)).signature }), 'signature'],
    ['with another book than the anchored one', (e) => ({ ...e, book: bundle().get(`days/${DAY1}/book.json`)! }), 'book'],
  ])('%s', async (_, change, name) => {
    const verdict = await judge(change(await evidence()));
    expect(verdict.exitCode).toBe(1);
    expect(verdict.checks.filter((c) => !c.ok).map((c) => c.name)).toEqual([name]);
  });
  test('against a bundle that was bent to fit it', async () => {
    const files = chained();
    edit(files, `days/${DAY2}/book.json`, (book) => {
      book.meters[3].B = '1';
    });
    const verdict = await judge(await evidence(), files);
    expect(verdict.checks.find((c) => c.name === 'book')!.ok).toBe(false);
  });
  test.each<[string, (text: string) => string]>([
    ['cut short', (t) => t.slice(0, 200)],
    ['with a space in it', (t) => `${t} `],
    ['with a key more', (t) => t.replace('{', '{"a":1,')],
  ])('and is unreadable %s', async (_, change) => {
    expect(await judge(change(encodeEvidence(await evidence())))).toMatchObject({ exitCode: 2, status: 'unreadable' });
  });
  test('where the bundle does not prove what the chain says', async () => {
    for (const path of ['light.json', `days/${DAY2}/state.json`]) {
      const files = chained();
      files.delete(path);
      expect(await judge(await evidence(), files), path).toMatchObject({ exitCode: 2, status: 'unreadable' });
    }
  });
  test('against a genesis that is not the one the reader trusts', async () => {
    const verdict = await verifyEvidence(encodeEvidence(await evidence()), chained(), { ...OWN_OPTIONS, genesisHash: 'ab'.repeat(32) });
    expect(verdict.exitCode).toBe(1);
  });
  test('where the bundle does not have the day', async () => {
    const files = bundle();
    for (const path of [...files.keys()]) if (path.includes(DAY2)) files.delete(path);
    expect((await judge(await evidence(), withChain(files))).exitCode).toBe(2);
  });
});

const anyLine = fc.record({
  day: fc.integer({ min: 20_635, max: 20_665 }),
  version: fc.integer({ min: 1, max: 9 }),
  bookHash: fc.constant('cd'.repeat(32)),
  meter: fc.constant(exportOf(ME).meter),
  amountNel: fc.bigInt({ min: 1n - (1n << 60n), max: (1n << 60n) - 1n }),
  s: fc.bigInt({ min: 0n, max: (1n << 248n) - 1n }),
});
const anyInvoice = fc.uniqueArray(anyLine, { selector: (l) => l.day, maxLength: 6 }).map((lines) => signed(lines));

describe('an invoice', () => {
  test('comes back as it was written, and evidence too', async () => {
    fc.assert(
      fc.property(anyInvoice, (value) => {
        expect(parseSignedInvoice(encodeSignedInvoice(value))).toEqual(value);
        expect(parseInvoice(parseCanonical(encodeInvoice(value.invoice), 'invoice'))).toEqual(value.invoice);
      }),
      { numRuns: 30 },
    );
    const e = await evidence();
    expect(parseEvidence(encodeEvidence(e))).toEqual(e);
  });
  test('has another head for each change of a line, an order, a name or the total', () => {
    fc.assert(
      fc.property(anyInvoice, anyLine, (value, line) => {
        const head = invoiceHead(value.invoice);
        const heads = [
          { ...value.invoice, totalNel: value.invoice.totalNel + 1n },
          { ...value.invoice, month: '2026-08' },
          { ...value.invoice, lines: [...value.invoice.lines, line] },
          ...value.invoice.lines.map((l, i) => ({
            ...value.invoice,
            lines: value.invoice.lines.map((old, at) => (at === i ? { ...l, amountNel: l.amountNel - 1n } : old)),
          })),
        ].map(invoiceHead);
        expect(new Set([head, ...heads]).size).toBe(heads.length + 1);
      }),
      { numRuns: 30 },
    );
  });
  test('is hashed as the page says', () => {
    const { invoice } = signed(openingsOf(ME));
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const lines = invoice.lines.map(
      (l) =>
        `{"amountNel":"${l.amountNel}","bookHash":"${l.bookHash}","day":"${l.day}",` +
        `"meter":"${l.meter}","s":"${l.s}","version":"${l.version}"}`,
    );
    const salt = sha(`electra/invoice-salt/v1[${lines.join(',')}]`);
    const hashes = lines.map((l) => `"${sha(`electra/invoice-line/v1${l}`)}"`).join(',');
    const total = sha(`electra/invoice-total/v1{"salt":"${salt}","totalNel":"${invoice.totalNel}"}`);
    expect(invoiceHead(invoice)).toBe(
      `{"chainId":"${invoice.chainId}","format":"electra/invoice/v1","lines":[${hashes}],"member":"${invoice.member}",` +
        `"month":"2026-07","operator":"${invoice.operator}","total":"${total}"}`,
    );
  });
  test('names in its head neither an amount nor an s', () => {
    const value = signed(openingsOf(ME));
    for (const { amountNel, s } of value.invoice.lines)
      for (const secret of [amountNel, s]) expect(invoiceHead(value.invoice)).not.toContain(String(secret));
    expect(JSON.parse(invoiceHead(value.invoice)).lines).toEqual(value.invoice.lines.map(lineHash));
  });
});
