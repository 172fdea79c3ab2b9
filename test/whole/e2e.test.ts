/** The whole way once, by the commands of the README: real households, chain, Postgres, proofs and audit. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DayReport } from '../../src/node/books/index.ts';
import { dataFolder } from '../../src/node/processes/data-folder.ts';
import { offlineInvoiceSigner } from '../../src/node/signer/operator-key.ts';
import { encodeInvoice, encodeSignedInvoice, parseSignedInvoice } from '../../src/protocol/invoice/invoice.ts';
import type { Verdict } from '../../src/reader/audit/index.ts';
import { electra, measured, type Result, scratch } from '../kit/electra.ts';
import { recompute } from '../kit/recompute.ts';

const FROM = '2016-12-30'; // so that the second day is 01-01, with registers running on
const DAYS = 2;
const folder = scratch('e2e');
const data = join(folder.dir, 'data');
let once: Result;
let dates: string[];

beforeAll(async () => {
  once = await electra('up', '--once', '--from', FROM, '--days', String(DAYS), '--data', data);
  if (once.code === 0) dates = Object.keys(JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')).dates).sort();
}, 600_000);
afterAll(folder.remove);

const bundle = (name: string) => join(folder.dir, name);

describe('a community on one machine', () => {
  test('is metered, sealed, indexed, billed, proven and audited, and says so', () => {
    expect(once, once.out + once.err).toMatchObject({ code: 0 });
    expect(once.out).toMatch(/passed/);
    expect(once.out).not.toMatch(/member rural-001:|auditor:|operator:/); // no way in is printed to what has ended
    expect(once.err).toBe('');
  });

  test('agrees to the unit with a recomputation from the profiles, after it stopped', async () => {
    for (const [n, expected] of recompute('rural', FROM, DAYS).entries()) {
      const { code, out, err } = await electra('report', dates[n], '--json', '--data', data);
      expect([code, err]).toEqual([0, '']);
      const report: DayReport = JSON.parse(out);
      const byName = (a: { member: string }, b: { member: string }) => (a.member < b.member ? -1 : 1);
      expect(
        report.members.map((m) => ({ member: m.member, importWh: m.importWh, exportWh: m.exportWh, amountNel: m.amountNel })).sort(byName),
      ).toEqual(expected.members);
      expect(report.totals).toEqual(expected.totals);
      expect(report.prices).toEqual(expected.prices);
      expect(report.members.every((m) => m.source === 'metered')).toBe(true);
      expect(Object.keys(report)).toEqual(['day', 'chainId', 'tariff', 'members', 'totals', 'prices']);
    }
  }, 180_000);

  test('goes on where it was with the same options, and refuses others', async () => {
    const other = await electra('up', '--once', '--community', 'village', '--data', data);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/--community: .*rural/);
    const again = await electra('up', '--once', '--data', data);
    expect(again, again.out + again.err).toMatchObject({ code: 0 });
  }, 120_000);
});

describe('the exported bundle', () => {
  beforeAll(async () => {
    expect((await electra('export', dates[1], '--out', bundle('b'), '--data', data)).code).toBe(0);
  }, 180_000);

  test('passes the audit with development keys in at most two seconds of CPU', async () => {
    const { code, out, cpuS } = await measured('audit', bundle('b'), '--development-keys');
    expect(code, out).toBe(0);
    expect(cpuS).toBeGreaterThan(0.1);
    expect(cpuS).toBeLessThan(2);
  });

  test('is refused without the flag, by check 8', async () => {
    const { code, out } = await electra('audit', bundle('b'), '--json');
    expect(code).toBe(1);
    expect((JSON.parse(out) as Verdict).checks.filter(({ status }) => status === 'failed').map(({ id }) => id)).toContain('8');
  });

  test.each([
    ['an altered commitment', 'book.json', (t: string) => t.replace(/"C":"(\d)/, (_m, d) => `"C":"${(Number(d) % 2) + 1}`), 1],
    ['a space', 'book.json', (t: string) => t.replace('{', '{ '), 1],
    ['a missing end', 'book.json', (t: string) => t.slice(0, -20), 2],
    ['an altered masked sum', 'proofs.json', (t: string) => t.replace(/"S":"(\d)/, (_m, d) => `"S":"${(Number(d) % 2) + 1}`), 1],
  ])('is refused with %s, without a stack trace', async (_name, file, edit, code) => {
    const dir = bundle(`b-${Math.random()}`);
    cpSync(bundle('b'), dir, { recursive: true });
    const path = join(dir, 'days', dates[1], file);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    const result = await electra('audit', dir, '--development-keys');
    expect(result.code).toBe(code);
    expect(result.out + result.err).not.toMatch(/\n\s+at /);
  });
});

describe('a member', () => {
  const at = (name: string) => join(folder.dir, name);
  const mine = (name: string) => ['--bundle', bundle('b'), '--meter-export', at(`${name}.json`), '--development-keys'];
  const month = () => dates[1].slice(0, 7);
  const invoice = (name: string) => at(`invoices/${name}-${month()}.json`);
  beforeAll(async () => {
    const preview = await electra('invoice', month(), '--preview', '--data', data);
    expect(preview.out).toMatch(/^rural-001: \d+ bills?, -?\d+\.\d{9} ELECTRA, would be revision 1$/m);
    expect((await electra('invoice', month(), '--out', at('invoices'), '--data', data)).code).toBe(0);
    expect((await electra('invoice', month(), '--preview', '--data', data)).out).not.toContain('would be');
    for (const name of ['rural-001', 'rural-002'])
      expect((await electra('meter', 'export', '--store', join(data, 'meters', name, 'store'), '--out', at(`${name}.json`))).code).toBe(0);
  }, 180_000);

  test('finds its own bill in the audited book, from its meter’s export and the signed invoice', async () => {
    const { code, out } = await electra('verify-bill', ...mine('rural-001'), '--invoice', invoice('rural-001'));
    expect(code, out).toBe(0);
    expect(out).toContain('This is my bill, and it is in the audited book.');
  });

  test('does not find it with another’s invoice, nor another’s export', async () => {
    for (const [name, other] of [
      ['rural-001', 'rural-002'],
      ['rural-002', 'rural-001'],
    ])
      expect((await electra('verify-bill', ...mine(name), '--quick', '--invoice', invoice(other))).code).toBe(1);
  });

  test('turns a signed line that is false into evidence that holds for a stranger, without a reading in it', async () => {
    const signer = await offlineInvoiceSigner({
      dir: dataFolder(data).signer,
      passphraseFile: dataFolder(data).signerPassphrase,
      chainId: JSON.parse(readFileSync(join(data, 'electra.json'), 'utf8')).chainId,
    });
    const { invoice: honest } = parseSignedInvoice(readFileSync(invoice('rural-001'), 'utf8'));
    const false_ = {
      ...honest,
      lines: honest.lines.map((line) => ({ ...line, amountNel: line.amountNel + 1n })),
      totalNel: honest.totalNel + BigInt(honest.lines.length),
    };
    writeFileSync(at('false.json'), encodeSignedInvoice({ invoice: false_, ...(await signer.signInvoice(encodeInvoice(false_))) }));
    const { code, out } = await electra(
      'verify-bill',
      ...mine('rural-001'),
      '--quick',
      '--invoice',
      at('false.json'),
      '--evidence',
      at('evidence'),
      '--json',
    );
    expect(code).toBe(1);
    const [file] = JSON.parse(out).evidence as string[];
    const strangers = await electra('verify-evidence', file, '--bundle', bundle('b'), '--development-keys');
    expect(strangers, strangers.out).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).not.toMatch(/importWh|blinding/);
  });
});
