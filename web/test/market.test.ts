/** The page of the market: what anybody sees, what a community sees of its own, and that it is fit for everybody. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { tabTo } from '../../test/kit/web/keyboard.ts';
import { makeGain } from '../../test/kit/web/operating.ts';
import type { World } from '../../test/kit/web/states.ts';
import { type Worlds, worlds } from '../../test/kit/web/worlds.ts';

const LONG_MS = 30_000;

describe.skipIf(!chromium)('the market', () => {
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
  const open = async (world: World, path = '/market', locale = 'en-GB'): Promise<Visit> => {
    const { url } = await all.open(world);
    const one = await visit(browser, `${url}${path}`, { locale });
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    await one.page.locator('.skeleton').waitFor({ state: 'detached', timeout: LONG_MS });
    return one;
  };
  const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor({ timeout: LONG_MS });

  test('says what sharing cost, which day is void, and what stands behind ELECTRA', async () => {
    const { page, complaints, strangers, close } = await open('market');
    await page.getByRole('heading', { name: 'On 1 July 2026 communities shared energy at €0.191 a kWh.' }).waitFor({ timeout: LONG_MS });
    const voided = page.locator('tr', { hasText: '28 Jun' });
    expect((await voided.locator('td').allTextContents()).slice(0, 2)).toEqual(['1 of 3', 'void']);
    expect(await voided.getByRole('link').count()).toBe(0);
    await says(page, '1,250.00 ELECTRA are in circulation, 1,300.00 are attested in reserve.');
    await says(page, 'Redemptions that wait for more than five days: 1.');
    expect(await page.getByText('More is in circulation than was attested.').count()).toBe(0);
    expect(await page.getByText('Your community').count()).toBe(0);
    expect([complaints, strangers]).toEqual([[], []]);
    await close();
  });

  test('shows a community what it shared, settled and moved, by the keyboard too', async () => {
    const { page, complaints, close } = await open('market-member');
    await says(page, /^Your community took \d+\.\d\d\u00a0kWh from others and gave them \d+\.\d\d\u00a0kWh\.$/);
    await says(page, 'you receive €21.87');
    await says(page, 'Your treasury has 50.00 ELECTRA, and 50.00 in escrow.');
    await says(page, '1.50 are owed from settled weeks. Pay into escrow.');
    await says(page, 'out 50.00');
    await tabTo(page, page.locator('main summary').first());
    await page.keyboard.press('Enter');
    await page.locator('details[open] td').first().waitFor();
    await tabTo(page, page.getByRole('link', { name: '30 Jun' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/day=2026-06-30/, { timeout: LONG_MS });
    await says(page, 'Shared on 30 June 2026');
    await says(page, 'Prices of 30 June 2026');
    expect(complaints).toEqual([]);
    await close();
  });

  test('is none on a community’s own chain, and /community leads there where there is one', async () => {
    const none = await open('made-up');
    await none.page.getByRole('heading', { name: 'There is no market here.' }).waitFor({ timeout: LONG_MS });
    await none.page.goto(none.page.url().replace('/market', '/community'));
    await none.page.getByRole('heading', { name: 'How a price comes about' }).waitFor({ timeout: LONG_MS });
    expect(await none.page.getByRole('link', { name: 'The market between communities' }).count()).toBe(0);
    await none.close();
    const there = await open('market', '/community');
    await there.page.getByRole('link', { name: 'The market between communities' }).click();
    await there.page.getByRole('heading', { name: /communities shared energy/ }).waitFor({ timeout: LONG_MS });
    await there.close();
  });

  test('is where a member sees what it brought beside the tariff, on /community, and a stranger does not', async () => {
    for (const [world, shown] of [
      ['made-up-member', 1],
      ['made-up', 0],
    ] as const) {
      const { page, complaints, close } = await open(world, '/community');
      await makeGain(page);
      await page.reload();
      await page.getByRole('link', { name: 'The market between communities' }).waitFor({ timeout: LONG_MS });
      if (shown) {
        await says(page, 'The last 3 settled weeks brought the community 20.37 ELECTRA.');
        await says(page, /^The tariff since .+: a kWh taken from outside costs €0\.3000, a kWh given to the outside brings €0\.0800\.$/);
      }
      await page.locator('.skeleton').waitFor({ state: 'detached', timeout: LONG_MS });
      expect(await page.locator('.shared-gain').count()).toBe(shown);
      expect(complaints).toEqual([]);
      await close();
    }
  });

  test.each([
    ['market-member', 'en-GB'],
    ['market-member', 'de-AT'],
    ['market-member', 'es-ES'],
    ['made-up', 'de-AT'],
  ] as const)('of %s, in %s, is fit for all widths and schemes', { timeout: 120_000 }, async (world, locale) => {
    const { page, close } = await open(world, '/market', locale);
    expect(await unfit(page, { widths: [320, 390, 1280] })).toEqual([]);
    await close();
  });
});
