/** Every page, at every width, in every scheme and language: nothing that axe objects to, that sticks out, that is refused. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../../test/kit/audit/bundles.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { choose, result } from '../../test/kit/web/choose.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { openSite, type Site } from '../../test/kit/web/site.ts';

const PAGES: readonly { name: string; path: string; after?: (page: Page) => Promise<unknown> }[] = [
  { name: 'the community', path: '/' },
  { name: 'the check', path: '/check' },
  {
    name: 'the check, after a result',
    path: '/check',
    after: async (page) => {
      await choose(page, load('raised'));
      await result(page);
    },
  },
  { name: 'no page', path: '/nowhere' },
];
const LANGUAGES = ['en-GB', 'de-AT', 'es-ES'] as const;

describe.skipIf(!chromium)('every page', () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), openSite()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const cases = PAGES.flatMap((page) => LANGUAGES.map((locale) => ({ ...page, locale })));
  test.each(cases)('$name, in $locale, is fit for all widths and schemes', async ({ path, after, locale }) => {
    const { page, complaints, strangers, close } = await visit(browser, `${site.url}${path}`, { locale });
    await page.locator('h1').waitFor();
    await after?.(page);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    expect(await unfit(page)).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    expect(strangers).toEqual([]);
    await close();
  });
});
