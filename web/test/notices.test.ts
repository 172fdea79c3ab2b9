/** What somebody is told of: chosen in the settings, shown on the pages, and by the device where its owner lets it. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { meters, type Person, people } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { until } from '../../test/kit/until.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import type { Served } from '../../test/kit/web/served-api.ts';

const LONG_MS = 30_000;
/** Slots that nobody else reports of. */
const LATER = 100_000;

/** A browser that asks its owner, whose answer is known, and says what it showed. */
function askingBrowser(answer: 'granted' | 'denied'): void {
  const kept = 'asked by the browser';
  class Shown {
    static get permission(): string {
      return sessionStorage.getItem(kept) ?? 'default';
    }
    static async requestPermission(): Promise<string> {
      sessionStorage.setItem(kept, answer);
      return answer;
    }
    constructor(title: string, { tag, lang }: { tag: string; lang: string }) {
      const before = JSON.parse(sessionStorage.getItem('shown') ?? '[]') as string[];
      sessionStorage.setItem('shown', JSON.stringify([...before, `${lang}: ${title}`]));
      if (tag === '') throw new Error('expected a tag');
    }
  }
  (globalThis as unknown as { Notification: unknown }).Notification = Shown;
}
const shown = (page: Page): Promise<string[]> => page.evaluate(() => JSON.parse(sessionStorage.getItem('shown') ?? '[]') as string[]);
const kept = (page: Page): Promise<string | null> => page.evaluate(() => localStorage.getItem('electra.notices'));

