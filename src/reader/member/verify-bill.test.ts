/**
 * A member checks its own bill, and each way in which it could be somebody else's, another day's or another amount. Real proofs of real
 * days.
 */
import { describe, expect, test } from 'vitest';
import { type BundleName, booksOf, DAY1, DAY2, edit, reanchor } from '../../../test/kit/audit/bundles.ts';
import { EXCEPTIONS, RAISED, SUBSTITUTE } from '../../../test/kit/audit/plans.ts';
import { CHAIN_ID } from '../../../test/kit/audit/readings.ts';
import {
  bundle,
  correctedOpening,
  exportOf,
  exportText,
  invoiceText,
  meterOf,
  OWN_OPTIONS,
  openingsOf,
  openingsText,
  operator,
  signed,
  WALLET,
  withChain,
} from '../../../test/kit/member.ts';
import { type BillOpening, encodeOperatorsFile, encodeSignedInvoice, OPERATORS_PATH, parseChainFile } from '../../protocol/index.ts';
import { keySigner, type Signer } from '../../protocol/messages/sign.ts';
import { rotationDigest } from '../../protocol/meter/operator-signature.ts';
import type { Files } from '../audit/index.ts';
import { formatOwnVerdict, type OwnInputs, type OwnOptions, type OwnVerdict, verifyBill } from './index.ts';

const ME = 'rural-003';
const OTHER = 'rural-004';
const check = (inputs: Partial<OwnInputs>, options: Partial<OwnOptions> = {}) =>
  verifyBill(
    {
      meterExport: exportText(ME),
      invoice: inputs.openings === undefined ? invoiceText(openingsOf(ME)) : undefined,
      ...inputs,
      files: inputs.files ? chained(inputs.files) : HONEST,
    },
    { ...QUICK, ...options },
  );
const QUICK: OwnOptions = { ...OWN_OPTIONS, quick: true };
const HONEST = withChain(bundle());
const chained = (files: Files): Files => (files instanceof Map && files.size > 0 ? withChain(new Map(files)) : files);
const named = (verdict: OwnVerdict, status: string): string[] =>
  verdict.checks.filter((c) => c.status === status).map((c) => `${c.day ? `${c.day} ` : ''}${c.name}`);
const second = (change: (o: BillOpening) => Partial<BillOpening>) => openingsOf(ME).map((o, i) => (i === 1 ? { ...o, ...change(o) } : o));

