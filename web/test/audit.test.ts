/** The auditor's calendar in a real browser: days fetched, checked, kept, gone on from, taken along; and the shell without a network. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../../test/kit/audit/bundles.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { acceptedResult, choose, result, untilReady } from '../../test/kit/web/choose.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { auditRange } from '../../test/kit/web/states.ts';
import { type Worlds, worlds } from '../../test/kit/web/worlds.ts';

const LONG_MS = 60_000;

describe.skipIf(!chromium)("the auditor's calendar", () => {
  let browser: Browser;
  let all: Worlds;
  let url: string;
  beforeAll(async () => {
    browser = await launch();
    all = worlds();
    url = (await all.open('made-up')).url;
  });
  afterAll(async () => {
    await browser?.close();
    await all?.close();
  });

  test('keeps the verdict of fetched days on the device, lets one take it along, and go on from it', async () => {
    const { page, complaints, strangers, close } = await visit(browser, `${url}/audit`, { acceptDownloads: true });
    await page.getByRole('heading', { name: '0 of 14 final days' }).waitFor({ timeout: LONG_MS });
    // The bundle is old: that is open, and nothing else is.
    expect((await auditRange(page)).exitCode).toBe(3);
    await page.getByText('Development keys, accepted by you').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '2 of 14 final days' }).waitFor({ timeout: LONG_MS });
    await page.getByLabel('Go on from the audit that ended with 2 July 2026').waitFor();
    await page.getByRole('button', { name: /2 July 2026: right, development keys accepted/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save them as a file' }).click(),
    ]);
    const file = readFileSync(await download.path());
    await page.getByRole('button', { name: 'Forget them' }).click();
    await page.getByRole('heading', { name: '0 of 14 final days' }).waitFor();
    const taken = page.locator('input[type=file][accept="application/json"]');
    await taken.setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await page.getByText('That file holds no verdicts').waitFor();
    for (const resume of ['torn off', JSON.stringify({ ...JSON.parse(JSON.parse(String(file)).resume), lastDay: '2026-07-32' })]) {
      const spoilt = JSON.stringify({ ...JSON.parse(String(file)), resume });
      await page.reload();
      await page.getByRole('heading', { name: '0 of 14 final days' }).waitFor({ timeout: LONG_MS });
      await taken.setInputFiles({ name: 'spoilt.json', mimeType: 'application/json', buffer: Buffer.from(spoilt) });
      await page.getByText('That file holds no verdicts').waitFor();
    }
    await taken.setInputFiles({ name: 'kept.json', mimeType: 'application/json', buffer: file });
    await page.getByRole('heading', { name: '2 of 14 final days' }).waitFor();
    expect(await unfit(page, { schemes: ['dark'] })).toEqual([]);
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
    await close();
  });

  test('names the days of a range that are not final, and checks the rest by one button', async () => {
    const { page, close } = await visit(browser, `${url}/audit`);
    await page.getByLabel('Accept development keys').check({ timeout: LONG_MS });
    await page.getByRole('button', { name: 'Fetch and check 14 days' }).click();
    const told = page.getByRole('alert');
    await told.getByText(/^There is no bundle of all these days\. Not final yet: 19.+30 June 2026\.$/).waitFor();
    await told.getByRole('button', { name: /^Check 1.+2 July 2026$/ }).click();
    await page.locator('[data-exit-code="3"]').waitFor({ timeout: LONG_MS });
    await close();
  });

  test('asks, where it goes on, for what the log names since, and leads to the operator where that is not to be had', async () => {
    const { page, close } = await visit(browser, `${url}/audit`);
    await page.getByRole('heading', { name: 'of 14 final days' }).waitFor({ timeout: LONG_MS });
    expect((await auditRange(page)).exitCode).toBe(3);
    await page.reload();
    await page.getByLabel('Go on from the audit that ended with 2 July 2026').check({ timeout: LONG_MS });
    await page.getByLabel('Accept development keys').check();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('button', { name: 'Fetch and check 1 day' }).click();
    expect((await result(page)).exitCode).toBe(3);
    const [bundle] = asked.map((one) => new URL(one)).filter(({ pathname }) => pathname.startsWith('/bundle/'));
    expect(bundle.searchParams.get('since')).toBe('2026-07-01..2026-07-02');
    expect(bundle.searchParams.get('seq')).toMatch(/^\d+$/);
    await page.getByRole('button', { name: 'Check another bundle' }).click();
    await page.getByLabel('Go on from the audit').check();
    await page.route('**/bundle/**', (route) => route.fulfill({ status: 404 }));
    await page.getByRole('button', { name: 'Fetch and check' }).click();
    await page.getByText('npx electra export 2026-07-02 --since audited.json').waitFor({ timeout: LONG_MS });
    await close();
  });

  test('compares a fingerprint at once, and fetches nothing of another community', async () => {
    const { page, close } = await visit(browser, `${url}/audit`);
    await page.getByLabel('Fingerprint').fill('0'.repeat(64), { timeout: LONG_MS });
    await page.getByText('This service shows another community').waitFor();
    expect(await page.getByRole('button', { name: /Fetch and check/ }).count()).toBe(0);
    await close();
  });

  test('works by the keyboard alone: skip link, menu, range, check', async () => {
    const { page, close } = await visit(browser, `${url}/audit`);
    await page.getByRole('heading', { name: 'of 14 final days' }).waitFor({ timeout: LONG_MS });
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('genesis');
    await page.getByLabel('From', { exact: true }).fill('2026-07-02');
    await page.getByLabel('Accept development keys').focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Fetch and check 1 day' }).focus();
    expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).not.toBe('none');
    await page.keyboard.press('Enter');
    // The result takes the focus, so that whoever listens hears it.
    await page.locator('h1:focus').waitFor({ timeout: LONG_MS });
    await close();
  });

  test('opens without a network once it was here, says so, checks on, and has kept nothing of the service', async () => {
    const { page, close } = await visit(browser, `${url}/check`, { serviceWorkers: 'allow' });
    await untilReady(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then((one) => one.active?.state));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: LONG_MS });
    await page.context().setOffline(true);
    await page.goto(`${url}/check`);
    await page.getByText('No network.').waitFor({ timeout: LONG_MS });
    await untilReady(page);
    await choose(page, load('honest'));
    expect((await acceptedResult(page)).exitCode).toBe(3);
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map((request) => new URL(request.url).pathname);
    });
    expect(kept.filter((path) => path !== '/' && !path.startsWith('/assets/'))).toEqual([]);
    expect(kept.some((path) => /worker/.test(path))).toBe(true);
    await close();
  });
});
