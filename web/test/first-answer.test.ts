/** What comes before the first answer of a page on a slow line, and that nothing moves for what comes after: in a real browser. */
import type { BrowserContext } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { meters, type Person } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { visit } from '../../test/kit/web/browser.ts';
import { watchFirstAnswer } from '../../test/kit/web/first-answer.ts';

const LONG_MS = 60_000;
const LATER_MS = 500;
/** What a page may wait by itself, such as for a picture's next frame; anything longer would be waiting for what does not come. */
const SOON_MS = 200;
/** Each answer takes its time, so that they come one after the other and not in one picture. */
const LINE = { downloadThroughput: 200_000, uploadThroughput: 100_000, latency: 150, offline: false };

const remembered = <K, V>(make: (key: K) => Promise<V>): ((key: K) => Promise<V>) => {
  const made = new Map<K, Promise<V>>();
  return (key) => {
    const one = made.get(key) ?? make(key);
    made.set(key, one);
    return one;
  };
};

interface Seen {
  /** what was asked for before the first answer was drawn */
  asked: string[];
  moved: string[];
}

describe.skipIf(!chromium)('the first answer of a page', () => {
  const here = beforeApi();

  /** A browser in which somebody is signed in, or nobody: one for all pages. */
  const readerOf = remembered(async (who: Person | null): Promise<BrowserContext> => {
    const session = who ? `#session=${await here.served.api.token(who)}` : '';
    const { page } = await visit(here.browser, `${here.served.url}/settings${session}`);
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    const context = page.context();
    await page.close();
    return context;
  });

  async function seen(path: string, who: Person | null): Promise<Seen> {
    const page = await (await readerOf(who)).newPage();
    const watched = await watchFirstAnswer(page);
    await watched.client.send('Network.clearBrowserCache');
    await watched.client.send('Network.emulateNetworkConditions', LINE);
    await page.goto(`${here.served.url}${path}`);
    const asked = await watched.asked();
    await page.waitForTimeout(LATER_MS);
    const moved = (await watched.moved()).map(({ by, what }) => `${by}: ${what}`);
    await page.close();
    return { asked, moved };
  }

  test('/home asks for at most six things: page, script, style, language, who it is, and all figures at once', async () => {
    const { asked, moved } = await seen('/home', 'alice');
    expect(asked.length, asked.join('\n')).toBeLessThanOrEqual(6);
    expect(moved).toEqual([]);
  });

  test.each(['/community', '/books', '/check', '/join'])('%s is drawn once its parts are here, not when a time is up', async (path) => {
    const page = await (await readerOf(null)).newPage();
    await page.addInitScript((soonMs) => {
      const { setTimeout: later } = window;
      const onlySoon = (work: TimerHandler, ms = 0): number => (ms < soonMs ? later(work, ms) : 0);
      window.setTimeout = onlySoon as typeof setTimeout;
    }, SOON_MS);
    await page.goto(`${here.served.url}${path}`);
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    await page.close();
  });

  const ofDay = (path: (day: string) => string) => () => path(dayToDate(here.served.api.days.first));
  test.each<[string, Person | null, (() => string)?]>([
    ['/', 'alice'],
    ['/', null],
    ['/community', null],
    ['/community', 'alice'],
    ['/books', null],
    ['/books/:day', null, ofDay((day) => `/books/${day}`)],
    ['/check', null],
    ['/audit', 'auditor'],
    ['/join', null],
    ['/home', null],
    ['/usage', 'alice'],
    ['/bills', 'alice'],
    ['/bills/:day/:meter', 'alice', ofDay((day) => `/bills/${day}/${meters.alice1}`)],
    ['/invoices', 'alice'],
    ['/invoices/:month', 'alice', ofDay((day) => `/invoices/${day.slice(0, 7)}`)],
    ['/settings', 'alice'],
    ['/settings', 'operator'],
    ['/operate', 'operator'],
    ['/operate/exceptions', 'operator'],
    ['/operate/days', 'operator'],
    ['/operate/meters', 'operator'],
    ['/operate/tariffs', 'operator'],
    ['/operate/month', 'operator'],
    ['/operate/node', 'operator'],
    ['/install/:meter', null, () => `/install/${meters.alice1}`],
    ['/nowhere', null],
  ])('on %s nothing moves for what comes later; as %s', async (path, who, at) => {
    expect((await seen(at?.() ?? path, who)).moved).toEqual([]);
  });
});