describe('my bill, in the audited book', () => {
  test('passes with my export and my invoice, line by line', async () => {
    const verdict = await check({}, { quick: false });
    expect(named(verdict, 'failed')).toEqual([]);
    expect(verdict).toMatchObject({ exitCode: 0, status: 'passed', days: [DAY1, DAY2], meter: meterOf(ME), advice: [], evidence: [] });
    expect(named(verdict, 'passed')).toEqual([
      'invoice',
      ...[DAY1, DAY2].flatMap((day) => ['statement', 'opening', 'amount', 'registers', 'book'].map((name) => `${day} ${name}`)),
    ]);
    expect(formatOwnVerdict(verdict)).toContain('This is my bill, and it is in the audited book.');
  });

  test('passes with unsigned openings', async () =>
    expect((await check({ openings: openingsText(openingsOf(ME)) }, { quick: false })).exitCode).toBe(0));

  /** The operator's key was handed on to `to`, by `by`. */
  const rotated = (by: Signer, to: Signer): Map<string, string> => {
    const signature = Buffer.from(by.sign(rotationDigest(CHAIN_ID, 1, to.address)) as Uint8Array).toString('hex');
    return bundle().set(OPERATORS_PATH, encodeOperatorsFile({ chainId: CHAIN_ID, rotations: [{ address: to.address, signature }] }));
  };
  const invoiceBy = (by: Signer, lines = openingsOf(ME)): string => encodeSignedInvoice(signed(lines, {}, by));

  test('passes with the invoice of a later operator whom the one of genesis signed over to, and of no other', async () => {
    const [later, thief] = [8, 7].map((n) => keySigner(new Uint8Array(32).fill(n)));
    expect(named(await check({ files: rotated(operator, later), invoice: invoiceBy(later) }), 'failed')).toEqual([]);
    expect(named(await check({ files: rotated(operator, later), invoice: invoiceBy(operator) }), 'failed')).toEqual([]);
    expect(named(await check({ files: rotated(operator, later), invoice: invoiceBy(thief) }), 'failed')).toContain('invoice');
    expect(named(await check({ files: rotated(thief, thief), invoice: invoiceBy(thief) }), 'failed')).toContain('invoice');
  });

  test('passes with the invoice of the operator of that time, and not with one that it signs of later books', async () => {
    const later = keySigner(new Uint8Array(32).fill(8));
    const [first, second] = [DAY1, DAY2].map((date) => parseChainFile(bundle().get(`days/${date}/chain.json`)!).anchors[0].unixS);
    const faults = async (rotatedUnixS: number, invoice: string) =>
      named(
        await verifyBill(
          { meterExport: exportText(ME), invoice, files: withChain(rotated(operator, later), { rotatedUnixS: [rotatedUnixS] }) },
          QUICK,
        ),
        'failed',
      );
    expect(await faults(second, invoiceBy(operator))).toEqual([]);
    expect(await faults(second - 1, invoiceBy(operator))).toContain('invoice');
    expect(await faults(first, invoiceBy(operator, openingsOf(ME).slice(0, 1)))).not.toContain('invoice');
    expect(await faults(first, invoiceBy(later))).toEqual([]);
  });

  test('passes with the invoice of an operator whom the validators named, which no signature shows but the state does', async () => {
    const [validators, thief] = [8, 7].map((n) => keySigner(new Uint8Array(32).fill(n)));
    const rotations = [{ address: validators.address, signature: null }];
    const files = () => bundle().set(OPERATORS_PATH, encodeOperatorsFile({ chainId: CHAIN_ID, rotations }));
    expect(named(await check({ files: files(), invoice: invoiceBy(validators) }), 'failed')).toEqual([]);
    expect(named(await check({ files: files(), invoice: invoiceBy(thief) }), 'failed')).toContain('invoice');
  });

  test('is partial in the quick mode, which says what it did not check: exit code 4', async () => {
    const verdict = await check({});
    expect(verdict).toMatchObject({ exitCode: 4, status: 'partial', quick: true });
    expect(formatOwnVerdict(verdict)).toMatch(/Other members' bills were not verified[\s\S]*Not checked in the quick mode/);
  });

  test('shows no reading, no amount and no secret', async () => {
    const verdict = JSON.stringify(await check({}));
    for (const { amountNel, s } of openingsOf(ME))
      for (const secret of [amountNel, s]) expect(verdict).not.toContain(String(secret).replace('-', ''));
    for (const { blinding } of JSON.parse(exportText(ME)).days) expect(verdict).not.toContain(blinding);
  });
});

describe('it is not my bill', () => {
  const cases: [string, Partial<OwnInputs>, string[]][] = [
    [
      'with another meter’s readings in my export',
      { meterExport: exportText(ME, (f) => ({ ...f, days: exportOf(OTHER).days })) },
      [DAY1, DAY2].flatMap((d) => [`${d} statement`, `${d} amount`]),
    ],
    [
      'with another member’s export and my openings',
      { meterExport: exportText(OTHER), openings: openingsText(openingsOf(ME)) },
      ['openings'],
    ],
    [
      'with a wrong blinding',
      {
        meterExport: exportText(ME, (f) => ({
          ...f,
          days: f.days.map((d, i) => (i === 1 ? { ...d, blinding: Uint8Array.from(d.blinding, (b, at) => (at === 30 ? b ^ 1 : b)) } : d)),
        })),
      },
      [`${DAY2} statement`],
    ],
    [
      'with one Wh moved to the next slot',
      { meterExport: exportText(ME, (f) => ({ ...f, days: f.days.map((d, i) => (i === 1 ? { ...d, importWh: move(d.importWh) } : d)) })) },
      [`${DAY2} statement`],
    ],
    [
      'with the days exchanged',
      { meterExport: exportText(ME, (f) => ({ ...f, days: f.days.map((d, i) => ({ ...f.days[1 - i], day: d.day })) })) },
      [`${DAY1} statement`, `${DAY1} amount`, `${DAY2} statement`, `${DAY2} amount`, `${DAY2} registers`],
    ],
    ['with a wrong s', { openings: openingsText(second((o) => ({ s: o.s ^ 1n }))) }, [`${DAY2} opening`]],
    [
      'with an amount of one nELECTRA more',
      { openings: openingsText(second((o) => ({ amountNel: o.amountNel + 1n }))) },
      [`${DAY2} opening`],
    ],
    [
      'with the opening of another day',
      {
        openings: openingsText(
          second(() => {
            const [{ amountNel, s }] = openingsOf(ME);
            return { amountNel, s };
          }),
        ),
      },
      [`${DAY2} opening`],
    ],
    [
      'with the opening of another member',
      {
        openings: openingsText(
          second(() => {
            const [, { amountNel, s }] = openingsOf(OTHER);
            return { amountNel, s };
          }),
        ),
      },
      [`${DAY2} opening`],
    ],
    [
      'with an opening that names another book',
      { openings: openingsText(second(() => ({ bookHash: 'ab'.repeat(32) }))) },
      [`${DAY2} opening`],
    ],
    [
      'with an opening that names a version that is not there',
      { openings: openingsText(second(() => ({ version: 2 }))) },
      [`${DAY2} opening`],
    ],
    ['with another chain’s openings', { openings: openingsText(openingsOf(ME), 'electra-rural-5eed0002') }, ['openings']],
    [
      'with another chain’s export',
      { meterExport: exportText(ME, (f) => ({ ...f, chainId: 'electra-rural-5eed0002' })) },
      ['meter export', ...[DAY1, DAY2].flatMap((d) => [`${d} statement`, `${d} opening`])],
    ],
    [
      'with prices moved, even if the anchor follows',
      { files: movedPrices(), openings: openingsText(second(() => ({ bookHash: movedHash() }))) },
      [`${DAY2} amount`, `${DAY2} book`],
    ],
    [
      'with an invoice that somebody else signed',
      { invoice: encodeSignedInvoice(signed(openingsOf(ME), {}, keySigner(new Uint8Array(32).fill(8)))) },
      ['invoice', 'invoice'],
    ],
    ['with an invoice whose total is not the sum', { invoice: invoiceText(openingsOf(ME), { totalNel: 1n }) }, ['invoice']],
    ['with an invoice changed after it was signed', { invoice: changedInvoice() }, ['invoice', `${DAY1} opening`]],
    ['with an invoice of another chain', { invoice: invoiceText(openingsOf(ME), { chainId: 'electra-rural-5eed0002' }) }, ['invoice']],
  ];
  test.each(cases)('%s', async (_, inputs, expected) => {
    const verdict = await check(inputs);
    expect(verdict.exitCode).toBe(1);
    expect(named(verdict, 'failed')).toEqual(expected);
  });

  test('billed at other prices, with a proof that is honest for them: the proof, and my own sum', async () => {
    const verdict = await check({ files: bundle('raised') });
    expect(RAISED).toBe(ME);
    expect(verdict.checks.find((c) => c.name === 'book' && c.day === DAY2)).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('5 bills'),
    });
  });

  test('in a book where only another’s bill is false, unless in the quick mode', async () => {
    const theirs = {
      files: bundle('raised'),
      meterExport: exportText(OTHER),
      openings: openingsText(openingsOf(OTHER).map((o) => (o.day % 2 === 0 ? { ...o, bookHash: raisedHash() } : o))),
    };
    const [quick, whole] = [await check(theirs), await check(theirs, { quick: false })];
    expect(quick.checks.find((c) => c.name === 'book' && c.day === DAY2)!.status).toBe('passed');
    expect(whole.checks.find((c) => c.name === 'book' && c.day === DAY2)).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(meterOf(ME)),
    });
  });
});

