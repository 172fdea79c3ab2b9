/** The operator's pages in a real browser, before the real API and a real database. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { amountOf, exportOf, importOf, NAMES, numberOf, READ_BLINDING, READ_WH } from '../../test/kit/api/community.ts';
import { meters } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { makeGain, makeQuiet, WEEKS } from '../../test/kit/web/operating.ts';

const LONG_MS = 30_000;
const MINUTE_MS = 60_000;
/** Meters that were not heard of are silent from two hours after midnight on, by the API’s clock; either may pass while a page opens. */
const hasSilent = (ms: number): boolean => ms % (24 * 60 * MINUTE_MS) > 2 * 60 * MINUTE_MS;
/** What a page has once it is answered. */
const SHOWN = 'main table, main .node-facts, main .entries, main .tariff';
const PATHS = [
  ['/operate', 'en-GB'],
  ['/operate', 'de-AT'],
  ['/operate/exceptions', 'es-ES'],
  ['/operate/days', 'de-AT'],
  ['/operate/meters', 'es-ES'],
  ['/operate/tariffs', 'en-GB'],
  ['/operate/month', 'de-AT'],
  ['/operate/node', 'es-ES'],
] as const;

describe.skipIf(!chromium)("the operator's pages", () => {
  const here = beforeApi();

  interface Opened extends Visit {
    /** what the service answered, word for word */
    answers: string[];
  }
  const there = (page: Page): Promise<void> => page.locator('h1').waitFor({ timeout: LONG_MS });
  const openAs = async (
    who: 'operator' | 'alice',
    path: string,
    locale = 'en-GB',
    before?: (page: Page) => Promise<void>,
  ): Promise<Opened> => {
    const one = await visit(here.browser, 'about:blank', { locale, permissions: ['clipboard-read', 'clipboard-write'] });
    const answers: string[] = [];
    one.page.on('response', async (response) => {
      if (response.url().endsWith('/graphql')) answers.push(await response.text().catch(() => ''));
    });
    await before?.(one.page);
    await one.page.goto(`${here.served.url}${path}#session=${await here.served.api.token(who)}`);
    await there(one.page);
    return { ...one, answers };
  };
  const kinds = (page: Page): Promise<(string | null)[]> =>
    page.locator('.matter').evaluateAll((all) => all.map((one) => one.getAttribute('data-kind')));

  test('call for a person by what is open, each with the next command', async () => {
    const before = hasSilent(Date.now() - MINUTE_MS);
    const { page, complaints, close } = await openAs('operator', '/operate');
    await page.getByRole('heading', { name: /things need you/ }).waitFor({ timeout: LONG_MS });
    const found = await kinds(page);
    for (const kind of ['rotation', 'dayWaits', 'unsent', 'run', 'dispute', 'noBill', 'change', 'objection']) expect(found).toContain(kind);
    expect([before, hasSilent(Date.now())]).toContain(found.includes('silent'));
    expect(await page.locator('[data-kind=dispute]').textContent()).toContain(NAMES.bob);
    const command = `npx electra report ${dayToDate(here.served.api.days.second)}`;
    await page.getByRole('button', { name: `Copy: ${command}` }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);
    expect(complaints).toEqual([]);
    await close();
  });

  test('say on a good day that nothing needs anybody, once the first days are done', async () => {
    const { page, close } = await openAs('operator', '/operate', 'en-GB', makeQuiet);
    await page
      .getByRole('heading', { name: /^Nothing is urgent\. \d things? of the first days (is|are) left to do\.$/ })
      .waitFor({ timeout: LONG_MS });
    expect(await kinds(page)).toEqual([]);
    await page.evaluate(() => localStorage.setItem('electra.operate.first', 'over'));
    await page.reload();
    await page.getByRole('heading', { name: 'Nothing needs you today.' }).waitFor({ timeout: LONG_MS });
    expect(await page.getByText('The first days').count()).toBe(0);
    await page.getByText('13 of 13 heard of; 9 needed.').waitFor();
    await close();
  });

  test('explain each exception, and lead to the one that was asked for', async () => {
    const { page, close } = await openAs('operator', '/operate');
    await page.locator('[data-kind=dispute] a').click({ timeout: LONG_MS });
    const dispute = page.locator('#dispute');
    await dispute.waitFor({ timeout: LONG_MS });
    expect(await dispute.textContent()).toMatch(/What it means.*What to do.*bob-canary.*commitment-mismatch/);
    expect(await page.locator('#late').textContent()).toContain(NAMES.alice);
    await close();
  });

  test('show of a month which day of which meter stands how', async () => {
    const { second } = here.served.api.days;
    const month = dayToDate(second).slice(0, 7);
    const { page, close } = await openAs('operator', `/operate/month/${month}`);
    const cell = (meter: string) => page.locator(`[data-meter=${meter}] td`).nth(Number(dayToDate(second).slice(8)) - 1);
    await cell(meters.bob1).waitFor({ timeout: LONG_MS });
    expect(await cell(meters.bob1).textContent()).toBe('Ddisputed');
    expect(await cell(meters.alice2).textContent()).toBe('Lsigned late');
    expect(await cell(meters.alice1).textContent()).toBe('✓metered');
    await close();
  });

  test('say of a month’s invoices who has one, and whose bills have changed since', async () => {
    const month = dayToDate(here.served.api.days.first).slice(0, 7);
    const { page, answers, close } = await openAs('operator', `/operate/month/${month}`);
    await page.getByText('2 of 2 members have an invoice.').waitFor({ timeout: LONG_MS });
    // alice's first day was corrected after her invoice
    await page.getByText(/^Bills of .*alice-canary.* were released or corrected after the newest invoice/).waitFor();
    await page.getByRole('button', { name: `Copy: npx electra invoice ${month} --preview` }).waitFor();
    await page.getByRole('button', { name: `Copy: npx electra invoice ${month} --out invoices` }).waitFor();
    expect(answers.join('\n')).toContain('"invoicing":{');
    await close();
  });

  test('show beside the tariff what settled weeks brought, and how to work out the next one', async () => {
    const { page, complaints, close } = await openAs('operator', '/operate/tariffs', 'en-GB', makeGain);
    const gain = page.locator('.shared-gain');
    await gain.getByText('The last 3 settled weeks brought the community 20.37 ELECTRA.').waitFor({ timeout: LONG_MS });
    expect(await gain.locator('td').allTextContents()).toEqual(['brought 21.87', 'cost 1.50', 'nothing']);
    await gain.getByText(/^The tariff since .+: a kWh taken from outside costs €\d\.\d{4}/).waitFor();
    await gain.getByRole('button', { name: 'Copy: npx electra tariff propose --retail 300000 --feed-in 80000' }).waitFor();
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['a loss', WEEKS.slice(1, 2), 'The last settled week cost the community 1.50 ELECTRA.'],
    ['neither', WEEKS.slice(2), 'The last settled week neither brought nor cost the community anything.'],
    ['no week yet', [], 'No week is settled yet. What it brings stands here from the first one on.'],
  ])('say so where there is %s', async (_, weeks, said) => {
    const { page, close } = await openAs('operator', '/operate/tariffs', 'en-GB', (one) => makeGain(one, weeks));
    await page.locator('.shared-gain').getByText(said).waitFor({ timeout: LONG_MS });
    await close();
  });

  test('say nothing of a gain where the community shares with nobody', async () => {
    const { page, close } = await openAs('operator', '/operate/tariffs');
    await page.locator('.tariff').first().waitFor({ timeout: LONG_MS });
    expect(await page.locator('.shared-gain').count()).toBe(0);
    await close();
  });

  test('list meters by their names, as people count', async () => {
    const renamed = async (page: Page): Promise<void> =>
      page.route('**/graphql', async (route) => {
        if (route.request().headers().accept?.includes('event-stream')) return route.continue();
        const response = await route.fetch();
        let n = 0;
        const text = await response.text();
        await route.fulfill({
          response,
          body: text.replaceAll(/"name":"[^"]*","(firstDay|days)"/g, (_, next) => `"name":"Meter ${[10, 2, 1][n++ % 3]}","${next}"`),
        });
      });
    const { page, close } = await openAs('operator', '/operate/month', 'en-GB', renamed);
    const names = (where: string): Promise<string[]> => page.locator(where).allTextContents();
    await page.locator('.matrix tbody th').first().waitFor({ timeout: LONG_MS });
    expect(await names('.matrix tbody th')).toEqual(['Meter 1', 'Meter 2', 'Meter 10']);
    await page.goto(`${here.served.url}/operate/meters`);
    await page.locator('tbody th').first().waitFor({ timeout: LONG_MS });
    const shown = await names('tbody th');
    expect([...new Set(shown)].length).toBe(3);
    const silent = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => /silent/.test(row.textContent ?? '')));
    for (const group of [true, false]) {
      const own = shown.filter((_, i) => silent[i] === group).map((name) => Number(name.slice(6)));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    await close();
  });

  test('are for others, to a member, and tell them nothing', async () => {
    const { page, answers, close } = await openAs('alice', '/operate');
    await page.getByRole('heading', { name: 'This page is for others.' }).waitFor({ timeout: LONG_MS });
    for (const path of ['/operate/meters', '/operate/node']) {
      await page.goto(`${here.served.url}${path}`);
      await page.getByRole('heading', { name: 'This page is for others.' }).waitFor({ timeout: LONG_MS });
    }
    const everything = [...answers, await page.content()].join('\n');
    for (const foreign of [NAMES.bob, meters.bob1, '"operation":{']) expect(everything).not.toContain(foreign);
    await close();
  });

  test('hold no reading and no amount, in no answer', async () => {
    const { page, answers, close } = await openAs('operator', '/operate');
    for (const [path] of PATHS) {
      await page.goto(`${here.served.url}${path}`);
      await page.locator(SHOWN).first().waitFor({ timeout: LONG_MS });
    }
    const everything = answers.join('\n');
    expect(answers.length).toBeGreaterThan(PATHS.length);
    const { days } = here.served.api;
    for (const meter of Object.values(meters))
      for (const day of Object.values(days)) {
        for (const wh of [importOf(meter, day)[7], exportOf(meter, day)[7]]) expect(everything).not.toMatch(new RegExp(`\\b${wh}\\b`));
        for (const secret of [String(amountOf(meter, day)), numberOf(1, meter, day), numberOf(2, meter, day)])
          expect(everything).not.toContain(secret);
      }
    for (const secret of [String(READ_WH), READ_BLINDING]) expect(everything).not.toContain(secret);
    await close();
  });

  test('keep what they show while the service is away, and say so', async () => {
    const { page, close } = await openAs('operator', '/operate/meters', 'en-GB', (opened) => opened.clock.install());
    await page.getByText(NAMES.bob).waitFor({ timeout: LONG_MS });
    await page.route('**/graphql', (route) => route.abort());
    await page.clock.fastForward(61_000);
    await page.getByRole('alert').getByText('The service does not answer.').waitFor({ timeout: LONG_MS });
    expect(await page.getByText(NAMES.bob).isVisible()).toBe(true);
    await close();
  });

  test.each(PATHS)('%s, in %s, is fit for all widths and schemes', { timeout: 120_000 }, async (path, locale) => {
    const { page, complaints, strangers, close } = await openAs('operator', path, locale);
    await page.locator(SHOWN).first().waitFor({ timeout: LONG_MS });
    expect(await unfit(page, { widths: [320, 390, 1280] })).toEqual([]);
    expect(complaints).toEqual([]);
    expect(strangers.filter((url) => !url.startsWith(here.served.url))).toEqual([]);
    await close();
  });
});
