/** A file's browser and site, and the visits to it one after the other: what pages are told is what the test says at that moment. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { launch, type Visit, visit } from './browser.ts';
import { openSite, type Site } from './site.ts';

const LONG_MS = 60_000;

export interface Visits {
  readonly url: string;
  /** the one that is under way */
  readonly one: Visit;
  /** Goes there, whatever comes. */
  go(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Goes there, and waits for the page's first word. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** Leaves; nothing went wrong in the page, and it asked nobody else. */
  close(): Promise<void>;
}

/** Within a `describe`: brings the browser and the site up and down around its tests. */
export function visits(answer: (request: Request) => Promise<Response> | Response): Visits {
  let browser: Browser | undefined;
  let site: Site | undefined;
  let one: Visit;
  beforeAll(async () => {
    browser = await launch();
    site = await openSite(answer);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  const go = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    one = await visit(browser!, `${site!.url}${path}`, options);
    return one.page;
  };
  return {
    get url() {
      return site!.url;
    },
    get one() {
      return one;
    },
    go,
    async open(path, options) {
      const page = await go(path, options);
      await page.locator('h1').waitFor({ timeout: LONG_MS });
      return page;
    },
    async close() {
      expect(one.complaints).toEqual([]);
      expect(one.strangers).toEqual([]);
      await one.close();
    },
  };
}

/** Waits until the page says so. */
export const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor({ timeout: LONG_MS });
