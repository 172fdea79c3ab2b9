/** The books for anybody, in a real browser: a bundle that the service gives is checked without one that the reader has. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeZip } from '../../src/reader/index.ts';
import { load } from '../../test/kit/audit/bundles.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { acceptedResult } from '../../test/kit/web/choose.ts';
import { openSite, type Site } from '../../test/kit/web/site.ts';

const DAY = '2026-07-02';
const ANSWERS = {
  service: { lastReleasedDay: DAY, genesisHash: 'f3'.repeat(32) },
  bookDays: {
    edges: [{ node: { day: DAY, state: 'RELEASED', meters: 4, metered: 4 } }],
    pageInfo: { hasNextPage: false, endCursor: null },
  },
};

describe.skipIf(!chromium)('the books', () => {
  let browser: Browser;
  let site: Site;
  let bundle: Uint8Array<ArrayBuffer> | null;
  /** what the service says that it has instead */
  let instead: object = {};
  beforeAll(async () => {
    browser = await launch();
    site = await openSite(({ url }) => {
      const { pathname } = new URL(url);
      if (pathname === '/graphql') return Response.json({ data: ANSWERS });
      return [`/bundle/${DAY}.zip`, `/bundle/2026-07-01..${DAY}.zip`].includes(pathname) && bundle
        ? new Response(bundle)
        : Response.json({ error: { code: 'NOT_FOUND', message: 'no bundle', ...instead } }, { status: 404 });
    });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test('list each day that is final, with its check', async () => {
    const { page, complaints, close } = await visit(browser, `${site.url}/books`);
    await page.getByRole('link', { name: 'Check this day' }).click();
    await page.getByRole('button', { name: 'Check 2 July 2026' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('are checked by one button, with a bundle of the service', async () => {
    bundle = new Uint8Array(writeZip(Object.fromEntries(load('honest'))));
    const { page, complaints, close } = await visit(browser, `${site.url}/check`);
    await page.getByRole('button', { name: 'Check 2 July 2026' }).click();
    expect((await acceptedResult(page)).exitCode).not.toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  test('are checked over the days that the address asks for, and over no more than a bundle has', async () => {
    bundle = new Uint8Array(writeZip(Object.fromEntries(load('honest'))));
    const { page, complaints, close } = await visit(browser, `${site.url}/check?from=2026-07-01&to=${DAY}`);
    const fetched = page.waitForRequest(`**/bundle/2026-07-01..${DAY}.zip`);
    await page.getByRole('button', { name: /^Check 1.+2 July 2026$/ }).click();
    await fetched;
    expect((await acceptedResult(page)).exitCode).not.toBe(1);
    await page.goto(`${site.url}/check?from=2026-06-01&to=${DAY}`);
    await page.getByRole('button', { name: 'Check 2 July 2026' }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('say which days of a range are not final, and check those that are', async () => {
    bundle = new Uint8Array(writeZip(Object.fromEntries(load('honest'))));
    instead = { missing: ['2026-06-29', '2026-06-30', 'nonsense'], ranges: [`2026-07-01..${DAY}`, 7, 'x..y'] };
    const { page, close } = await visit(browser, `${site.url}/check?from=2026-06-29&to=${DAY}`);
    await page.getByRole('button', { name: /^Check 29 June.+2 July 2026$/ }).click();
    const told = page.getByRole('alert');
    await told.getByText(/Not final yet: 29.+30 June 2026\.$/).waitFor();
    expect(await told.getByRole('button').count()).toBe(1);
    await told.getByRole('button', { name: /^Check 1.+2 July 2026$/ }).click();
    expect((await acceptedResult(page)).exitCode).not.toBe(1);
    instead = {};
    await close();
  });

  test('say that a day’s bundle is not there, and let a reader choose one', async () => {
    bundle = null;
    const { page, close } = await visit(browser, `${site.url}/check`);
    await page.getByRole('button', { name: 'Check 2 July 2026' }).click();
    await page.getByRole('alert').getByText('no bundle of 2 July 2026').waitFor();
    expect(await page.getByText('Choose a zip file').isVisible()).toBe(true);
    await close();
  });
});
