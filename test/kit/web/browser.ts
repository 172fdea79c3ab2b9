/**
 * A real Chromium that is steered: Playwright's driver, Debian's browser. Whatever a page complains of, errors, violations of its policy,
 * questions to strangers, is kept, and a test that opens pages looks at it.
 */
import { type Browser, type BrowserContextOptions, chromium as driver, type Page } from 'playwright-core';
import { chromium } from '../chromium.ts';

export interface Visit {
  page: Page;
  /** what went wrong in the page, in its own words */
  complaints: string[];
  /** addresses of other origins that the page asked for */
  strangers: string[];
  close(): Promise<void>;
}

export const launch = (): Promise<Browser> =>
  driver.launch({ executablePath: chromium ?? undefined, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'America/Los_Angeles',
    serviceWorkers: 'block',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    // Said by the driver where a test wants no service worker, which would load everything once more for each page.
    if (message.text().startsWith('Service Worker registration blocked')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin && !/^(blob|data):/.test(request.url())) strangers.push(request.url());
  });
  await page.goto(url);
  const close = async (): Promise<void> => {
    // A test that answers for the service asks it itself: what it waits for at that moment never comes.
    for (const open of context.pages()) await open.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
  };
  return { page, complaints, strangers, close };
}
