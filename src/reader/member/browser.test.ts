/**
 * The member's check in a browser: a bundle without Node in it, and the same verdict in a real Chromium. Where there is none, that half is
 * skipped and says so.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bundleMember } from '../../../scripts/member-bundle.ts';
import { chromium } from '../../../test/kit/chromium.ts';
import { bundle, exportText, invoiceText, OWN_OPTIONS, openingsOf, withChain } from '../../../test/kit/member.ts';
import { memberPage, type PageInput } from '../../../test/kit/member-page.ts';
import * as browser from './browser.ts';
import * as member from './index.ts';
import { formatOwnVerdict, verifyBill } from './index.ts';

const ME = 'rural-003';
const input = (over: Partial<PageInput> = {}): PageInput => ({
  files: Object.fromEntries(withChain(bundle())),
  meterExport: exportText(ME),
  invoice: invoiceText(openingsOf(ME)),
  ...over,
});

describe('the browser’s module', () => {
  test('has no Node in it, and neither snarkjs nor ffjavascript', async () => {
    const code = await bundleMember(); // minified: comments may name what the code has not
    const found = ['from"node:', 'require("', 'ffjavascript', 'wasmcurves', 'snarkjs', 'WebAssembly.instantiate'].filter((name) =>
      code.includes(name),
    );
    expect(found).toEqual([]);
    expect(gzipSync(code).length).toBeLessThan(150_000);
  }, 60_000);

  test('is not built with a Node module in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'electra-member-'));
    try {
      writeFileSync(join(folder, 'entry.js'), 'import { readFileSync } from "node:fs"; export const x = readFileSync;');
      await expect(bundleMember({ entry: join(folder, 'entry.js') })).rejects.toThrow(/module of Node/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('docs/member.md', () => {
  test('imports what the browser’s module exports, and names what the Node one does', async () => {
    const page = readFileSync(new URL('../../../docs/member.md', import.meta.url), 'utf8');
    const [, names] = /import \{ ([^}]+) \} from '\.\/electra-member\.js'/.exec(page)!;
    expect(names.split(', ').filter((name) => !(name in browser))).toEqual([]);
    expect(
      ['verifyBill', 'verifyEvidence', 'encodeEvidence', 'parseEvidence', 'invoiceFaults'].filter(
        (name) => !(name in member) || !page.includes(`\`${name}`),
      ),
    ).toEqual([]);
  });
});

describe.skipIf(chromium === null)(`in ${chromium ?? 'Chromium (there is none on this machine: skipped)'}`, () => {
  test('says the same as in Node', async () => {
    const page = await memberPage(input());
    const node = await verifyBill(input(), { ...OWN_OPTIONS, quick: true });
    expect(page.text).toBe(formatOwnVerdict(node));
    expect(page.exitCode).toBe(4); // quick: the other members' bills were left out
    // The better of two: the first may share its machine with the other tests.
    expect(Math.min(page.firstMs, page.againMs)).toBeLessThan(2_000);
    process.stdout.write(
      `  one member's own check of two days in Chromium: ${Math.round(page.firstMs)} ms, again ${Math.round(page.againMs)} ms\n`,
    );
  }, 90_000);

  test('refuses a false line and makes the evidence, in the page', async () => {
    const lied = openingsOf(ME).map((o, i) => (i === 1 ? { ...o, amountNel: o.amountNel + 1n } : o));
    const page = await memberPage(input({ invoice: invoiceText(lied) }));
    expect(page.exitCode).toBe(1);
    expect(page.evidence).toHaveLength(1);
  }, 90_000);
});
