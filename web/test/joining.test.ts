/** A key made in the page and its ways in, the sheet that asks again, and hints: in a real browser, before the real API. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meters, people, walletAnswer } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { tabTo } from '../../test/kit/web/keyboard.ts';
import { type Served, serveApi } from '../../test/kit/web/served-api.ts';

const LONG_MS = 30_000;
/** Beside a crowd of other work a second is long in coming; the figure is `npm run bench -- web-load`'s. */
const SLOW = 5;
const PASSPHRASE = 'four words are enough';
const hexOf = (who: 'alice' | 'bob'): string => Buffer.from(people[who].privKey).toString('hex');

describe.skipIf(!chromium)('coming in', () => {
  let browser: Browser;
  let served: Served;
  let books: ReturnType<Served['as']>;
  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(), serveApi()]);
    books = served.as('books');
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });

  /** The flow of a key, from a recovery sheet or new, to its address. @returns the file that was saved */
  const madeKey = async ({ page }: Visit, sheet: string | null): Promise<string> => {
    if (sheet) {
      await page.getByLabel('I have a recovery sheet').check();
      await page.getByLabel('Key (secret)').fill(sheet);
    }
    await page.getByLabel('A passphrase for the file').fill(PASSPHRASE);
    await page.getByLabel('The same once more').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Make the key' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the file' }).click()]);
    await page.evaluate(() => {
      window.print = () => {};
    });
    await page.getByRole('button', { name: 'Print the recovery sheet' }).click();
    const key = (await page.locator('.paper-key').textContent())!.replaceAll(' ', '');
    if (sheet) expect(key).toBe(sheet);
    await page.getByLabel('The last four characters').fill(key.slice(-4));
    await page.getByRole('button', { name: 'Both copies are made' }).click();
    await page.getByRole('heading', { name: 'Hand your address' }).waitFor();
    return (await import('node:fs')).readFileSync(await download.path(), 'utf8');
  };

  /** Charts draw themselves anew at another width, which moves what is below them: scrolled once the page is as high as it stays. */
  const scrollOnPhone = async (page: Page): Promise<void> => {
    await page.setViewportSize({ width: 390, height: 500 });
    let [before, after] = [-1, 0];
    while (before !== after) {
      before = after;
      await page.waitForTimeout(500);
      after = await page.evaluate(() => document.documentElement.scrollHeight);
    }
    await page.evaluate(() => scrollTo(0, 200));
  };

  const giveFile = (page: Page, text: string) =>
    page.locator('input[type=file]').setInputFiles({ name: 'my.key.json', mimeType: 'application/json', buffer: Buffer.from(text) });

  test('whoever has a key already is led back to signing in, and whoever is signed in to where they came from', async () => {
    const { page, close } = await visit(browser, `${served.url}/join`);
    await page.getByRole('link', { name: 'I have the file of my key: sign in' }).click({ timeout: LONG_MS });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    await page.goto(`${served.url}/settings#session=${await served.api.token('bob')}`);
    await page.getByRole('link', { name: 'Make a new file out of the recovery sheet' }).click({ timeout: LONG_MS });
    await page.getByRole('link', { name: 'Back to settings' }).click({ timeout: LONG_MS });
    await page.getByRole('heading', { name: 'Settings' }).waitFor({ timeout: LONG_MS });
    await close();
  });

  test('a key is made in the page, never sent and not kept; its file signs in with the passphrase, and with no other', async () => {
    const one = await visit(browser, `${served.url}/join`);
    const { page } = one;
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')));
    await page.getByRole('heading', { name: 'Join' }).waitFor({ timeout: LONG_MS });
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    const file = await madeKey(one, hexOf('alice'));
    expect(await page.locator('code.address').textContent()).toBe(people.alice.address);
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await page.getByRole('link', { name: 'I am enrolled' }).click();
    await giveFile(page, file);
    await page.getByLabel('Passphrase of my.key.json').fill('another one altogether');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('does not open this file').waitFor({ timeout: LONG_MS });
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await page.getByLabel('Passphrase of my.key.json').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    expect(sent.join()).not.toContain(hexOf('alice'));
    expect(sent.join()).not.toContain(PASSPHRASE);
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state, document.body.innerHTML]));
    expect(kept).not.toContain(hexOf('alice'));
    expect(one.complaints).toEqual([]);
    await one.close();
  });

  test('the two passphrases have to be one, and long enough; the paper has to be there', async () => {
    const { page, close } = await visit(browser, `${served.url}/join`);
    await page.getByLabel('A passphrase for the file').fill('short', { timeout: LONG_MS });
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Expected at least 12 characters').waitFor();
    await page.getByLabel('A passphrase for the file').fill(PASSPHRASE);
    await page.getByLabel('The same once more').fill(`${PASSPHRASE}!`);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('The two are not the same').waitFor();
    await page.getByLabel('The same once more').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Make the key' }).click();
    const next = page.getByRole('button', { name: 'Both copies are made' });
    expect(await next.isDisabled()).toBe(true);
    await page.evaluate(() => {
      window.print = () => {};
    });
    await page.getByRole('button', { name: 'Save the file' }).click();
    await page.getByRole('button', { name: 'Print the recovery sheet' }).click();
    await page.getByLabel('The last four characters').fill('zzzz');
    await next.click();
    await page.getByText('These are not the last four').waitFor();
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.recovery-sheet').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save the file' }).isVisible()).toBe(false);
    await close();
  });

  test('the wallet of the browser signs in, where there is one and its owner agrees', async () => {
    const { page, close } = await visit(browser, 'about:blank');
    await page.exposeFunction('signAsBob', (text: string) => walletAnswer('bob', text));
    await page.addInitScript((bech32Address) => {
      const { signAsBob } = window as unknown as { signAsBob: (text: string) => Promise<unknown> };
      let asked = 0;
      Object.assign(window, {
        keplr: {
          enable: async () => {},
          getKey: async () => ({ bech32Address }),
          signArbitrary: async (_chain: string, _address: string, text: string) => {
            if (asked++ === 0) throw new Error('Request rejected');
            return signAsBob(text);
          },
        },
      });
    }, people.bob.address);
    await page.goto(`${served.url}/home`);
    await page.getByRole('button', { name: 'Use the wallet' }).click({ timeout: LONG_MS });
    await page.getByText('Nothing was signed').waitFor({ timeout: LONG_MS });
    await page.getByRole('button', { name: 'Use the wallet' }).click();
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    await close();
  });

  test('a key signs in by the keyboard alone, from the skip link on', async () => {
    const { page, close } = await visit(browser, `${served.url}/home`);
    const key = page.getByLabel('Key of your wallet');
    await key.waitFor({ timeout: LONG_MS });
    await tabTo(page, page.locator('.skip'));
    await tabTo(page, key);
    await page.keyboard.type(hexOf('alice'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    await close();
  });

  test('a session that ends is asked for again over the page, by keyboard alone, and the page stays where it is', async () => {
    const { page, close } = await visit(browser, `${served.url}/usage?view=month`);
    await page.getByLabel('Key of your wallet').fill(hexOf('alice'), { timeout: LONG_MS });
    await page.keyboard.press('Enter');
    await page.getByText('As a table').waitFor({ timeout: LONG_MS });
    await scrollOnPhone(page);
    await served.api.ask('alice', 'mutation { signOut(everywhere: true) }');
    const sheet = page.getByRole('dialog');
    await sheet.waitFor({ timeout: LONG_MS });
    expect(page.url()).toBe(`${served.url}/usage?view=month`);
    expect(await page.evaluate(() => scrollY)).toBe(200);
    expect(await unfit(page, { widths: [320, 390] })).toEqual([]);
    await scrollOnPhone(page);
    for (let i = 0; i < 12; i++) {
      if (await sheet.getByLabel('Key of your wallet').evaluate((input) => input === document.activeElement)) break;
      await page.keyboard.press('Tab');
      expect(await sheet.evaluate((dialog) => dialog.contains(document.activeElement) || document.activeElement === document.body)).toBe(
        true,
      );
    }
    await page.keyboard.type(hexOf('alice'));
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'detached', timeout: LONG_MS });
    expect(page.url()).toBe(`${served.url}/usage?view=month`);
    expect(await page.evaluate(() => scrollY)).toBe(200);
    await close();
  });

  test('a report is on the open page within a second of its commit, and after the stream was cut', async () => {
    const { page, close } = await visit(browser, `${served.url}/home#session=${await freshToken()}`);
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    const report = async (minutes: number, powerW: number): Promise<number> => {
      await books`insert into books.report (meter, slot, status, import_register_wh, export_register_wh, power_w, flags, height)
        values (${meters.bob1}, ${(served.api.days.fourth + 1) * 96 + minutes}, 'opened', 99000000, 99000000, ${powerW}, 0, 4950)`;
      return Date.now();
    };
    const committed = await report(1, 12_300);
    await page.getByRole('heading', { name: /12\.3/ }).waitFor({ timeout: LONG_MS });
    expect(Date.now() - committed).toBeLessThan(1_000 * SLOW);
    served.cut();
    await page.waitForTimeout(100);
    await report(2, 45_600);
    await page.getByRole('heading', { name: /45\.6/ }).waitFor({ timeout: LONG_MS });
    await close();
  });

  test('where no stream comes through, the page asks a while after the quarter-hour has ended, and not before', async () => {
    const { page, close } = await visit(browser, 'about:blank');
    await page.clock.install({ time: '2026-11-01T12:01:00Z' });
    await page.route('**/graphql', (route) => (route.request().postData()?.includes('subscription') ? route.abort() : route.fallback()));
    await page.goto(`${served.url}/home#session=${await freshToken()}`);
    await page.getByRole('heading', { name: /ou (are|were) / }).waitFor({ timeout: LONG_MS });
    await page.waitForRequest((request) => request.postData()?.includes('subscription') ?? false, { timeout: LONG_MS });
    await books`insert into books.report (meter, slot, status, import_register_wh, export_register_wh, power_w, flags, height)
      values (${meters.bob1}, ${(served.api.days.fourth + 1) * 96 + 3}, 'opened', 99000000, 99000000, 78900, 0, 4950)`;
    const shown = page.getByRole('heading', { name: /78\.9/ });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.postData() ?? ''));
    const questions = (): number => asked.filter((body) => body.includes('member')).length;
    await page.clock.fastForward('13:30');
    await page.waitForTimeout(500);
    expect([questions(), await shown.count()]).toEqual([0, 0]);
    await page.clock.fastForward('01:45');
    await shown.waitFor({ timeout: LONG_MS });
    expect(questions()).toBe(1);
    await close();
  });

  const freshToken = (): Promise<string> => served.api.token('bob');
});
