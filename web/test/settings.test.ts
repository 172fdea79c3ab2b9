/** Settings of every role in a real browser, before the real API: where one is signed in, how to end it, and what is whose. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Person } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';

const LONG_MS = 30_000;

describe.skipIf(!chromium)('settings', () => {
  const here = beforeApi();

  const openAs = async (who: Person, path = '/settings'): Promise<Visit> => {
    const one = await visit(here.browser, `${here.served.url}${path}#session=${await here.served.api.token(who)}`);
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    return one;
  };
  const settled = async (page: Page): Promise<void> => page.getByRole('heading', { name: 'Passkeys' }).waitFor({ timeout: LONG_MS });
  const headings = (page: Page): Promise<string[]> => page.locator('main h2').allTextContents();
  const programs = (page: Page) => page.locator('section[aria-labelledby=of-programs] .sessions li');

  test.each([
    ['operator', /^TOKEN=\$\(npx electra sign-in\)$/],
    ['auditor', /^TOKEN=\$\(npx electra sign-in --wallet-file FILE --api http/],
    ['alice', /^TOKEN=\$\(npx electra sign-in --wallet-file FILE --api http/],
  ] as const)('are in the menu of %s, with all that is theirs and nothing of another role', async (who, command) => {
    const { page, complaints, close } = await openAs(who, who === 'alice' ? '/home' : who === 'operator' ? '/operate' : '/audit');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Settings' }).click({ timeout: LONG_MS });
    await settled(page);
    const found = await headings(page);
    for (const each of ['Where you are signed in', 'Passkeys', 'Invitations', 'The key of your address', 'For programs'])
      expect(found).toContain(each);
    expect(found.includes('Everything that is here of you')).toBe(who === 'alice');
    expect(found.includes('Codes of whoever installed a meter')).toBe(who === 'alice');
    expect(await page.locator('section[aria-labelledby=programs] code').first().textContent()).toMatch(command);
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('keep an own place of the menu where the page is of everybody signed in', async () => {
    const { page, close } = await openAs('operator');
    await settled(page);
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Operate' }).count()).toBe(1);
    await close();
  });

  test('list what programs opened apart, bound in number, and end all of it but this one', async () => {
    const others = [await openAs('auditor'), await openAs('auditor'), await openAs('auditor')];
    const { page, close } = await openAs('auditor');
    await settled(page);
    await page.getByText('at most 20 at once, 5 of them links of programs').waitFor();
    const count = await programs(page).count();
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(5);
    expect(await programs(page).first().textContent()).toMatch(/\(this one\).*Since.*Last used.*Until/);
    await page.getByRole('button', { name: 'End all links of programs but this one' }).click();
    await page.getByText(`${count - 1} sessions are ended.`).waitFor({ timeout: LONG_MS });
    await page.waitForFunction(() => document.querySelectorAll('section[aria-labelledby=of-programs] .sessions li').length === 1);
    await others[0].page.goto(`${here.served.url}/settings`);
    await others[0].page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    await Promise.all([...others.map((one) => one.close()), close()]);
  });

  test('do not gather a session each time that a link is opened in one browser', async () => {
    const { page, close } = await openAs('auditor');
    await settled(page);
    const before = await programs(page).count();
    for (let i = 0; i < 2; i++) {
      await page.goto('about:blank');
      await page.goto(`${here.served.url}/settings#session=${await here.served.api.token('auditor')}`);
      await settled(page);
    }
    expect(await programs(page).count()).toBe(before);
    await close();
  });

  test('say times in the community’s zone, wherever the reader is', async () => {
    const { page, close } = await openAs('alice');
    await settled(page);
    const { data } = await here.served.api.ask('alice', '{ viewer { passkeys { createdAt } } }');
    const at = new Date(data.viewer.passkeys[0].createdAt);
    const shown = at.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Vienna' });
    await page.getByText(`on ${shown}.`).first().waitFor({ timeout: LONG_MS });
    await close();
  });

  test('take whoever is no member from the door of all to where they are at home', async () => {
    for (const [who, place] of [
      ['operator', '/operate'],
      ['auditor', '/audit'],
    ] as const) {
      const { page, close } = await openAs(who, '/home');
      await page.waitForURL(`${here.served.url}${place}`, { timeout: LONG_MS });
      await close();
    }
    const { page, close } = await openAs('auditor', '/operate');
    await page.getByRole('link', { name: 'As an auditor' }).first().click({ timeout: LONG_MS });
    await page.waitForURL(`${here.served.url}/audit`);
    await close();
  });
});
