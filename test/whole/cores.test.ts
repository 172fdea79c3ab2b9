/** One audit on several cores of a browser: the same verdict as on one, and what another worker finds is found. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgedBundle } from '../../bench/audit-bundle.ts';
import { parseProofs } from '../../src/protocol/index.ts';
import { writeZip } from '../../src/reader/index.ts';
import { chromium } from '../kit/chromium.ts';
import { launch, visit } from '../kit/web/browser.ts';
import { chooseBytes, result, type Said } from '../kit/web/choose.ts';
import { madeUp } from '../kit/web/made-up.ts';
import { openSite, type Site } from '../kit/web/site.ts';

const LONG_MS = 120_000;

describe.skipIf(!chromium)('an audit on several cores', () => {
  let browser: Browser;
  let site: Site;
  let files: Map<string, string>;
  beforeAll(async () => {
    [browser, site, files] = await Promise.all([launch(), openSite((request) => madeUp(request)), forgedBundle(1)]);
  }, LONG_MS);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** Checks a bundle on the auditor's page, of a device with so many cores. */
  async function checkedOn(cores: number, bundle: ReadonlyMap<string, string>): Promise<Said & { workers: number }> {
    const { page, complaints, close } = await visit(browser, 'about:blank');
    await page.addInitScript((count) => Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => count }), cores);
    await page.goto(`${site.url}/audit`);
    await page.getByRole('heading', { name: 'of 14 final days' }).waitFor({ timeout: LONG_MS });
    await chooseBytes(page, Buffer.from(writeZip(Object.fromEntries(bundle))));
    const said = await result(page);
    const workers = page.workers().length;
    expect(complaints).toEqual([]);
    await close();
    return { ...said, workers };
  }
  const withoutTime = (text: string): string => text.replaceAll(/[\d.,]+ m?s\b/g, '');

  test(
    'says what it says on one',
    async () => {
      const [alone, shared] = [await checkedOn(1, files), await checkedOn(5, files)];
      expect([alone.workers, shared.workers]).toEqual([1, 4]);
      expect(shared.exitCode).toBe(3); // the bundle is old
      expect([shared.exitCode, withoutTime(shared.text)]).toEqual([alone.exitCode, withoutTime(alone.text)]);
    },
    LONG_MS,
  );

  test(
    'names the one false bill of a hundred, wherever it was looked at',
    async () => {
      const path = [...files.keys()].find((name) => name.endsWith('/proofs.json'))!;
      const { bills } = parseProofs(files.get(path)!);
      const swapped = JSON.parse(files.get(path)!) as { bills: { meter: string; proof: unknown }[] };
      // The last is never of the share that the first worker keeps.
      [swapped.bills.at(-1)!.proof, swapped.bills[0].proof] = [swapped.bills[0].proof, swapped.bills.at(-1)!.proof];
      const { exitCode, text, workers } = await checkedOn(5, new Map([...files, [path, JSON.stringify(swapped)]]));
      expect([exitCode, workers]).toEqual([1, 4]);
      for (const { meter } of [bills[0], bills.at(-1)!]) expect(text).toContain(meter);
    },
    LONG_MS,
  );
});
