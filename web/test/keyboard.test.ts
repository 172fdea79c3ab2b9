/** A member without a pointer, and one who reads numbers instead of pictures. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { exportOf, importOf } from '../../test/kit/api/community.ts';
import { meters, type Person } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';
import { tabTo } from '../../test/kit/web/keyboard.ts';
import { answerOf, DAY, honestWorld, METER, type MemberWorld } from '../../test/kit/web/member-world.ts';
import { visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe.skipIf(!chromium)('without a pointer', () => {
  const here = beforeApi();
  const openAs = async (who: Person, path: string): Promise<Visit> => {
    const one = await visit(here.browser, `${here.served.url}${path}#session=${await here.served.api.token(who)}`, {
      acceptDownloads: true,
    });
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    await one.page.locator('.skeleton').waitFor({ state: 'detached', timeout: LONG_MS });
    return one;
  };

  test('a member goes to the day before, opens its table, and takes it along as CSV', async () => {
    const { first, second } = here.served.api.days;
    const { page, complaints, close } = await openAs('bob', `/usage?view=day&day=${dayToDate(second)}`);
    await tabTo(page, page.getByRole('link', { name: 'Earlier' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`day=${dayToDate(first)}`), { timeout: LONG_MS });
    const summary = page.locator('main summary', { hasText: 'As a table' });
    await tabTo(page, summary);
    await page.keyboard.press('Enter');
    await page.locator('tfoot').waitFor({ timeout: LONG_MS });
    const shown = (await page.locator('tfoot td').allTextContents()).map((text) => Number(text.replaceAll(/\D/g, '')));
    expect([shown[0], shown.at(-1)]).toEqual([sum(importOf(meters.bob1, first)), sum(exportOf(meters.bob1, first))]);
    await tabTo(page, page.getByRole('link', { name: 'Quarter-hours as CSV' }));
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    const [, ...rows] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(rows).toHaveLength(96);
    expect(sum(rows.map((row) => Number(row.split(',')[4])))).toBe(shown[0]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('whoever has several meters takes a file of each', async () => {
    const { page, close } = await openAs('alice', '/usage?view=month');
    const links = page.getByRole('link', { name: /^Quarter-hours as CSV … / });
    await links.first().waitFor({ timeout: LONG_MS });
    const hrefs = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    expect(hrefs.map((href) => new URLSearchParams(href.split('?')[1]).get('meter')).sort()).toEqual([meters.alice1, meters.alice2].sort());
    await close();
  });

  test.each([
    ['/usage?view=day&day=FIRST', 1],
    ['/usage?view=week', 1],
    ['/usage?view=month', 1],
    ['/usage?view=year', 1],
    ['/home', 1],
    ['/community', 2],
  ])('each picture of %s says in a sentence what it shows, and has its numbers in a table', async (path, tables) => {
    const { page, close } = await openAs('alice', path.replace('FIRST', dayToDate(here.served.api.days.first)));
    await page.locator('main svg[role=img]').first().waitFor({ timeout: LONG_MS });
    const summaries = await page.locator('main svg[role=img]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(summaries.every((text) => text !== null && text.length > 10)).toBe(true);
    expect(await page.locator('main details', { hasText: 'As a table' }).locator('table').count()).toBe(tables);
    await close();
  });
});

describe.skipIf(!chromium)('without a pointer, a bill', () => {
  let world: MemberWorld;
  const here = visits((request) => answerOf(world, request));
  beforeEach(() => {
    world = honestWorld();
  });
  const press = async (page: Page, name: string): Promise<void> => {
    await tabTo(page, page.getByRole('button', { name, exact: true }));
    await page.keyboard.press('Enter');
  };

  test('is checked, and its result has the focus', async () => {
    const page = await here.open(`/bills/${DAY}/${METER}`);
    await page.getByRole('button', { name: 'Check this bill' }).waitFor({ timeout: LONG_MS });
    await press(page, 'Check this bill');
    await page.getByRole('button', { name: 'Check again, accepting development keys' }).waitFor({ timeout: LONG_MS });
    await press(page, 'Check again, accepting development keys');
    const result = page.locator('[data-exit-code]');
    await result.waitFor({ timeout: LONG_MS });
    expect(await result.getAttribute('data-exit-code')).toBe('0');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H3');
    await here.close();
  });
});
