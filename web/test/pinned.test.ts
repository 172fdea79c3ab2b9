/** What pages say of the community itself: that it is a demonstration, and whether it is the one that the reader has pinned. */
import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../../test/kit/audit/bundles.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { acceptedResult, choose, result, untilReady } from '../../test/kit/web/choose.ts';
import { type Worlds, worlds } from '../../test/kit/web/worlds.ts';

const LONG_MS = 60_000;
const OWN = createHash('sha256').update(load('honest').get('genesis.json')!).digest('hex');
const ANOTHER = '5e'.repeat(32);

describe.skipIf(!chromium)('the community', () => {
  let browser: Browser;
  let all: Worlds;
  let url: string;
  beforeAll(async () => {
    browser = await launch();
    all = worlds();
    url = (await all.open('made-up')).url;
  });
  afterAll(async () => {
    await browser?.close();
    await all?.close();
  });

  /** The same community with keys of a ceremony. */
  const earnest = (page: Page): Promise<unknown> =>
    page.route('**/graphql', async (route) => {
      const answer = await route.fetch();
      return route.fulfill({
        response: answer,
        body: (await answer.text()).replaceAll('"developmentKeys":true', '"developmentKeys":false'),
      });
    });
  async function at(path: string, { pinned, keys }: { pinned?: string; keys?: 'own' } = {}): Promise<Visit> {
    const one = await visit(browser, 'about:blank');
    if (keys) await earnest(one.page);
    if (pinned) {
      const kept = JSON.stringify({ genesisHash: pinned, atMs: Date.parse('2026-06-01T10:00:00Z') });
      await one.page.addInitScript((text) => localStorage.setItem('electra.community', text), kept);
    }
    await one.page.goto(`${url}${path}`);
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    await one.page.locator('.skeleton').waitFor({ state: 'detached', timeout: LONG_MS });
    return one;
  }

  test('says on its first page, and with a word on every other, that it is a demonstration', async () => {
    const { page, close } = await at('/');
    await page.getByRole('heading', { name: 'This is a demonstration' }).waitFor();
    for (const path of ['/community', '/check', '/audit']) {
      await page.goto(`${url}${path}`);
      await page.getByText('Demonstration', { exact: true }).waitFor({ timeout: LONG_MS });
    }
    await close();
  });

  test('says nothing of the kind where its keys are not of development, and offers nobody to accept such', async () => {
    const { page, close } = await at('/', { keys: 'own' });
    expect(await page.getByText(/demonstration/i).count()).toBe(0);
    await page.goto(`${url}/audit`);
    await page.getByRole('button', { name: /^Fetch and check/ }).waitFor({ timeout: LONG_MS });
    expect(await page.getByLabel('Accept development keys').count()).toBe(0);
    await close();
  });

  test('is asked what it may accept before the button that audits, not behind it', async () => {
    const { page, close } = await at('/audit');
    const order = await page
      .locator('main')
      .getByRole('checkbox')
      .or(page.getByRole('button', { name: /^Fetch and check/ }))
      .all();
    expect(await Promise.all(order.map((one) => one.evaluate(({ tagName }) => tagName)))).toEqual(['INPUT', 'BUTTON']);
    await close();
  });

  test('is checked against the fingerprint that was pinned, which stands there already', async () => {
    const { page, close } = await at('/check', { pinned: OWN });
    expect(await page.getByLabel(/^Fingerprint of the community/).inputValue()).toBe(OWN);
    await page.getByText('You pinned it on this device on 1 June 2026.').waitFor();
    await untilReady(page);
    await choose(page, load('honest'));
    expect([0, 3]).toContain((await acceptedResult(page)).exitCode);
    await page.goto(`${url}/audit`);
    await page.getByText('You pinned it on this device on 1 June 2026, and this service shows').waitFor({ timeout: LONG_MS });
    expect(await page.getByRole('button', { name: /^Fetch and check/ }).count()).toBe(1);
    await close();
  });

  test('that is another than the pinned one is refused, by the check and before an audit', async () => {
    const { page, close } = await at('/check', { pinned: ANOTHER });
    await untilReady(page);
    await choose(page, load('honest'));
    const said = await result(page);
    expect(said.exitCode).toBe(1);
    expect(said.text).toContain(ANOTHER);
    await page.goto(`${url}/audit`);
    await page.getByText('This service shows another community. Do not go on.').waitFor({ timeout: LONG_MS });
    expect(await page.getByRole('button', { name: /^Fetch and check/ }).count()).toBe(0);
    await close();
  });
});