describe('it cannot be said', () => {
  test.each<[string, Partial<OwnInputs>]>([
    ['with half an export', { meterExport: exportText(ME).slice(0, 999) }],
    ['with half an invoice', { invoice: invoiceText(openingsOf(ME)).slice(0, 99) }],
    ['without a bundle', { files: new Map() }],
  ])('%s', async (_, inputs) => expect((await check(inputs)).exitCode).toBe(2));
});

describe('nothing is mine by silence', () => {
  test('a bundle with unreadable files is no audited book', async () => {
    const files = bundle();
    files.set(`days/${DAY2}/proofs.json`, '{');
    const verdict = await check({ files });
    expect(verdict.exitCode).toBe(2);
    expect(named(verdict, 'unreadable')).toContain(`${DAY2} book`);
  });
  test('a day whose proofs are another book’s is none either', async () => {
    const files = bundle();
    edit(files, `days/${DAY2}/proofs.json`, (p) => {
      p.bookHash = 'ab'.repeat(32);
    });
    const verdict = await check({ files });
    expect(verdict.exitCode).toBe(1);
    expect(named(verdict, 'passed')).not.toContain(`${DAY2} book`);
  });
  test('a bundle whose days are not about this meter says so, and is no pass', async () => {
    const stranger = exportText(ME, (f) => ({ ...f, meter: WALLET, days: [] }));
    const verdict = await check({ meterExport: stranger, openings: openingsText([]) });
    expect(verdict).toMatchObject({ exitCode: 2, days: [] });
    expect(verdict.checks).toContainEqual({
      name: 'book',
      status: 'unreadable',
      detail: 'no audited day of the bundle is about this meter',
    });
  });
  test('an export without any statement shows none of the days to be mine', async () => {
    const verdict = await check({ meterExport: JSON.stringify({ ...JSON.parse(exportText(ME)), days: [] }) });
    expect(verdict.exitCode).toBe(2);
    expect(named(verdict, 'unreadable')).toContain(`${DAY1} statement`);
  });
});

