import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { openSite, type Site } from '../../test/kit/web/site.ts';

const LONG_MS = 30_000;

describe.skipIf(!chromium)('a visit that ends', () => {
  let browser: Browser;
  let site: Site;
  const asked = Promise.withResolvers<void>();
  const later = Promise.withResolvers<void>();
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  beforeAll(async () => {
    process.on('unhandledRejection', note);
    browser = await launch();
    site = await openSite(async () => {
      asked.resolve();
      await later.promise;
      return new Response('too late');
    });
  });
  afterAll(async () => {
    later.resolve();
    process.off('unhandledRejection', note);
    await browser?.close();
    await site?.close();
  });

  test('while the test asks the service in its page’s place, leaves nothing that fails later', { timeout: LONG_MS }, async () => {
    const { page, close } = await visit(browser, 'about:blank');
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: await response.text() });
    });
    await page.goto(`${site.url}/`);
    await asked.promise;
    await close();
    await new Promise((resolve) => setTimeout(resolve, 100)); // it would come now
    expect(unhandled).toEqual([]);
  });
});
