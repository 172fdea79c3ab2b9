/**
 * The whole product: every place, after its answer, at every width, in both schemes and all languages. axe objects to nothing, nothing
 * sticks out, nothing is complained of or asked of a stranger. Each page is opened once; width, scheme and language change in place.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { meters, type Person } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';
import { objections, WIDTHS } from '../../test/kit/web/fit.ts';
import { installLink } from '../../test/kit/web/installing.ts';
import { PLACES } from '../../test/kit/web/places.ts';

const LONG_MS = 60_000;
const SCHEMES = ['light', 'dark'] as const;
/**
 * axe looks at a phone's and a desk's layout, in both schemes and all languages, so that each two of these meet: by language, the width in
 * each scheme.
 */
const LOOKED_AT = { en: { light: 390, dark: 1280 }, de: { light: 1280, dark: 390 }, es: { light: 390, dark: 1280 } } as const;
type Language = keyof typeof LOOKED_AT;
const LANGUAGES = Object.keys(LOOKED_AT) as Language[];

interface Walk {
  /** as places have it, and what stands for its parameters */
  path: string;
  at?: () => string | Promise<string>;
  as: readonly (Person | null)[];
}

describe.skipIf(!chromium)('the whole product', () => {
  const here = beforeApi();

  const first = (): string => dayToDate(here.served.api.days.first);
  const WALKS: readonly Walk[] = [
    { path: '/', as: [null, 'alice'] },
    { path: '/community', as: [null, 'alice'] },
    { path: '/market', as: [null] },
    { path: '/books', as: [null] },
    { path: '/books/:day', at: () => `/books/${first()}`, as: [null] },
    { path: '/check', as: [null] },
    { path: '/audit', as: ['auditor'] },
    { path: '/join', as: [null] },
    { path: '/install/:meter', at: async () => (await installLink(here.served, meters.alice1)).slice(here.served.url.length), as: [null] },
    { path: '/home', as: ['alice', null] },
    { path: '/usage', as: ['alice'] },
    { path: '/bills', at: () => `/bills?month=${first().slice(0, 7)}`, as: ['alice'] },
    { path: '/bills/:day/:meter', at: () => `/bills/${first()}/${meters.alice1}`, as: ['alice'] },
    { path: '/invoices', as: ['alice'] },
    { path: '/invoices/:month', at: () => `/invoices/${first().slice(0, 7)}`, as: ['alice'] },
    { path: '/balance', as: ['alice'] },
    { path: '/settings', as: ['alice', 'operator', 'auditor'] },
    { path: '/operate', as: ['operator', 'alice'] },
    { path: '/operate/exceptions', as: ['operator'] },
    { path: '/operate/days', as: ['operator'] },
    { path: '/operate/meters', as: ['operator'] },
    { path: '/operate/tariffs', as: ['operator'] },
    { path: '/operate/month/:month?', at: () => `/operate/month/${first().slice(0, 7)}`, as: ['operator'] },
    { path: '/operate/node', as: ['operator'] },
    { path: '/nowhere', as: [null] },
  ];
  const sessions = new Map<Person | null, Promise<Visit>>();
  /** One browser's window a person, in which one page after another is opened. */
  const windowOf = (who: Person | null): Promise<Visit> => {
    const one =
      sessions.get(who) ??
      here.served.api
        .token(who ?? 'alice')
        .then((token) => visit(here.browser, `${here.served.url}/home${who ? `#session=${token}` : ''}`));
    sessions.set(who, one);
    return one;
  };

  const settled = async (page: Page): Promise<void> => {
    await page.locator('h1').first().waitFor({ timeout: LONG_MS });
    await page.locator('.skeleton, [aria-busy=true]').first().waitFor({ state: 'detached', timeout: LONG_MS });
  };

  async function unfitIn(page: Page, language: Language): Promise<string[]> {
    const wrong: string[] = [];
    await page.locator('footer select').selectOption(language);
    await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const px = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (px > 0) wrong.push(`${language}, ${colorScheme}, ${width} px: ${px} px stick out`);
      }
      const width = LOOKED_AT[language][colorScheme];
      await page.setViewportSize({ width, height: 900 });
      wrong.push(...(await objections(page)).map((said) => `${language}, ${colorScheme}, ${width} px: ${said}`));
    }
    return wrong;
  }

  test('is walked as a whole: each place of the pages is here', () => {
    expect(PLACES.filter((path) => !WALKS.some((walk) => walk.path === path))).toEqual([]);
  });

  test('is looked at by one who objects: faint words, a picture without any', async () => {
    const page = await here.browser.newPage();
    await page.setContent(
      '<html lang="en"><title>x</title><main><h1 style="color:#ccc;background:#fff">faint words</h1><img src="data:,"></main></html>',
    );
    expect((await objections(page)).map((said) => said.split(':')[0]).sort()).toEqual(['color-contrast', 'image-alt']);
    await page.close();
  });

  test.each(WALKS.flatMap(({ path, at, as }) => as.map((who) => ({ path, at, who }))))(
    '$path as $who is fit at every width, in both schemes and all languages',
    { timeout: 120_000 },
    async ({ path, at, who }) => {
      const { page, complaints, strangers } = await windowOf(who);
      await page.goto(`${here.served.url}${(await at?.()) ?? path}`);
      await settled(page);
      const wrong: string[] = [];
      for (const language of LANGUAGES) wrong.push(...(await unfitIn(page, language)));
      await page.locator('footer select').selectOption('en');
      expect(wrong).toEqual([]);
      // The one page that is none is answered as such, and the browser says so.
      expect(complaints.splice(0).filter((text) => path !== '/nowhere' || !/status of 404/.test(text))).toEqual([]);
      expect(strangers.splice(0)).toEqual([]);
    },
  );
});