describe('what a day rests on', () => {
  /** The second day to be checked, the first there for its links: an earlier audit knows its book. */
  const secondDay = (name: BundleName = 'honest') => {
    const files = withChain(bundle(name));
    files.delete(`days/${DAY1}/proofs.json`);
    return { files, options: { ...OWN_OPTIONS, auditedBooks: booksOf(files, DAY1) } };
  };
  test('is the day before, too: what the chain does not say of it is a fault of the book', async () => {
    const { files, options } = secondDay();
    const given = { meterExport: exportText(ME), openings: openingsText(openingsOf(ME).slice(1)) };
    expect(await verifyBill({ files, ...given }, options)).toMatchObject({ exitCode: 0, days: [DAY2] });
    edit(files, `days/${DAY1}/chain.json`, (c) => {
      c.frozenHeight = String(Number(c.frozenHeight) - 1);
    });
    const verdict = await verifyBill({ files, ...given }, options);
    expect(verdict.exitCode).toBe(1);
    expect(verdict.checks.find((c) => c.name === 'book')!.detail).toContain(`${DAY1}: 2 state proofs`);
  });
  test('is where the own run ends: while that is not closed, it is open', async () => {
    const { files, options } = secondDay('exceptions');
    const who = EXCEPTIONS.substitute;
    const given = { meterExport: exportText(who), openings: openingsText(openingsOf(who, 'exceptions').slice(1)) };
    const verdict = await verifyBill({ files, ...given }, options);
    expect(verdict).toMatchObject({ exitCode: 3, days: [DAY2] });
    expect(named(verdict, 'open')).toEqual([`${DAY2} registers`]);
  });
});

describe('a bill that is asked about', () => {
  const about = { chainId: CHAIN_ID, meter: meterOf(ME), day: DAY2 };
  const given = { files: HONEST, meterExport: exportText(ME), openings: openingsText(openingsOf(ME)) };
  test('is answered by its own day, meter and chain', async () =>
    expect((await verifyBill(given, { ...OWN_OPTIONS, about })).exitCode).toBe(0));
  test.each([{ chainId: 'electra-rural-5eed0002' }, { meter: meterOf(OTHER) }, { day: '2026-07-03' }])(
    'is not answered by those of another one: %o',
    async (other) => {
      const verdict = await verifyBill(given, { ...OWN_OPTIONS, about: { ...about, ...other } });
      expect([verdict.exitCode, named(verdict, 'unreadable')]).toEqual([2, [`${other.day ?? DAY2} book`]]);
    },
  );
});

describe('what was not delivered of the day before', () => {
  const about = (day: string): OwnOptions => ({ ...OWN_OPTIONS, about: { chainId: CHAIN_ID, meter: meterOf(ME), day } });
  const given = { files: HONEST, meterExport: exportText(ME), openings: openingsText(openingsOf(ME).slice(1)) };
  const long = Number(JSON.parse(bundle().get(`days/${DAY2}/chain.json`)!).anchors[0].unixS) + 10 ** 7;
  test.each([0, long])('is no matter of the bill that is asked about, at %i', async (openingsAtUnixS) =>
    expect(await verifyBill(given, { ...about(DAY2), openingsAtUnixS })).toMatchObject({ exitCode: 0, advice: [] }),
  );
  test('is one of the bill of that day: awaited first, then withheld', async () => {
    expect(await verifyBill(given, about(DAY1))).toMatchObject({ exitCode: 3 });
    expect(await verifyBill(given, { ...about(DAY1), openingsAtUnixS: long })).toMatchObject({ exitCode: 1 });
  });
});

