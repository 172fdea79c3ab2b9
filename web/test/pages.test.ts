/**
 * Every page of everybody's, at every width, in every scheme and language: nothing that axe objects to, that sticks out, that is refused.
 * Each is opened once and changes its language in place; axe looks at it once a language, in one scheme or the other.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { STATES } from '../../test/kit/web/states.ts';
import { type Worlds, worlds } from '../../test/kit/web/worlds.ts';

const LOOKED_AT = [
  ['welcome', 'welcome-away'],
  ['community', 'community-gain', 'books', 'book-day-exceptions'],
  ['check', 'check-development', 'check-failed', 'audit-absent', 'nowhere'],
].flat();
const LANGUAGES = [
  ['en', 'light'],
  ['de', 'dark'],
  ['es', 'light'],
] as const;
/** What a browser says of an answer that is an error, which some of these states are. */
const isRefusal = (text: string): boolean => /Failed to load resource/.test(text);

describe.skipIf(!chromium)('every page', () => {
  let browser: Browser;
  let all: Worlds;
  beforeAll(async () => {
    browser = await launch();
    all = worlds();
  });
  afterAll(async () => {
    await browser?.close();
    await all?.close();
  });

  test.each(LOOKED_AT.map((name) => STATES.find((state) => state.name === name)!))(
    '$name is fit for all widths, schemes and languages',
    async ({ path, world, after }) => {
      const { url } = await all.open(world);
      const { page, complaints, strangers, close } = await visit(browser, `${url}${path}`);
      await page.locator('h1').waitFor();
      await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
      await after?.(page);
      const wrong: string[] = [];
      for (const [language, scheme] of LANGUAGES) {
        await page.locator('footer select').selectOption(language);
        await page.locator(`html[lang=${language}]`).waitFor();
        wrong.push(...(await unfit(page, { schemes: [scheme] })).map((text) => `${language}: ${text}`));
      }
      expect(wrong).toEqual([]);
      expect(complaints.filter((text) => !isRefusal(text))).toEqual([]);
      expect(strangers).toEqual([]);
      await close();
    },
  );
});
