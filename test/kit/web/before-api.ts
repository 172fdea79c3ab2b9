/** A browser before the real API and its database, up before the tests of a `describe` and down after them. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch } from './browser.ts';
import { type Served, serveApi } from './served-api.ts';

export interface BeforeApi {
  readonly browser: Browser;
  readonly served: Served;
}

/** `prepare`: what has to be so before the first test. */
export function beforeApi(prepare: (served: Served) => Promise<unknown> = async () => {}): BeforeApi {
  let browser: Browser | undefined;
  let served: Served | undefined;
  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), serveApi()]);
    await prepare(served);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });
  return {
    get browser() {
      return browser!;
    },
    get served() {
      return served!;
    },
  };
}
