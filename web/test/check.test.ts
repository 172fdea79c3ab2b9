/** The check in a real browser: what the command line says of a bundle, the page says too, with the network off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditFiles } from '../../src/reader/audit/audit-path.ts';
import { auditMain } from '../../src/reader/audit/main/index.ts';
import { auditBundle, formatVerdict } from '../../src/reader/index.ts';
import { type BundleName, load } from '../../test/kit/audit/bundles.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { mainSharing, mainWith, OTHER, rural, secondHistory } from '../../test/kit/main-audit/beside-community.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { acceptedResult, choose, chooseBytes, result, untilReady } from '../../test/kit/web/choose.ts';
import { openSite, type Site } from '../../test/kit/web/site.ts';
import { checkFile } from '../check-file.ts';

/** Every bundle of the audit's own tests, good and forged. */
const NAMES: readonly BundleName[] = ['honest', 'substituted', 'raised', 'moved', 'broken-link', 'exceptions', 'corrected'];

/** Each is audited three times: on the command line, in the page, and there once more with its development keys accepted. */
const EVERY_BUNDLE_MS = 300_000;

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
/** The age of a bundle is the one thing in a verdict that the moment of reading changes. */
const withoutAge = (text: string): string => text.replaceAll(/\d+ (days|s) old/g, 'N $1 old');
const onCommandLine = (files: ReadonlyMap<string, string>) =>
  auditBundle(files, { random, developmentKeys: true, clockUnixS: Date.now() / 1000 });

/** A service that has no bundle to offer yet: whoever checks brings one. */
const withoutDays = (): Response => Response.json({ data: { service: { lastReleasedDay: null } } });

