/** What an auditor prints: the protocol of an audit, two pages of A4 at most, with nothing cut off and nothing of the screen. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, visit } from '../../test/kit/web/browser.ts';
import { auditRange } from '../../test/kit/web/states.ts';
import { type Worlds, worlds } from '../../test/kit/web/worlds.ts';

const LONG_MS = 60_000;
/** A4 less margins of 15 mm, at 96 dots an inch. */
const PAPER_PX = { width: 680, height: 1010 };
const LANGUAGES = ['en', 'de', 'es'] as const;

/** Words that stick out of what is printed, in any of its boxes. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('.protocol *, main h1, main p, main summary, main li, main pre')]
      .filter((one) => one.checkVisibility())
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 1)
      .filter((one) => getComputedStyle(one).display !== 'inline')
      .map((one) => `${one.tagName}: ${one.textContent?.slice(0, 40)}`),
  );

describe.skipIf(!chromium)('the protocol of an audit', () => {
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

  test('is two pages of A4 at most, whole, black on white, with who, when, which community and room to sign', async () => {
    const { page, close } = await visit(browser, `${(await all.open('made-up')).url}/audit`, { colorScheme: 'dark' });
    await page.getByRole('heading', { name: 'of 14 final days' }).waitFor({ timeout: LONG_MS });
    expect((await auditRange(page)).exitCode).toBe(3);
    await page.getByLabel('Your name, for the printed protocol').fill('Maria Musterfrau-Österreicher, Prüfgesellschaft');
    for (const language of LANGUAGES) {
      await page.emulateMedia({ media: 'screen' });
      await page.locator('footer select').selectOption(language);
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
      await page.setViewportSize(PAPER_PX);
      await page.emulateMedia({ media: 'print' });
      expect([language, await cutOff(page)]).toEqual([language, []]);
      // What a line is about stands apart from what it says.
      expect((await page.locator('.line').allInnerTexts()).filter((line) => /\d{4}-\d\d-\d\d[^\s,.:;)]/.test(line))).toEqual([]);
      const text = await page.locator('.protocol').textContent();
      for (const part of ['Maria Musterfrau', 'electra-', '2026', 'Europe/Vienna']) expect(text).toContain(part);
      for (const gone of ['.rail', '.foot', 'main button', 'main input']) expect(await page.locator(gone).first().isVisible()).toBe(false);
      const colours = await page.evaluate(() => [
        getComputedStyle(document.documentElement).backgroundColor,
        getComputedStyle(document.querySelector('h1')!).color,
      ]);
      expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
      const pdf = (await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } })).toString(
        'latin1',
      );
      const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g)!.length;
      expect([language, pages]).toEqual([language, Math.min(pages, 2)]);
    }
    await close();
  });
});
