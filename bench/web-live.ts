/** What a member waits for once the page stands: the check of their own bill, and a report that has just been written. */
import type { Browser } from 'playwright-core';
import { meters } from '../test/kit/api/people.ts';
import { visit } from '../test/kit/web/browser.ts';
import { answerOf, DAY, honestWorld, METER } from '../test/kit/web/member-world.ts';
import { serveApi } from '../test/kit/web/served-api.ts';
import { openSite } from '../test/kit/web/site.ts';
import type { Figure } from './frame.ts';
import { median, percentile } from './frame.ts';

const RUNS = 3;
const LONG_MS = 120_000;
const REPORTS = 20;

/** Seconds of a processor that all pages and their workers have had so far. A page cannot tell; its browser can. */
async function cpuS(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** By the button on the bill, everybody's proofs of the day included, with the worker loaded and the files there. */
export async function ownCheck(browser: Browser): Promise<Figure> {
  const world = honestWorld();
  const { url, close: closeSite } = await openSite((request) => answerOf(world, request));
  const once = async (): Promise<number> => {
    const { page, close } = await visit(browser, `${url}/bills/${DAY}/${METER}`);
    await page.getByRole('button', { name: 'Check this bill' }).click({ timeout: LONG_MS });
    const accept = page.getByRole('button', { name: 'accepting development keys' });
    await accept.waitFor({ timeout: LONG_MS });
    const before = await cpuS(browser);
    await accept.click();
    await page.locator('[data-exit-code="0"]').waitFor({ timeout: LONG_MS });
    const took = (await cpuS(browser)) - before;
    await close();
    return took;
  };
  try {
    return { name: "a check of one's own bill, time of a processor", value: await median(RUNS, once), unit: 's', aim: { atMost: 1 } };
  } finally {
    await closeSite();
  }
}

/** From the writing of a report by the books to its figure on the open page, by the stream of hints. */
export async function reportOnScreen(browser: Browser): Promise<Figure> {
  const served = await serveApi();
  try {
    const books = served.as('books');
    const { page, close } = await visit(browser, `${served.url}/home#session=${await served.api.token('bob')}`);
    const following = page.waitForResponse((response) => response.request().postData()?.includes('subscription') ?? false, {
      timeout: LONG_MS,
    });
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    await following;
    const tookMs: number[] = [];
    for (let i = 1; i <= REPORTS; i++) {
      const shown = page.getByRole('heading', { name: `${10 + i}.5` });
      await books`insert into books.report (meter, slot, status, import_register_wh, export_register_wh, power_w, flags, height)
        values (${meters.bob1}, ${(served.api.days.fourth + 1) * 96 + i}, 'opened', 99000000, 99000000, ${10_500 + i * 1_000}, 0, 4950)`;
      const writtenMs = performance.now();
      await shown.waitFor({ timeout: LONG_MS });
      tookMs.push(performance.now() - writtenMs);
    }
    await close();
    return {
      name: 'from a report, as the books write it, to its figure on the page, p95',
      value: percentile(tookMs, 0.95) / 1000,
      unit: 's',
      aim: { atMost: 1 },
      note: `${REPORTS} reports, median ${percentile(tookMs, 0.5).toFixed(0)} ms`,
    };
  } finally {
    await served.stop();
  }
}
