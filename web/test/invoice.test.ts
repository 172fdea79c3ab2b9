/** A member's invoices and settings in a real browser: verified in the page, printed on A4, sessions ended, everything in one file. */
import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { parseMeterExport, parseOpenings } from '../../src/protocol/index.ts';
import { chromium } from '../../test/kit/chromium.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { answerOf, honestWorld, longInvoice, METER, type MemberWorld, signedInvoice } from '../../test/kit/web/member-world.ts';
import { says, visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;
const MONTH = '2026-07';
const PATH = `/invoices/${MONTH}`;
const digits = (text: string | null): number => Number(text?.replaceAll(/[^0-9]/g, ''));

const pageOf = (nodes: readonly object[]) => ({
  edges: nodes.map((node) => ({ node })),
  pageInfo: { hasNextPage: false, endCursor: null },
});

/** A service with these revisions of the month's invoice, newest first. */
function issued(...texts: readonly string[]): object {
  const revisions = texts.map((text, i) => ({
    month: MONTH,
    revision: texts.length - i,
    totalNel: JSON.parse(text).invoice.totalNel as string,
    issuedAt: '2026-08-01T06:00:00.000Z',
    text,
  }));
  return { invoices: pageOf(revisions), invoice: revisions[0] };
}

const early = () => (issued(signedInvoice()) as { invoice: object }).invoice;

describe.skipIf(!chromium)("a member's invoices and settings", () => {
  let world: MemberWorld;
  const asked: string[] = [];
  const here = visits(async (request) => {
    asked.push(await request.clone().text());
    return answerOf(world, request);
  });
  beforeEach(() => {
    world = honestWorld();
    world.member = { ...issued(signedInvoice()) };
  });

  test('an invoice is verified in the page, and its lines add up to its total', async () => {
    const page = await here.open(PATH);
    await says(page, 'signed by the operator, for you, and the total is the sum of its lines');
    const lines = await page.locator('table.invoice tbody td:last-child').allTextContents();
    const total = digits(await page.locator('table.invoice tfoot td').textContent());
    expect(lines.map(digits).reduce((a, b) => a + b, 0)).toBe(total);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the signed file' }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toBe(signedInvoice());
    await here.close();
  });

  test.each([
    ['2026-07-03T06:00:00.000Z', 1],
    ['2026-08-01T00:00:00.000Z', 0],
  ])('an invoice issued before its month was over says how far it goes, and a later one does not: %s', async (issuedAt, said) => {
    world.member = { invoices: pageOf([{ ...early(), issuedAt }]), invoice: { ...early(), issuedAt } };
    const page = await here.open(PATH);
    await says(page, 'signed by the operator, for you');
    expect(await page.getByText('Issued before the month was over: it goes to 2 July 2026.').count()).toBe(said);
    await here.close();
  });

  test.each([
    ['by another than the operator', { service: { operators: [METER] } }, /of operator|the key is not/],
    [
      'for another member',
      { viewer: { address: METER, name: null, roles: ['MEMBER'], expiresAt: '2026-07-03T18:00:00.000Z' } },
      /expected electra1/,
    ],
    ['with another total', {}, /the total is not the sum of the lines/],
  ] as const)('an invoice %s is red, and says what is wrong', async (name, change, fault) => {
    world = { ...world, ...change };
    if (name === 'with another total') world.member = issued(signedInvoice().replace(/"totalNel":"(\d+)"/, '"totalNel":"1"'));
    const page = await here.open(PATH);
    await page.getByRole('alert').getByText(fault).first().waitFor({ timeout: LONG_MS });
    await here.one.close();
  });

  test('an earlier revision says that it was replaced; a bill corrected since is named', async () => {
    world.member = issued(signedInvoice(), signedInvoice());
    world.history = [{ ...head(2) }, { ...head(1), superseded: true }];
    const page = await here.open(`${PATH}?revision=1`);
    await says(page, 'Revision 2 replaces this one.');
    await page.getByRole('link', { name: 'Revision 2' }).click();
    await says(page, '1 bill was corrected after this invoice.');
    await here.close();
  });

  const head = (version: number) => ({
    day: '2026-07-02',
    version,
    meter: { address: METER },
    source: 'METERED',
    status: 'RELEASED',
    superseded: false,
    amountNel: '5',
    correction: null,
  });

  test('without one there is a sentence', async () => {
    world.member = {};
    await says(await here.open('/invoices'), 'No invoice was issued yet.');
    await here.close();
    await says(await here.open('/invoices/2026-06'), 'No invoice of June 2026 was issued yet.');
    await here.close();
  });

  test('a month of 31 days is printed on one page of A4, black on white, also from a dark screen', async () => {
    world.member = issued(longInvoice());
    const page = await here.open(PATH, { colorScheme: 'dark' });
    await page.locator('table.invoice tbody tr').nth(30).waitFor({ timeout: LONG_MS });
    await page.emulateMedia({ media: 'print' });
    const colours = await page.evaluate(() => [
      getComputedStyle(document.documentElement).backgroundColor,
      getComputedStyle(document.querySelector('h1')!).color,
    ]);
    expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    expect(/\/MediaBox\s*\[0 0 (59[45][.\d]*) (84[12][.\d]*)\]/.test(pdf)).toBe(true);
    for (const gone of ['Print', 'All invoices']) expect(await page.getByText(gone, { exact: true }).isVisible()).toBe(false);
    await here.one.close();
  });

  const session = (id: string, way: string, current = false) => ({
    id,
    way,
    createdAt: '2026-07-03T06:00:00.000Z',
    lastUsedAt: '2026-07-03T11:00:00.000Z',
    expiresAt: '2026-07-03T18:00:00.000Z',
    current,
  });

  test('settings list where one is signed in, and end one session', async () => {
    world.viewer = { ...world.viewer, sessions: [session('here', 'PASSKEY', true), session('elsewhere', 'WALLET')] };
    const page = await here.open('/settings');
    await says(page, 'key of your wallet');
    await says(page, 'Everything that is here of you');
    const titles = await page.getByRole('heading', { level: 2 }).allInnerTexts();
    expect(titles).toEqual([...new Set(titles)]);
    expect(titles).toContain('Passkeys');
    await page.getByRole('button', { name: /End the session of/ }).click();
    await says(page, 'The session is ended.');
    expect(asked.some((body) => body.includes('endSession') && body.includes('"elsewhere"'))).toBe(true);
    expect(asked.some((body) => body.includes('endSession') && body.includes('"here"'))).toBe(false);
    await here.close();
  });

  test('what is chosen of colours and text stays, and grows the text', async () => {
    const page = await here.open('/settings');
    const px = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
    const before = await px();
    await page.getByLabel('larger').check();
    await page.getByLabel('dark').check();
    await page.reload();
    await page.locator('h1').waitFor({ timeout: LONG_MS });
    expect(await px()).toBeGreaterThan(before);
    expect(await page.evaluate(() => document.documentElement.dataset.scheme)).toBe('dark');
    await here.close();
  });

  test('everything comes as one zip, with files that the command line reads', async () => {
    world.member = { ...world.member, balanceNel: '7', statement: pageOf([{ day: '2026-07-01', journal: 'day:1', amountNel: '7' }]) };
    const page = await here.open('/settings');
    const download = page.waitForEvent('download', { timeout: LONG_MS });
    await page.getByRole('button', { name: 'Save everything as a zip file' }).click();
    const files = unzipSync(readFileSync(await (await download).path()));
    const text = (part: string): string => strFromU8(files[Object.keys(files).find((name) => name.includes(part))!]);
    expect(parseMeterExport(text('statements-')).meter).toBe(METER);
    expect(parseOpenings(text('openings-')).openings.length).toBeGreaterThan(0);
    expect(text('invoices/')).toBe(signedInvoice());
    expect(JSON.parse(text('account.json')).balanceNel).toBe('7');
    await says(page, /Saved: \d+ files/);
    await here.close();
  });

  test.each([
    ['en-GB', PATH],
    ['de-AT', PATH],
    ['es-ES', PATH],
    ['en-GB', '/settings'],
    ['de-AT', '/settings'],
    ['es-ES', '/settings'],
    ['de-AT', '/invoices'],
  ])('are fit for all widths and schemes: in %s, %s', async (locale, path) => {
    world.viewer = { ...world.viewer, sessions: [session('here', 'PASSKEY', true), session('elsewhere', 'WALLET')] };
    world.member = issued(signedInvoice(), signedInvoice());
    const page = await here.open(path, { locale });
    await page.locator('table, .sessions').first().waitFor({ timeout: LONG_MS });
    expect(await unfit(page)).toEqual([]);
    await here.close();
  });
});
