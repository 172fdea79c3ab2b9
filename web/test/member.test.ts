/** A member's own pages in a real browser, before the real API and a real database. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect, test } from 'vitest';
import { dayToDate } from '../../src/protocol/index.ts';
import { amountOf, exportOf, importOf, NAMES } from '../../test/kit/api/community.ts';
import { meters, people } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';

const NEL_PER_CENT = 10_000_000n;
const LONG_MS = 30_000;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe.skipIf(!chromium)("a member's pages", () => {
  const here = beforeApi();

  const openAs = async (who: 'alice' | 'bob', path: string): Promise<Visit & { answers: string[] }> => {
    const one = await visit(here.browser, 'about:blank');
    const answers: string[] = [];
    one.page.on('response', async (response) => answers.push(await response.text().catch(() => '')));
    await one.page.goto(`${here.served.url}${path}#session=${await here.served.api.token(who)}`);
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    return { ...one, answers };
  };

  test('take a session from the address into a cookie, and leave no trace of it there', async () => {
    const { page, close } = await openAs('alice', '/home');
    expect(page.url()).toBe(`${here.served.url}/home`);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: '__Host-electra', httpOnly: true, secure: true, sameSite: 'Strict' });
    expect(await page.evaluate(() => [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join())).not.toContain(
      await here.served.api.token('alice'),
    );
    await close();
  });

  test('take a session that comes into the address of a page that is open already', async () => {
    const { page, close } = await visit(here.browser, `${here.served.url}/home`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    await page.goto(`${here.served.url}/home#session=${await here.served.api.token('alice')}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached', timeout: LONG_MS });
    expect(page.url()).toBe(`${here.served.url}/home`);
    await close();
  });

  test('say what a day came to as the books have it, and energy to the Wh in the table', async () => {
    const { first } = here.served.api.days;
    const { page, close } = await openAs('bob', `/usage?view=day&day=${dayToDate(first)}`);
    await page.getByText('As a table').click();
    const totals = await page.locator('tfoot td').allTextContents();
    const digits = totals.map((text) => Number(text.replaceAll(/[^0-9]/g, '')));
    expect(digits[0]).toBe(sum(importOf(meters.bob1, first)));
    expect(digits.at(-1)).toBe(sum(exportOf(meters.bob1, first)));
    await page.goto(`${here.served.url}/usage?view=month&day=${dayToDate(first)}`);
    await page.getByText('As a table').click();
    const nel = amountOf(meters.bob1, first);
    const shown = await page.locator('tbody tr').first().textContent();
    expect(shown).toContain(nel < 0n ? 'you receive' : 'you pay');
    // To the cent, up or down: the days of a month add up to its sum.
    const shownNel = BigInt(/€([\d,]+\.\d\d)/.exec(shown ?? '')![1].replaceAll(/[,.]/g, '')) * NEL_PER_CENT;
    const otherwise = shownNel - (nel < 0n ? -nel : nel);
    expect(otherwise > -NEL_PER_CENT && otherwise < NEL_PER_CENT, String(shown)).toBe(true);
    await close();
  });

  test('make no zero of a time of which nothing is known, and write numbers at an axis whole', async () => {
    const { page, close } = await openAs('alice', '/usage?view=day');
    await page.getByRole('heading', { name: /^Nothing is known of \d+ \w+ \d{4}\.$/ }).waitFor({ timeout: LONG_MS });
    expect(await page.locator('main svg').count()).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${here.served.url}/usage?view=year`);
    await page.locator('svg .tick').nth(1).waitFor({ timeout: LONG_MS });
    const outside = await page.locator('svg[role=img]').evaluate((picture) => {
      const { left } = picture.getBoundingClientRect();
      return [...picture.querySelectorAll('text')].filter((one) => one.getBoundingClientRect().left < left).map((one) => one.textContent);
    });
    expect(outside).toEqual([]);
    await close();
  });

  test('lead to no time before the first meter or after today, and give out the quarter-hours of what they show', async () => {
    const { first } = here.served.api.days;
    const { page, close } = await openAs('bob', `/usage?view=year&day=${dayToDate(first)}`);
    const lead = async (): Promise<string[]> => page.locator('main .pair a').allTextContents();
    await page.locator('main .tabs').waitFor({ timeout: LONG_MS });
    expect(await lead()).toEqual([]);
    const csv = page.getByRole('link', { name: 'Quarter-hours as CSV' });
    const [given] = await Promise.all([page.waitForEvent('download'), csv.click()]);
    const year = dayToDate(first).slice(0, 4);
    expect(given.url()).toContain(`meter=${meters.bob1}&from=${year}-01-01&to=${year}-12-31`);
    expect(readFileSync(await given.path(), 'utf8')).toContain(dayToDate(first));
    await page.goto(`${here.served.url}/usage?view=year&day=${Number(year) + 2}-01-01`);
    await page.locator('main .tabs').waitFor({ timeout: LONG_MS });
    expect(await lead()).toEqual(['Earlier']);
    await page.goto(`${here.served.url}/usage?view=year&day=${Number(year) - 2}-01-01`);
    await page.locator('main .tabs').waitFor({ timeout: LONG_MS });
    expect(await lead()).toEqual(['Later']);
    await close();
  });

  test('hold nothing of another member, in no answer and in no storage', async () => {
    const { page, answers, close } = await openAs('alice', '/home');
    const { first, third } = here.served.api.days;
    const ofBills = [first, third].map((day) => `/bills/${dayToDate(day)}/${meters.alice1}`);
    const month = dayToDate(first).slice(0, 7);
    for (const path of ['/usage?view=month', `/bills?month=${month}`, ...ofBills, `/invoices/${month}`, '/settings']) {
      await page.goto(`${here.served.url}${path}`);
      await page.locator('h1').waitFor({ timeout: LONG_MS });
    }
    const everything = [...answers, await page.content()].join('\n');
    for (const foreign of [people.bob.address, meters.bob1, NAMES.bob, String(amountOf(meters.bob1, first))])
      expect(everything).not.toContain(foreign);
    await page.goto(`${here.served.url}/bills/${dayToDate(first)}/${meters.bob1}`);
    await page.getByText('There is no such thing of yours.').waitFor({ timeout: LONG_MS });
    await close();
  });

  test.each([
    ['/home', 'light'],
    ['/usage?view=month', 'dark'],
    ['/usage?view=day', 'light'],
  ] as const)('%s has nothing that axe objects to or that sticks out, in the %s scheme', async (path, colorScheme) => {
    const { page, complaints, strangers, close } = await openAs('alice', path);
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(strangers.filter((url) => !url.startsWith(here.served.url))).toEqual([]);
    await close();
  });

  test('ask a stranger to sign in where they are, and refuse what is no key', async () => {
    const { page, close } = await visit(here.browser, `${here.served.url}/home`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    await page.getByLabel('Key of your wallet').fill('no key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Expected 64 characters').waitFor();
    await close();
  });

  test('sign in with the key of a wallet, which never leaves the page', async () => {
    const { page, close } = await visit(here.browser, `${here.served.url}/home`);
    const key = Buffer.from(people.alice.privKey).toString('hex');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByLabel('Key of your wallet').fill(key, { timeout: LONG_MS });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.join()).not.toContain(key);
    await close();
  });

  test('sign out, after which neither the page nor its cookie shows anything', async () => {
    const { page, close } = await openAs('alice', '/home');
    await page.getByText(`Signed in as ${NAMES.alice}`).waitFor({ timeout: LONG_MS });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${here.served.url}/home`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    await close();
  });
});