describe('openings that do not come', () => {
  const missing = { openings: openingsText(openingsOf(ME).slice(0, 1)) };
  const anchored = Number(JSON.parse(bundle().get(`days/${DAY2}/chain.json`)!).anchors[0].unixS);
  test('within 48 hours of the anchor are awaited', async () => {
    const verdict = await check(missing, { openingsAtUnixS: anchored + 172_800, quick: false });
    expect(verdict).toMatchObject({ exitCode: 3, advice: [] });
    expect(named(verdict, 'open')).toEqual([`${DAY2} opening`]);
  });
  test('later are withheld: a failure, with the command that says so on the chain', async () => {
    const verdict = await check(missing, { openingsAtUnixS: anchored + 172_801 });
    expect(named(verdict, 'failed')).toEqual([`${DAY2} opening`]);
    expect(verdict.advice).toEqual([expect.stringContaining(`electra no-bill ${meterOf(ME)} ${DAY2}`)]);
  });
  test('are not asked for of days outside the invoice’s month', async () => {
    const verdict = await check({ invoice: invoiceText([], { month: '2026-08' }) }, { openingsAtUnixS: anchored + 10 ** 7, quick: false });
    expect(named(verdict, 'not-checked')).toEqual([DAY1, DAY2].map((d) => `${d} opening`));
    expect(verdict).toMatchObject({ exitCode: 4, status: 'partial' });
    expect(formatOwnVerdict(verdict)).toContain('the invoice given is of another month');
  });
  test('need no second NoBill where one is open', async () => {
    const files = bundle();
    edit(files, `days/${DAY2}/chain.json`, (c) => {
      c.noBills = [{ meter: meterOf(ME), open: true }];
    });
    const verdict = await check({ ...missing, files }, { openingsAtUnixS: anchored + 172_801 });
    expect(verdict).toMatchObject({ exitCode: 1, advice: [] });
  });
});

describe('days that the meter did not state in time', () => {
  test('are an exception: a substitute, billed by the public rule', async () => {
    const substitute = {
      files: bundle('substituted'),
      meterExport: exportText(SUBSTITUTE),
      openings: openingsText(openingsOf(SUBSTITUTE, 'substituted')),
    };
    const verdict = await check(substitute, { quick: false });
    expect(verdict.exitCode).toBe(3);
    expect(named(verdict, 'open')).toEqual([`${DAY2} statement`]);
    expect(named(verdict, 'not-checked')).toContain(`${DAY2} amount`);
  });
  test('are mine again once a correction has them', async () => {
    const [, day2] = openingsOf(EXCEPTIONS.substitute, 'exceptions');
    const verdict = await check({
      files: bundle('corrected'),
      meterExport: exportText(EXCEPTIONS.substitute),
      openings: openingsText([correctedOpening(), day2]),
    });
    expect(verdict.checks.filter((c) => c.day === DAY1).map((c) => `${c.name} ${c.status}`)).toEqual([
      'statement passed',
      'opening passed',
      'amount passed',
      'registers passed',
      'book passed',
    ]);
  });
  test('ask for the new opening where only the corrected bill’s old one is there', async () => {
    const verdict = await check({
      files: bundle('corrected'),
      meterExport: exportText(EXCEPTIONS.substitute),
      openings: openingsText(openingsOf(EXCEPTIONS.substitute, 'exceptions')),
    });
    expect(named(verdict, 'open')).toContain(`${DAY1} opening`);
  });
  test('that the operator disputes are an exception, and it says that the statement does open the commitment', async () => {
    const verdict = await check({
      files: bundle('exceptions'),
      meterExport: exportText(EXCEPTIONS.disputed),
      openings: openingsText(openingsOf(EXCEPTIONS.disputed, 'exceptions')),
    });
    expect(verdict.checks.find((c) => c.name === 'statement' && c.day === DAY1)).toMatchObject({
      status: 'open',
      detail: expect.stringContaining('does open'),
    });
  });
});

function move(values: readonly number[]): number[] {
  const at = values.findIndex((wh, i) => wh > 0 && i < 95);
  return values.map((wh, i) => (i === at ? wh - 1 : i === at + 1 ? wh + 1 : wh));
}
function movedPrices(): Map<string, string> {
  const files = bundle();
  edit(files, `days/${DAY2}/book.json`, (book) => {
    book.prices.buyNelPerWh = book.prices.buyNelPerWh.map((p: string) => String(Math.min(300_000, Number(p) + 1000)));
  });
  reanchor(files, DAY2);
  return files;
}
function changedInvoice(): string {
  const value = signed(openingsOf(ME));
  const [first, ...rest] = value.invoice.lines;
  return encodeSignedInvoice({
    ...value,
    invoice: { ...value.invoice, lines: [{ ...first, amountNel: first.amountNel - 1n }, ...rest], totalNel: value.invoice.totalNel - 1n },
  });
}
const movedHash = (): string => JSON.parse(movedPrices().get(`days/${DAY2}/proofs.json`)!).bookHash as string;
function raisedHash(): string {
  return JSON.parse(bundle('raised').get(`days/${DAY2}/proofs.json`)!).bookHash as string;
}
