/**
 * `npm run screenshots`: pictures of every screen in every state, at phones' widths and a desk's, into out/screenshots; NAME… takes those
 * whose names begin so, `--dark` takes them in the dark scheme, `--de` and `--es` in another language. axe does not see that a page is
 * poor: they are for looking at.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launch, type Visit, visit } from './browser.ts';
import { STATES, type State } from './states.ts';
import { type Worlds, worlds } from './worlds.ts';

const FOLDER = 'out/screenshots';
/** Phones first: what is pressed before a picture is there for them. */
const WIDTHS = [390, 320, 1280] as const;
const PHONE_HEIGHT = 844;
const isPhone = (width: number): boolean => width < 960;
const LONG_MS = 60_000;
const OPTIONS = ['--dark', '--de', '--es'];
const given = (option: string): boolean => process.argv.includes(option);
const DARK = given('--dark');
const LANGUAGE = ['de', 'es'].find((language) => given(`--${language}`));
const SUFFIX = [DARK && 'dark', LANGUAGE].map((word) => (word ? `-${word}` : '')).join('');

/** Everything that was asked for is there. A page with a stream of hints is never idle. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load', { timeout: LONG_MS });
  await page.waitForFunction(() => document.querySelector('.skeleton, main [aria-busy=true]') === null, null, { timeout: LONG_MS });
  await page.waitForTimeout(400);
}

/** Opened twice: the first time the page does without a font that comes late. */
async function open(browser: Browser, all: Worlds, { path, world, as }: State): Promise<Visit> {
  const { url, session } = await all.open(world);
  const one = await visit(browser, as ? `${url}/home${await session(as)}` : `${url}${path}`, {
    viewport: { width: WIDTHS[0], height: PHONE_HEIGHT },
    reducedMotion: 'reduce',
    colorScheme: DARK ? 'dark' : 'light',
  });
  await one.page.locator('h1').waitFor({ timeout: LONG_MS });
  await one.page.goto(`${url}${path}`);
  await one.page.locator('h1').waitFor({ timeout: LONG_MS });
  await settled(one.page);
  return one;
}

async function picture(page: Page, name: string, width: number): Promise<void> {
  await page.setViewportSize({ width, height: PHONE_HEIGHT });
  // The bar at a phone's foot stands at the foot of the picture, not across it, and what stands below a page at its end.
  const height = await page.evaluate((phone) => {
    document.querySelector('main')!.style.minHeight = phone ? '0' : '';
    return document.documentElement.scrollHeight;
  }, isPhone(width));
  await page.setViewportSize({ width, height: Math.max(height, isPhone(width) ? PHONE_HEIGHT : 0) });
  await settled(page);
  await page.screenshot({ path: join(FOLDER, `${name}-${width}${SUFFIX}.png`), fullPage: true, animations: 'disabled' });
}

async function take(browser: Browser, all: Worlds, state: State): Promise<void> {
  const { page, close } = await open(browser, all, state);
  try {
    await state.after?.(page);
    await settled(page);
    // What was done before was done in English words.
    if (LANGUAGE) await page.locator('footer select').selectOption(LANGUAGE);
    for (const width of WIDTHS) await picture(page, state.name, width);
  } finally {
    await close();
  }
}

mkdirSync(FOLDER, { recursive: true });
const wanted = process.argv.slice(2).filter((one) => !OPTIONS.includes(one));
const states = STATES.filter(({ name }) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)));
const [browser, all] = [await launch(), worlds()];
const failed: string[] = [];
for (const state of states) {
  await take(browser, all, state).catch((error: Error) => failed.push(`${state.name}: ${error.message.split('\n')[0]}`));
  process.stdout.write(`${failed.at(-1)?.startsWith(`${state.name}:`) ? '✗' : '✓'} ${state.name}\n`);
}
await browser.close();
await all.close();
for (const text of failed) console.error(text);
process.exitCode = failed.length === 0 ? 0 : 1;
