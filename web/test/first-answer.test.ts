/** What comes before the first answer of a page on a slow line, and that nothing moves for what comes after: in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { watchFirstAnswer } from '../../test/kit/web/first-answer.ts';
import { type Served, serveApi } from '../../test/kit/web/served-api.ts';

const LONG_MS = 60_000;
const LATER_MS = 500;
/** Each answer takes its time, so that they come one after the other and not in one picture. */
const LINE = { downloadThroughput: 200_000, uploadThroughput: 100_000, latency: 150, offline: false };

interface Seen {
  /** what was asked for before the first answer was drawn */
  asked: string[];
  moved: string[];
}

describe.skipIf(!chromium)('the first answer of a page', () => {
  let browser: Browser;
  let served: Served;
  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), serveApi()]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  async function seen(path: string, signedIn: boolean): Promise<Seen> {
    const session = signedIn ? `#session=${await served.api.token('alice')}` : '';
    const { page: before, close } = await visit(browser, `${served.url}/home${session}`);
    await before.locator('h1').waitFor({ timeout: LONG_MS });
    const page = await before.context().newPage();
    const watched = await watchFirstAnswer(page);
    await watched.client.send('Network.clearBrowserCache');
    await watched.client.send('Network.emulateNetworkConditions', LINE);
    await page.goto(`${served.url}${path}`);
    const asked = await watched.asked();
    await page.waitForTimeout(LATER_MS);
    const moved = (await watched.moved()).map(({ by, what }) => `${by}: ${what}`);
    await close();
    return { asked, moved };
  }

  test('/home asks for at most six things: page, script, style, language, who it is, and all figures at once', async () => {
    const { asked, moved } = await seen('/home', true);
    expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(6);
    expect(moved).toEqual([]);
  });

  test.each([
    ['/', true],
    ['/', false],
    ['/home', false],
    ['/usage', true],
    ['/bills', true],
  ] as const)('on %s nothing moves for what comes later; signed in: %s', async (path, signedIn) => {
    expect((await seen(path, signedIn)).moved).toEqual([]);
  });
});
