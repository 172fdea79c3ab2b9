import { describe, expect, test } from 'vitest';
import { meters, people } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { beforeApi } from '../../test/kit/web/before-api.ts';
import { visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { beginToday, installLink } from '../../test/kit/web/installing.ts';

const LONG_MS = 30_000;

describe.skipIf(!chromium)("the installer's page", () => {
  const here = beforeApi((served) => beginToday(served, meters.bob1));
  const link = (): Promise<string> => installLink(here.served, meters.bob1);

  test('shows the meter by a link that leaves no trace of its code, and nothing to the next who opens it', async () => {
    const url = await link();
    const one = await visit(here.browser, url);
    await one.page.getByRole('heading', { name: 'The meter reports.' }).waitFor({ timeout: LONG_MS });
    expect(one.page.url()).toBe(`${here.served.url}/install/${meters.bob1}`);
    const [reported] = await one.page.locator('.installed dd').allTextContents();
    expect(reported).toMatch(/^[\d,]+\.\d{3}\u00a0kWh$/);
    const [cookie] = await one.page.context().cookies();
    expect(cookie).toMatchObject({ name: '__Host-electra-install', httpOnly: true, secure: true, sameSite: 'Strict' });
    await one.page.reload();
    await one.page.getByRole('heading', { name: 'The meter reports.' }).waitFor({ timeout: LONG_MS });
    const content = await one.page.content();
    for (const foreign of [meters.alice1, people.bob.address]) expect(content).not.toContain(foreign);
    expect(one.complaints).toEqual([]);
    const other = await visit(here.browser, url);
    await other.page.getByRole('heading', { name: 'This link shows nothing.' }).waitFor({ timeout: LONG_MS });
    expect(await other.page.locator('.installed').count()).toBe(0);
    await Promise.all([one.close(), other.close()]);
  });

  test('says that the registers are shown no more once the first day is over, and shows none', async () => {
    const { page, close } = await visit(here.browser, await installLink(here.served, meters.alice1));
    await page.getByText('The first day is over: they are shown no more.').waitFor({ timeout: LONG_MS });
    expect(await page.locator('.installed').count()).toBe(0);
    await close();
  });

  test('asks for the link where there is none', async () => {
    const { page, close } = await visit(here.browser, `${here.served.url}/install/${meters.bob1}`);
    await page.getByRole('heading', { name: 'Open the link that you were given.' }).waitFor({ timeout: LONG_MS });
    await close();
  });

  test.each(['en-GB', 'de-AT', 'es-ES'])('is fit for all widths and schemes, in %s', { timeout: 120_000 }, async (locale) => {
    const { page, complaints, close } = await visit(here.browser, await link(), { locale });
    await page.locator('.installed').waitFor({ timeout: LONG_MS });
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});
