/**
 * What a page costs its reader, in a real Chromium before the real API over the small community: questions and scripts before the first
 * answer, time to the largest paint on this machine and on a slow line with a slow processor, shifts, reaction to input, a check.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { load } from '../test/kit/audit/bundles.ts';
import { launch, visit } from '../test/kit/web/browser.ts';
import { acceptedResult, choose, untilReady } from '../test/kit/web/choose.ts';
import { watchFirstAnswer } from '../test/kit/web/first-answer.ts';
import { worlds } from '../test/kit/web/worlds.ts';
import type { Figure } from './frame.ts';
import { median } from './frame.ts';
import { ownCheck, reportOnScreen } from './web-live.ts';

const RUNS = 3;
const LONG_MS = 120_000;
/** A slow 4G line and a processor a quarter as fast. */
const SLOW = { downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8, latency: 150, offline: false };
const SLOWER = 4;
const MOVES = 20;
const SHIFTING = ['/', '/home', '/usage', '/bills', '/community'];

interface Seen {
  lcpMs: number;
  inpMs: number;
}

/** Watches what the browser measures, from the first moment on. */
const watch = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const seen = { lcpMs: 0, inpMs: 0 };
    Object.assign(globalThis, { seen });
    const on = (type: string, each: (entry: PerformanceEntry) => void, extra = {}) =>
      new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...extra });
    on('largest-contentful-paint', ({ startTime }) => {
      seen.lcpMs = startTime;
    });
    on('event', ({ duration }) => (seen.inpMs = Math.max(seen.inpMs, duration)), { durationThreshold: 16 });
  });
const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

async function slow(session: CDPSession): Promise<void> {
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', SLOW);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
}

interface Opened extends Seen {
  requests: number;
  cls: number;
}

/** Opens a page as somebody who comes for the first time with a session; the session itself is handed over before. */
async function open(
  browser: Browser,
  { url, session, path }: { url: string; session: string; path: string },
  slowly: boolean,
): Promise<Opened> {
  const { page, close } = await visit(browser, `${url}/home${session}`);
  try {
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    const fresh = await page.context().newPage();
    await watch(fresh);
    const { client, asked, moved } = await watchFirstAnswer(fresh);
    await client.send('Network.clearBrowserCache');
    if (slowly) await slow(client);
    await fresh.goto(`${url}${path}`);
    const requests = (await asked()).length;
    await fresh.waitForTimeout(500);
    return { ...(await seenBy(fresh)), requests, cls: (await moved()).reduce((sum, { by }) => sum + by, 0) };
  } finally {
    await close();
  }
}

/** The slowest reaction while somebody moves through a day, on a slow processor. */
async function reaction(browser: Browser, url: string): Promise<number> {
  const { page, close } = await visit(browser, 'about:blank');
  await watch(page);
  await page.goto(`${url}/community`);
  await page.locator('#moment').waitFor({ timeout: LONG_MS });
  await slow(await page.context().newCDPSession(page));
  await page.locator('#moment').focus();
  for (let i = 0; i < MOVES; i++) await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(500);
  const { inpMs } = await seenBy(page);
  await close();
  return inpMs;
}

/** Seconds from a chosen bundle of two days to its verdict, as the page says it. */
async function checking(browser: Browser, url: string): Promise<number> {
  const { page, close } = await visit(browser, `${url}/check`);
  await untilReady(page);
  await choose(page, load('honest'));
  await acceptedResult(page);
  const said = (await page.locator('h1 + p').textContent()) ?? '';
  await close();
  return Number(/([\d.]+) s/.exec(said)?.[1]);
}

export async function benchWeb(): Promise<Figure[]> {
  const [browser, all] = [await launch(), worlds()];
  try {
    const community = await all.open('community');
    const empty = await all.open('empty');
    const madeUp = await all.open('made-up');
    const home = { url: community.url, session: await community.session('alice'), path: '/home' };
    const once = await open(browser, home, false);
    let cls = once.cls;
    for (const path of SHIFTING) cls = Math.max(cls, (await open(browser, { ...home, path }, true)).cls);
    return [
      {
        name: 'questions before the first answer of /home',
        value: once.requests,
        unit: '',
        aim: { atMost: 6 },
        note: 'without the typeface',
      },
      {
        name: 'largest paint of /home, this machine',
        value: await median(RUNS, async () => (await open(browser, home, false)).lcpMs / 1000),
        unit: 's',
        aim: { atMost: 0.8 },
      },
      {
        name: 'largest paint of /home, slow 4G, processor ÷ 4',
        value: await median(RUNS, async () => (await open(browser, home, true)).lcpMs / 1000),
        unit: 's',
        aim: { atMost: 2 },
      },
      {
        name: `shifts of ${SHIFTING.join(', ')} (CLS), the most`,
        value: cls,
        unit: '',
        aim: { atMost: 0 },
        note: 'slow 4G, processor ÷ 4',
      },
      {
        name: 'slowest reaction on /community, processor ÷ 4',
        value: await median(RUNS, () => reaction(browser, madeUp.url)),
        unit: 'ms',
        aim: { atMost: 200 },
        note: `${MOVES} moves through a day by keys; a reaction below 16 ms counts as 0`,
      },
      {
        name: 'a check of two days, 26 bills, in the page',
        value: await median(RUNS, () => checking(browser, empty.url)),
        unit: 's',
        aim: { atMost: 2 },
      },
      await ownCheck(browser),
      await reportOnScreen(browser),
    ];
  } finally {
    await browser.close();
    await all.close();
  }
}
