/** A member's bills in a real browser: what they come to and why, each state's sentence, and the check by one button. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { verifyEvidence } from '../../src/reader/index.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { OWN_OPTIONS, openingsOf, openingsText, WALLET, withChain } from '../../test/kit/member.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { places, stored } from '../../test/kit/web/left-behind.ts';
import {
  AMOUNT_NEL,
  answerOf,
  DAY,
  HONEST,
  honestWorld,
  METER,
  type MemberWorld,
  NAME,
  signedInvoice,
} from '../../test/kit/web/member-world.ts';
import { says, visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;
const PATH = `/bills/${DAY}/${METER}`;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const digits = (text: string | null): number => Number(text?.replaceAll(/[^0-9]/g, ''));

describe.skipIf(!chromium)("a member's bills", () => {
  let world: MemberWorld;
  const here = visits((request) => answerOf(world, request));
  beforeEach(() => {
    world = honestWorld();
  });

  const open = (path = PATH, options = {}): Promise<Page> => here.open(path, options);

  const checked = async (page: Page): Promise<number> => {
    await page.getByRole('button', { name: 'Check this bill' }).click();
    const accept = page.getByRole('button', { name: 'accepting development keys' });
    await accept.waitFor({ timeout: LONG_MS });
    expect(await page.getByRole('button', { name: 'Check again', exact: true }).count()).toBe(0); // one way on, not two
    await accept.click();
    const result = page.locator('[data-exit-code]');
    await result.waitFor({ timeout: LONG_MS });
    return Number(await result.getAttribute('data-exit-code'));
  };

  const checkedAgain = async (page: Page): Promise<number> => {
    await page.getByRole('button', { name: 'Check again', exact: true }).click();
    await page.getByRole('button', { name: 'accepting development keys' }).click({ timeout: LONG_MS });
    const result = page.locator('[data-exit-code]');
    await result.waitFor({ timeout: LONG_MS });
    return Number(await result.getAttribute('data-exit-code'));
  };

  test('say which community they are of, and once it is pinned refuse every other in red, until it is let go', async () => {
    const page = await open();
    expect(await checked(page)).toBe(0);
    const fingerprint = page.getByRole('region', { name: 'Fingerprint of the community' });
    const hash = world.files!.get('genesis.json')!;
    const hex = createHash('sha256').update(hash).digest('hex');
    expect(await fingerprint.locator('summary').textContent()).toContain(`${hex.slice(0, 8)} … ${hex.slice(-8)}`);
    await fingerprint.locator('summary').click();
    expect((await fingerprint.textContent())?.replaceAll(' ', '')).toContain(hex);
    await fingerprint.getByRole('button', { name: 'It is the same: pin it here' }).click();
    await fingerprint.getByText('the one that you pinned').waitFor();
    await page.reload();
    expect(await checked(page)).toBe(0);
    await fingerprint.getByText('the one that you pinned').waitFor();
    await page.evaluate((genesisHash) => {
      localStorage.setItem('electra.community', JSON.stringify({ genesisHash, atMs: Date.UTC(2026, 5, 1, 12) }));
    }, 'ab'.repeat(32));
    await page.reload();
    await page.getByRole('button', { name: 'Check this bill' }).click();
    await page.locator('[data-exit-code="1"]').waitFor({ timeout: LONG_MS });
    await page.getByRole('alert').getByText('This is not the community that you pinned on 1 June 2026').waitFor();
    await page.getByText('This bill is not right.').waitFor();
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await fingerprint.locator('summary').click();
    await fingerprint.getByRole('button', { name: 'The community began anew' }).click();
    await fingerprint.getByText('the one that you pinned').waitFor();
    expect(await checkedAgain(page)).toBe(0);
    await here.close();
  });

  test('say what a day comes to, and its parts add up to that', async () => {
    const page = await open();
    const cents = Number((AMOUNT_NEL + 5_000_000n) / 10_000_000n);
    expect(
      digits(
        await page
          .locator('h1 >> text=/€.*/')
          .textContent()
          .then((text) => text!.split('€')[1]),
      ),
    ).toBe(cents);
    const rows = await page.locator('table.why tbody td').allTextContents();
    expect(rows.map((text) => (text.includes('−') ? -1 : 1) * digits(text)).reduce((a, b) => a + b, 0)).toBe(cents);
    expect(digits(await page.locator('table.why tfoot td').textContent())).toBe(cents);
    await here.close();
  });

  test('have 96 lines, in the community’s clock wherever the reader is, with the sums of the bill', async () => {
    const page = await open();
    await page.getByText('As a table').click();
    expect(await page.locator('.wide tbody tr').count()).toBe(96);
    expect(await page.locator('.wide tbody th').first().textContent()).toBe('02:00'); // Vienna's summer; the browser is in Los Angeles
    const [taken, , given, , amount] = await page.locator('.wide tfoot td').allTextContents();
    expect([digits(taken), digits(given)]).toEqual([sum(HONEST.own.importWh), sum(HONEST.own.exportWh)]);
    expect(digits(amount)).toBe(Number((AMOUNT_NEL - HONEST.feeNel + 50_000n) / 100_000n));
    const shown = (await page.locator('.wide tbody td:last-child').allTextContents()).map(
      (text) => (/[−-]/.test(text) ? -1 : 1) * digits(text),
    );
    expect(sum(shown)).toBe(digits(amount));
    await page.getByText('2 Jul 2026, 02:00').waitFor();
    await here.close();
  });

  test('are checked by one button, and again without the network; the result stays here and names nobody', async () => {
    const page = await open();
    expect(await checked(page)).toBe(0);
    await says(page, 'Your bill follows from what your meter signed, and so does everybody’s.');
    expect(await page.locator('.asked-line p').count()).toBe(0); // what is right needs no more than its question
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('button', { name: 'accepting development keys' }).click({ timeout: LONG_MS });
    await says(page, 'and so does everybody’s.');
    await page.context().setOffline(false);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    for (const named of [METER, WALLET, DAY, String(AMOUNT_NEL)]) expect(kept).not.toContain(named);
    await page.goto(`${here.url}/bills?month=2026-07`);
    await says(page, 'checked here');
    world.member = { days: [{ ...dayOf(), status: 'RELEASED', amountNel: String(AMOUNT_NEL), feeNel: '1', outsideNel: '1' }] };
    await page.goto(`${here.url}/home`);
    await says(page, 'Checked on this device.');
    await says(page, 'Development keys were accepted.');
    await page.evaluate(() => {
      const kept = JSON.parse(localStorage.getItem('electra.checked') ?? '{}') as Record<string, object>;
      const open = Object.entries(kept).map(([key, one]) => [key, { ...one, exitCode: 3 }]);
      localStorage.setItem('electra.checked', JSON.stringify(Object.fromEntries(open)));
    });
    await page.reload();
    await says(page, '! Checked on this device. Something is still open.');
    await here.close();
  });

  test('leave nothing of their member on the device once that one has signed out', async () => {
    world.member = {
      invoice: { month: '2026-07', revision: 1, totalNel: '1', issuedAt: '2026-08-01T06:00:00.000Z', text: signedInvoice() },
    };
    const page = await open(PATH, { serviceWorkers: 'allow' });
    const amount = (await page.locator('h1').textContent())!.match(/€[\d.,]+/)![0];
    expect(await checked(page)).toBe(0);
    for (const path of ['/home', '/usage', '/bills?month=2026-07', '/invoices/2026-07', '/settings', PATH]) {
      await page.goto(`${here.url}${path}`);
      await page.locator('h1').waitFor({ timeout: LONG_MS });
    }
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    const own = [NAME, WALLET, String(AMOUNT_NEL), amount];
    const left = await stored(page);
    for (const one of [...own, METER]) for (const text of [left, await page.content()]) expect(text).not.toContain(one);
    for (const one of own) expect(await places(page)).not.toContain(one); // a meter's address is on the chain; whose it is, is not
    // What was checked stays: under a digest, with what is published.
    const kept = Object.entries(JSON.parse(await page.evaluate(() => localStorage.getItem('electra.checked') ?? '{}')) as object);
    expect(kept.map(([key, value]) => [/^[0-9a-f]{32}$/.test(key), Object.keys(value as object).sort()])).toEqual([
      [true, ['atMs', 'bundleHash', 'development', 'exitCode', 'version']],
    ]);
    // The same look finds what is left where something is.
    await page.evaluate((name) => caches.open('a').then((cache) => cache.put('/b', new Response(name))), NAME);
    expect(await stored(page)).toContain(NAME);
    await here.one.close();
  });

  test('are not checked by the files of another day, true as these are', async () => {
    const files = new Map([...world.files!].filter(([path]) => !path.startsWith(`days/${DAY}/`)));
    world.files = withChain(files);
    world.openings = openingsText(openingsOf('rural-003').slice(0, 1));
    const page = await open();
    expect(await checked(page)).toBe(2);
    await says(page, 'This bill could not be checked.');
    await here.close();
  });

  test('that are false are red, with what failed, whom to show it, and evidence that holds', async () => {
    world.member = { invoice: { text: signedInvoice({ wrong: true }) } };
    const page = await open();
    await page.getByRole('button', { name: 'Check this bill' }).click();
    await says(page, 'This bill is not right.');
    await says(page, 'Show this to the operator and to the other members.');
    // what is of the day before stands under its own name
    const days = await page.locator('.asked-day').evaluateAll((all) => all.map((one) => one.querySelector('h4')?.textContent ?? ''));
    expect(days).toEqual(['', '2 July 2026', '1 July 2026']);
    expect(await page.locator('.asked-day', { hasText: '1 July 2026' }).locator('.asked-line.yes').count()).toBe(0);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the evidence file' }).click();
    const evidence = readFileSync(await (await download).path(), 'utf8');
    expect((await verifyEvidence(evidence, world.files!, OWN_OPTIONS)).status).toBe('holds');
    await here.close();
  });

  test('whose amount on the page is not the one that was checked are red too', async () => {
    world.amountNel += 1n;
    const page = await open();
    expect(await checked(page)).toBe(1);
    await says(page, 'not the one that was delivered and checked');
    await here.close();
  });

  test('whose book is not given out yet say so, and are not called wrong', async () => {
    world.files = null;
    const page = await open();
    await page.getByRole('button', { name: 'Check this bill' }).click();
    await says(page, 'not given out yet');
    expect(await page.locator('[data-exit-code]').count()).toBe(0);
    await here.one.close();
  });

  test.each<[string, Partial<MemberWorld>, RegExp]>([
    [
      'on its way',
      { bill: { amountNel: null, status: 'PROVEN' }, service: { releasesAfterS: '86000' } },
      /Expected to be final about 4 Jul 2026, 01:53/,
    ],
    ['late', { bill: { amountNel: null, status: 'FROZEN' } }, /takes longer than usual/],
    ['the first day', { bill: { amountNel: null, status: 'FROZEN' }, service: { releasesAfterS: null } }, /no day has been before/],
    ['not closed', { bill: null }, /the day is not closed yet/],
    ['a substitute', { bill: { source: 'SUBSTITUTE', copied: { day: '2026-07-01' } } }, /so the bill copies your 1 July 2026/],
    ['a substitute of nothing', { bill: { source: 'SUBSTITUTE', copied: { day: null } } }, /so it counts as zero/],
    ['disputed', { bill: { source: 'DISPUTED', copied: { day: '2026-07-01' } } }, /did not open, so the bill copies/],
    ['complained of', { bill: { noBillOpen: true } }, /that this bill was not delivered/],
    ['of another', { error: { status: 200, code: 'NOT_FOUND' } }, /There is no such thing of yours/],
    ['a fault of the service', { error: { status: 500, code: 'INTERNAL', reference: 'a1b2' } }, /For the operator: a1b2/],
    ['a busy service', { error: { status: 429, code: 'RATE_LIMITED', retryAfterS: 7 } }, /Try again after 7 s/],
  ])('say in words what is the matter: %s', async (_name, change, sentence) => {
    if (change.error) world.member = {};
    const before = world;
    const page = await openWith(async () => {
      world = { ...before, ...change };
    });
    await says(page, sentence);
    await here.one.close();
  });

  /** Opens the bill of a service that goes wrong only after it has said who is signed in. */
  async function openWith(change: () => Promise<void>): Promise<Page> {
    await here.open('/bills?month=2026-06');
    await change();
    await here.one.page.evaluate((path) => {
      const link = document.createElement('a');
      link.href = path;
      document.body.append(link);
      link.click();
    }, PATH);
    return here.one.page;
  }

  test('that were corrected strike the old amount, and say what changed and why', async () => {
    world.bill = {
      version: 2,
      correction: { supersedes: 1, beforeNel: '9000000000', differenceNel: String(AMOUNT_NEL - 9_000_000_000n), reason: 'LATE_STATEMENT' },
    };
    const page = await open();
    expect(await page.locator('s').textContent()).toContain('you pay €9.00');
    await says(page, /That is €0.93 less for you to pay/);
    await says(page, /signed statement of the day came late/);
    await here.close();
  });

  test('stay where they are when the service goes away, and when the session ends', async () => {
    const page = await open();
    world.error = { status: 200, code: 'UNAUTHENTICATED' };
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await says(page, 'Your session has ended. Sign in again to go on where you are.');
    expect(await page.locator('h1').textContent()).toContain('you pay');
    expect(page.url()).toContain(PATH);
    await here.one.close();
  });

  test.each([
    ['en-GB', 'Check this bill'],
    ['de-AT', 'Diese Abrechnung prüfen'],
    ['es-ES', 'Comprobar esta cuenta'],
  ])('are fit for all widths and schemes in %s, after a check too', async (locale, button) => {
    const page = await open(PATH, { locale });
    await page.getByRole('button', { name: button }).click();
    await page.locator('.check .notice button').click({ timeout: LONG_MS });
    await page.locator('[data-exit-code]').waitFor({ timeout: LONG_MS });
    await page.evaluate(() => {
      for (const folded of document.querySelectorAll('details')) folded.open = true;
    });
    expect(await unfit(page)).toEqual([]);
    await page.goto(`${here.url}/bills?month=2026-07`);
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    expect(await unfit(page, { schemes: ['light'] })).toEqual([]);
    await here.close();
  });

  const dayOf = () => ({
    day: DAY,
    meters: 1,
    importWh: '1',
    exportWh: '0',
    quarterHours: 96,
    provisional: false,
    source: 'METERED',
    corrected: false,
    localImportWh: '1',
    soldInsideWh: '0',
  });
});