describe.skipIf(!chromium)('the check, in a browser', () => {
  let browser: Browser;
  let site: Site;
  let one: Visit;
  const folder = mkdtempSync(join(tmpdir(), 'electra-check-'));

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), openSite(withoutDays)]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  const open = async (url = `${site.url}/check`): Promise<Visit> => {
    one = await visit(browser, url);
    await untilReady(one.page);
    return one;
  };
  const close = async (): Promise<void> => {
    // With the network off, the offer of the service's own days stays empty, and the browser says why.
    expect(one.complaints.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    expect(one.strangers).toEqual([]);
    await one.close();
  };

  test(
    'says of every bundle what the command line says, with the network off',
    async () => {
      const { page } = await open();
      await page.context().setOffline(true);
      for (const name of NAMES) {
        const files = load(name);
        const verdict = await onCommandLine(files);
        await choose(page, files);
        const said = await acceptedResult(page);
        expect(said.exitCode, name).toBe(verdict.exitCode);
        // The text names each check that was made, by its id, with what it found.
        expect(withoutAge(said.text), name).toBe(withoutAge(formatVerdict(verdict)));
        await page.getByRole('button', { name: 'Check another bundle' }).click();
      }
      await close();
    },
    EVERY_BUNDLE_MS,
  );

  test('audits a main chain as the command line does, and a community’s own bundle beside it, with the network off', async () => {
    const { page } = await open();
    await page.context().setOffline(true);
    const main = await mainSharing();
    const options = { random, developmentKeys: true, clockUnixS: Date.now() / 1000 };
    await choose(page, main);
    // It is the keys alone that a reader has to accept, those of communities too.
    await page.getByRole('heading', { name: 'This is a demonstration' }).waitFor();
    const alone = await acceptedResult(page);
    const verdict = await auditMain(main, options);
    expect([alone.exitCode, withoutAge(alone.text)]).toEqual([verdict.exitCode, withoutAge(formatVerdict(verdict))]);
    await page.getByText('What each community shared is the net').waitFor();
    await page.getByRole('heading', { name: 'Look behind a community’s word' }).waitFor();
    await choose(page, rural());
    await page.locator('pre', { hasText: '11 community' }).waitFor({ state: 'attached' });
    const beside = await auditMain(main, { ...options, communities: [rural()] });
    const said = await result(page);
    expect([said.exitCode, withoutAge(said.text)]).toEqual([beside.exitCode, withoutAge(formatVerdict(beside))]);
    // One that says something else is refused, by the line that compares them.
    await choose(page, load('raised'));
    await page.locator('pre', { hasText: /✗ 11 community/ }).waitFor({ state: 'attached' });
    expect((await result(page)).exitCode).toBe(1);
    await close();
  });

  test('audits a community beside its main chain as the command line does, with the network off', async () => {
    const { page } = await open();
    await page.context().setOffline(true);
    const files = rural();
    await choose(page, files);
    expect((await acceptedResult(page)).text).not.toContain('1 main');
    await page.getByText('Compare with the main chain').waitFor();
    const besides = [
      // Open for the age of both bundles alone.
      ['✓', 3, await mainSharing()],
      // Registered there, it shared none of these days.
      ['!', 3, await mainWith(files.get('light.json')!)],
      ['✗', 1, await mainWith(secondHistory())],
    ] as const;
    for (const [sign, exitCode, main] of besides) {
      await choose(page, main);
      await page.locator('pre', { hasText: `${sign} 1 main` }).waitFor({ state: 'attached' });
      const verdict = await auditFiles(files, { random, developmentKeys: true, clockUnixS: Date.now() / 1000, main });
      const said = await result(page);
      expect([said.exitCode, withoutAge(said.text)]).toEqual([exitCode, withoutAge(formatVerdict(verdict))]);
    }
    await close();
  });

  test('says of a community beside a main chain with development keys that its reader has to accept them', async () => {
    const { page } = await open();
    await choose(page, rural());
    await result(page);
    await choose(page, await mainSharing());
    await page.locator('pre', { hasText: '✗ 1 main' }).waitFor({ state: 'attached' });
    const said = await acceptedResult(page);
    expect([said.exitCode, said.text]).toEqual([3, expect.stringContaining('✓ 1 main')]);
    await close();
  });

  test('says of a main chain that is wrong what is wrong, with a fingerprint of another too', async () => {
    const { page } = await open();
    await page.getByLabel('Fingerprint').fill('0'.repeat(64));
    const main = await mainWith(rural().get('light.json')!, undefined, (m) => m.escrowsNel.set(OTHER, 1n));
    await choose(page, main);
    const said = await acceptedResult(page);
    expect(said.exitCode).toBe(1);
    expect(said.text).toMatch(/✗ 3 genesis/);
    expect(said.text).toMatch(/✗ 12 conservation/);
    await close();
  });

  test('does not pass a chain with development keys unless its reader accepts them', async () => {
    const { page } = await open();
    await choose(page, load('honest'));
    const before = await result(page);
    expect(before.exitCode).toBe(1);
    const said = page.getByRole('heading', { name: 'These books are proven with development keys.' });
    // Neither a fault, to be shown to anybody, nor a pass: one thing for the reader to choose.
    expect(await said.getAttribute('class')).toBe('said asks');
    await page.getByRole('heading', { name: 'This is a demonstration' }).waitFor();
    await page.getByText('It did not pass; nothing else was found wrong.').waitFor();
    await page.getByText('Development keys, not accepted').waitFor();
    expect(await page.locator('.question.no, .notice.bad').count()).toBe(0);
    expect(await page.getByText('What a pass means').count()).toBe(0);
    const after = await acceptedResult(page);
    expect(after.exitCode).not.toBe(1);
    await page.getByRole('heading', { name: 'Not a production chain' }).waitFor();
    await close();
  });

  test('says that something is wrong where it is more than the keys, and puts it first', async () => {
    const { page } = await open();
    await choose(page, load('raised'));
    expect((await result(page)).exitCode).toBe(1);
    expect(await page.locator('h1').getAttribute('class')).toBe('said failed');
    expect(await page.getByText('This is a demonstration').count()).toBe(0);
    const bills = page.locator('.question.no', { hasText: 'Is every bill right?' });
    expect(await bills.locator('.line').first().getAttribute('class')).toContain('failed');
    await close();
  });

  test('refuses a bundle of another community than the one whose fingerprint was given', async () => {
    const { page } = await open();
    await page.getByLabel('Fingerprint').fill('0'.repeat(64));
    await choose(page, load('honest'));
    const said = await acceptedResult(page);
    expect(said.exitCode).toBe(1);
    expect(said.text).toMatch(/✗ 3 genesis .*the trusted one is 0{64}/);
    await close();
  });

  test('stays where it is when a file is dropped beside its place', async () => {
    const { page } = await open();
    const opensIt = await page.evaluate(() => document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true })));
    expect(opensIt).toBe(false);
    await close();
  });

  test('takes no bundle while the fingerprint is no fingerprint', async () => {
    const { page } = await open();
    await page.getByLabel('Fingerprint').fill('not a hash');
    await page.getByText('Expected 64 characters').waitFor();
    expect(await page.locator('input[type=file]').first().isDisabled()).toBe(true);
    await close();
  });

  test.each([
    ['no zip file', Buffer.from('hello'), 'expected a folder, or a zip file'],
    ['an empty file', Buffer.alloc(0), 'expected a folder, or a zip file'],
  ])('names what is wrong with %s, and takes the next one', async (_what, bytes, message) => {
    const { page } = await open();
    await chooseBytes(page, bytes);
    await page.getByRole('alert').getByText(message).waitFor();
    await choose(page, load('honest'));
    expect((await acceptedResult(page)).exitCode).not.toBe(1);
    await close();
  });

  test('is one file as well, which opens from a disk and gives the same verdict', async () => {
    const file = join(folder, 'electra-check.html');
    writeFileSync(file, await checkFile());
    const { page } = await open(pathToFileURL(file).href);
    await page.context().setOffline(true);
    await choose(page, load('honest'));
    const said = await acceptedResult(page);
    expect(withoutAge(said.text)).toBe(withoutAge(formatVerdict(await onCommandLine(load('honest')))));
    await page.getByRole('button', { name: 'Check another bundle' }).click();
    const main = await mainWith(rural().get('light.json')!);
    await choose(page, main);
    const verdict = await auditMain(main, { random, developmentKeys: true, clockUnixS: Date.now() / 1000 });
    expect(withoutAge((await acceptedResult(page)).text)).toBe(withoutAge(formatVerdict(verdict)));
    await page.getByRole('button', { name: 'Check another bundle' }).click();
    await choose(page, rural());
    await acceptedResult(page);
    await choose(page, await mainSharing());
    await page.locator('pre', { hasText: '✓ 1 main' }).waitFor({ state: 'attached' });
    await close();
  });
});

test('the one file has the same bytes whenever it is built, and may load nothing', async () => {
  const [first, second] = [await checkFile(), await checkFile()];
  expect(second).toBe(first);
  expect(first).toMatch(/content-security-policy" content="default-src 'none'; .*connect-src 'none'/);
  expect(first).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)[^"'` ]+\.(js|css|woff2?)/);
});
