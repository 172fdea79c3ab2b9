import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { answerOf, honestWorld, METER, type MemberWorld } from '../../test/kit/web/member-world.ts';
import { says, visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;
const TODAY = '2026-07-03';

const pageOf = (nodes: readonly object[]) => ({
  edges: nodes.map((node) => ({ node })),
  pageInfo: { hasNextPage: false, endCursor: null },
});
const meter = (more: object = {}) => ({
  meters: pageOf([{ address: METER, firstDay: '2026-03-01', lastDay: null, lastReport: null, ...more }]),
});
const report = (at: string, powerW: number) => ({ day: at.slice(0, 10), slot: 0, at, powerW });
const interval = (day: string, slot: number, provisional: boolean) => ({ day, slot, importWh: 100 + slot, exportWh: 0, provisional });
const dayOf = (more: object) => ({
  day: TODAY,
  meters: 1,
  importWh: '0',
  exportWh: '0',
  quarterHours: 96,
  provisional: false,
  status: null,
  source: null,
  corrected: false,
  amountNel: null,
  feeNel: null,
  outsideNel: null,
  localImportWh: null,
  soldInsideWh: null,
  ...more,
});

describe.skipIf(!chromium)("a member's first pages", () => {
  let world: MemberWorld;
  const here = visits((request) => answerOf(world, request));
  beforeEach(() => {
    world = honestWorld();
  });

  // Chain time is 11:20 UTC, 13:20 in the community's Vienna; the reader's device is in Los Angeles.
  test.each<[string, object, string | RegExp]>([
    ['empty: the meter has not begun', meter({ firstDay: '2026-12-01' }), 'Your meter’s first day is 1 December 2026.'],
    ['fresh', meter({ lastReport: report('2026-07-03T11:15:00.000Z', 420) }), 'Reported 13:15, next 13:30.'],
    ['taking', meter({ lastReport: report('2026-07-03T11:15:00.000Z', 420) }), 'You are taking 420\u00a0W.'],
    ['giving', meter({ lastReport: report('2026-07-03T11:15:00.000Z', -2_100) }), 'You are giving 2.1\u00a0kW.'],
    ['stale', meter({ lastReport: report('2026-07-03T09:45:00.000Z', 420) }), 'At 11:45 you were taking 420\u00a0W.'],
    [
      'stale',
      meter({ lastReport: report('2026-07-03T09:45:00.000Z', 420) }),
      /^Last report 11:45. Newer ones are late, so what is now is not/,
    ],
    [
      'of days ago',
      meter({ lastReport: report('2026-07-01T09:45:00.000Z', -2_100) }),
      'On 1 Jul 2026, 11:45, you were giving 2.1\u00a0kW.',
    ],
    [
      'provisional',
      { ...meter(), shown: pageOf([{ yesterday: pageOf([]), today: pageOf([interval(TODAY, 3, true)]) }]) },
      /^Provisional: the meter signs the day when it is over/,
    ],
    ['on its way', { ...meter(), days: [dayOf({ day: '2026-07-02', status: 'AUDITED', source: 'METERED' })] }, 'on its way: audited'],
    ['substitute', { ...meter(), days: [dayOf({ day: '2026-07-02', status: 'AUDITED', source: 'SUBSTITUTE' })] }, /signed nothing in time/],
    ['disputed', { ...meter(), days: [dayOf({ day: '2026-07-02', status: 'AUDITED', source: 'DISPUTED' })] }, /signed did not open/],
    ['nothing known of today', meter(), 'Nothing is known of 3 July 2026.'],
    ['nothing final yet', meter(), 'No day of this month is final yet.'],
  ])('say in words: %s', async (_name, member, sentence) => {
    world.member = member as MemberWorld['member'];
    await says(await here.open('/home'), sentence);
    expect(here.one.complaints).toEqual([]);
    await here.one.close();
  });

  test('keep their numbers while the service is away, and say from when they are', async () => {
    world.member = meter({ lastReport: report('2026-07-03T11:15:00.000Z', 420) }) as MemberWorld['member'];
    const page = await here.open('/home');
    world.error = { status: 503, code: 'UNAVAILABLE' };
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await says(page, /is busy or its database is away. Nothing is lost/);
    await says(page, 'As it was this minute.');
    expect(await page.locator('h1').textContent()).toBe('You are taking 420\u00a0W.');
    world.error = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: LONG_MS });
    await here.one.close();
  });

  test.each([
    ['/home', { status: 503, code: 'UNAVAILABLE' }, /is busy or its database is away. Nothing is lost/],
    ['/bills', { status: 429, code: 'RATE_LIMITED', retryAfterS: 7 }, 'Try again after 7 s'],
    ['/usage', { status: 500, code: 'INTERNAL', reference: 'a1b2' }, 'For the operator: a1b2'],
  ])('say why there is nothing yet instead of asking to sign in, and go on: %s', async (path, error, sentence) => {
    world.member = { ...meter({}), days: [] } as MemberWorld['member'];
    world.error = error;
    await here.go(path);
    await says(here.one.page, sentence);
    expect(await here.one.page.getByRole('heading', { name: 'Sign in' }).count()).toBe(0);
    world.error = null;
    await here.one.page.getByRole('button', { name: 'Try again' }).click();
    await here.one.page.locator('h1').waitFor({ timeout: LONG_MS });
    await here.one.close();
  });

  test.each<[string, () => Promise<Page>]>([
    ['opened meanwhile', () => here.go('/home')],
    ['open already', () => here.open('/home')],
  ])('ask again by themselves while the service is away: a page %s', async (name, arrive) => {
    world.member = { ...meter({}), days: [] } as MemberWorld['member'];
    const away = { status: 503, code: 'UNAVAILABLE' };
    world.error = name === 'opened meanwhile' ? away : null;
    const page = await arrive();
    world.error = away;
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await says(page, 'it is tried again');
    world.error = null;
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: LONG_MS });
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    await here.one.close();
  });

  test('begin a sentence with a large letter in a language that writes months small', async () => {
    world.member = { ...meter({}), days: [dayOf({})] } as MemberWorld['member'];
    const page = await here.open('/usage', { locale: 'es-ES' });
    expect(await page.locator('h1').textContent()).toMatch(/^Julio de 2026: /);
    await page.goto(`${here.url}/bills`);
    await says(page, /^Julio de 2026: /);
    await here.one.close();
  });

  test('say that a page’s file did not come, and offer to load it anew', async () => {
    world.member = { ...meter({}), days: [] } as MemberWorld['member'];
    const page = await here.open('/home');
    await page.route('**/assets/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Bills' }).first().click();
    await page.getByRole('alert').getByText('This page could not be loaded.').waitFor({ timeout: LONG_MS });
    await page.unroute('**/assets/**');
    await page.getByRole('button', { name: 'Load anew' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: LONG_MS });
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    await here.one.close();
  });

  test('show nothing more in any tab once one has signed out in another', async () => {
    world.member = { ...meter({}), days: [] } as MemberWorld['member'];
    const page = await here.open('/bills');
    const other = await page.context().newPage();
    await other.goto(`${here.url}/home`);
    await other.locator('h1').waitFor({ timeout: LONG_MS });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: LONG_MS });
    expect(await other.getByRole('dialog').count()).toBe(0);
    await here.one.close();
  });

  test.each(['/home', '/bills', '/usage'])('keep what they show when the session ends, below a sheet: %s', async (path) => {
    world.member = { ...meter({}), days: [] } as MemberWorld['member'];
    const page = await here.open(path);
    const shown = await page.locator('h1').first().textContent();
    world.error = { status: 401, code: 'UNAUTHENTICATED' };
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.getByRole('dialog').getByText('Your session has ended.').waitFor({ timeout: LONG_MS });
    expect(await page.locator('h1').first().textContent()).toBe(shown);
    expect(new URL(page.url()).pathname).toBe(path);
    await here.one.close();
  });

  test.each([
    ['2026-03-29', ['01:00', '03:00'], '02:00'],
    ['2026-10-25', ['02:00', '02:00'], '01:00'],
  ])('label a day on which clocks change by the community’s: %s', async (day, [first, fifth], end) => {
    const slots = Array.from({ length: 96 }, (_, slot) => interval(day, slot, false));
    world.service = { chainTime: `${day}T23:59:00.000Z` };
    world.member = { ...meter(), meter: { intervals: pageOf(slots) }, days: [dayOf({ day, importWh: '14160' })] } as MemberWorld['member'];
    const page = await here.open(`/usage?view=day&day=${day}`);
    await page.getByText('As a table').click();
    const labels = await page.locator('tbody th').allTextContents();
    expect([labels.length, labels[0], labels[4]]).toEqual([96, first, fifth]);
    expect(await page.locator('svg .tick').last().textContent()).toBe(end);
    expect((await page.locator('tfoot td').first().textContent())?.replaceAll(/\D/g, '')).toBe('14160');
    await here.one.close();
  });
});