describe.skipIf(!chromium)('what one is told of', () => {
  let owner: ReturnType<Served['as']>;
  let books: ReturnType<Served['as']>;
  const here = beforeApi(async ({ as }) => {
    [owner, books] = [as('owner'), as('books')];
  });
  const of = (page: Page) => page.locator('section[aria-labelledby=notices]');
  const box = (page: Page, name: string) => of(page).getByRole('checkbox', { name });
  const DEVICE = 'Also as notifications of this device';

  async function openAs(who: Person, path: string, answer?: 'granted' | 'denied'): Promise<Visit> {
    const one = await visit(here.browser, 'about:blank');
    if (answer) await one.page.addInitScript(askingBrowser, answer);
    await one.page.goto(`${here.served.url}${path}#session=${await here.served.api.token(who)}`);
    await one.page.locator('h1').waitFor({ timeout: LONG_MS });
    return one;
  }
  const choose = async (page: Page, name: string): Promise<void> => {
    await box(page, name).check({ timeout: LONG_MS });
    await of(page)
      .getByRole('status')
      .getByText(/^You are told of/)
      .waitFor({ timeout: LONG_MS });
  };
  /** A passkey is added to an address, and a report lets the service give a hint. */
  const happens = async (who: Person, meter: string, n: number): Promise<void> => {
    await owner`insert into access.credential (address, webauthn_id, public_key, sign_count, name, by_invite)
      values (${people[who].address}, ${Buffer.alloc(16, 150 + n)}, '\\x01', 0, 'new phone', false)`;
    await books`insert into books.report (meter, slot, status, reason, height)
      values (${meter}, ${LATER + n}, 'refused', 'wrong-context', 1)`;
  };

  test('stands on a member’s first page until it was seen, with the way to each bill', async () => {
    const { page, complaints, close } = await openAs('alice', '/home');
    const news = page.locator('section[aria-labelledby=news]');
    const lines = news.getByRole('link');
    await news.waitFor({ timeout: LONG_MS });
    expect((await lines.allTextContents()).slice(0, 4)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^The bill of .* (is final|was corrected)\.$/)]),
    );
    // Five there are, and four leave the figures in sight.
    expect([await lines.count(), await lines.last().textContent()]).toEqual([5, 'and 1 more']);
    expect(await lines.first().getAttribute('href')).toMatch(/^\/bills\/\d{4}-\d\d-\d\d\/electra1/);
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await news.getByRole('button', { name: 'I have seen it' }).click();
    await news.waitFor({ state: 'detached', timeout: LONG_MS });
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['bob', ['A bill of mine is final', 'A bill of mine was corrected', 'An invoice is here', 'My meter has said nothing for two hours']],
    ['operator', ['A meter has said nothing for two hours']],
    ['auditor', ['A day can be audited']],
  ] as const)('is chosen by %s among what concerns them, and by nobody else for them', async (who, offered) => {
    const { page, complaints, close } = await openAs(who, '/settings');
    const labels = of(page).locator('fieldset label');
    await labels.first().waitFor({ timeout: LONG_MS });
    expect(await labels.allTextContents()).toEqual([...offered, 'A passkey was added to my address']);
    expect(await of(page).locator('input:checked').count()).toBe(0);
    await choose(page, offered[0]);
    expect(await owner`select kinds from access.notice where address = ${people[who].address}`).toHaveLength(1);
    await page.reload();
    await box(page, offered[0]).waitFor({ timeout: LONG_MS });
    expect(await box(page, offered[0]).isChecked()).toBe(true);
    await box(page, offered[0]).uncheck();
    await of(page).getByText('You are told nothing, and nothing of a choice is kept.').waitFor({ timeout: LONG_MS });
    expect(await owner`select from access.notice where address = ${people[who].address}`).toHaveLength(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test('is told by a device that was asked to, once, without a figure, and no more after signing out', async () => {
    const { page, complaints, strangers, close } = await openAs('bob', '/settings', 'granted');
    await choose(page, 'A passkey was added to my address');
    await box(page, DEVICE).check();
    await until(async () => (await kept(page)) !== null, LONG_MS, 'the device to know');
    expect(await kept(page)).not.toContain(people.bob.address);
    await page.reload();
    await box(page, DEVICE).waitFor({ timeout: LONG_MS });
    await until(() => box(page, DEVICE).isChecked(), LONG_MS, 'the box to be ticked');
    await happens('bob', meters.bob1, 1);
    await until(async () => (await shown(page)).length > 0, LONG_MS, 'a notification');
    await page.reload();
    await page.locator('section[aria-labelledby=news]').getByText('A passkey was added to your address.').waitFor({ timeout: LONG_MS });
    await page.waitForTimeout(1_000); // it has looked again by then
    expect(await shown(page)).toEqual(['en: A passkey was added to your address.']);
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await until(async () => (await kept(page)) === null, LONG_MS, 'nothing to be kept');
    expect([complaints, strangers.filter((url) => !url.startsWith(here.served.url))]).toEqual([[], []]);
    await close();
  });

  test('is not told by a device whose owner says no, nor to who signs in after somebody else', async () => {
    const refused = await openAs('bob', '/settings', 'denied');
    await box(refused.page, DEVICE).click({ timeout: LONG_MS });
    await refused.page.getByText('This browser was told to show no notifications of these pages.').waitFor({ timeout: LONG_MS });
    expect([await box(refused.page, DEVICE).isChecked(), await kept(refused.page)]).toEqual([false, null]);
    await refused.close();

    const { page, close } = await openAs('bob', '/settings', 'granted');
    await box(page, DEVICE).check({ timeout: LONG_MS });
    await until(async () => (await kept(page)) !== null, LONG_MS, 'the device to know');
    await page.goto('about:blank');
    await page.goto(`${here.served.url}/settings#session=${await here.served.api.token('auditor')}`);
    await choose(page, 'A passkey was added to my address');
    await happens('auditor', meters.bob1, 2);
    await page.reload();
    await page.locator('section[aria-labelledby=news]').waitFor({ timeout: LONG_MS });
    await page.waitForTimeout(1_000);
    expect([await box(page, DEVICE).isChecked(), await shown(page)]).toEqual([false, []]);
    await close();
  });
});
