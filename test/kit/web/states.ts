/**
 * Every screen in every state: who looks, at which address, of which service, and what is done there first. Pictures are taken of all of
 * them (screenshots.ts), and a part of the pages adds its own. Addresses of PLACES that stand here with no state of their own are added
 * as they open.
 */
import type { Page } from 'playwright-core';
import type { Person } from '../api/people.ts';
import { load } from '../audit/bundles.ts';
import { mainSharing, mainWith, rural } from '../main-audit/beside-community.ts';
import { ACCOUNT, type BALANCE_WORLDS } from './balance-world.ts';
import { acceptedResult, choose, result, type Said } from './choose.ts';
import { INSTALL_PATH, type INSTALLATIONS } from './installing.ts';
import { DAY, type MEMBER_WORLDS, METER } from './member-world.ts';
import { makeGain, makeMoney, makeQuiet } from './operating.ts';

/** `community`: the API over the small community; `made-up`: answers for anybody; the others do not answer as they should. */
export type World =
  | 'community'
  | 'made-up'
  | 'made-up-member'
  | 'market'
  | 'market-member'
  | 'early'
  | 'empty'
  | 'away'
  | 'busy'
  | keyof typeof MEMBER_WORLDS
  | keyof typeof BALANCE_WORLDS
  | keyof typeof INSTALLATIONS;

export interface State {
  /** names its pictures */
  name: string;
  path: string;
  world: World;
  /** signed in as; default nobody */
  as?: Person;
  /** done before the picture is taken */
  after?(page: Page): Promise<unknown>;
}

const offline = (page: Page): Promise<void> => page.context().setOffline(true);

/** Fetches and checks the made-up community's last two days, as an auditor does. */
export async function auditRange(page: Page): Promise<Said> {
  await page.getByLabel('From', { exact: true }).fill('2026-07-01');
  await page.getByLabel('Accept development keys').check();
  await page.getByRole('button', { name: 'Fetch and check 2 days' }).click();
  return result(page);
}

/** The books of a main chain, without those of its communities. */
async function checkMain(page: Page, main = mainWith(rural().get('light.json')!)): Promise<Said> {
  await choose(page, await main);
  return acceptedResult(page);
}

const EVERYBODY: readonly State[] = [
  { name: 'welcome', path: '/', world: 'made-up' },
  { name: 'welcome-early', path: '/', world: 'early' },
  { name: 'welcome-empty', path: '/', world: 'empty' },
  { name: 'welcome-away', path: '/', world: 'away' },
  { name: 'welcome-busy', path: '/', world: 'busy' },
  { name: 'welcome-offline', path: '/', world: 'made-up', after: offline },
  {
    name: 'menu',
    path: '/',
    world: 'made-up',
    after: (page) =>
      page
        .getByRole('button', { name: 'More' })
        .click({ timeout: 1_000 })
        .catch(() => {}),
  },
  { name: 'community', path: '/community', world: 'made-up' },
  { name: 'community-empty', path: '/community', world: 'empty' },
  { name: 'community-member', path: '/community', world: 'made-up-member' },
  {
    name: 'community-gain',
    path: '/community',
    world: 'made-up-member',
    after: async (page) => {
      await makeGain(page);
      await page.reload();
      await page.locator('.shared-gain').waitFor();
    },
  },
  { name: 'market', path: '/market', world: 'market' },
  { name: 'market-own', path: '/market', world: 'market-member' },
  { name: 'market-none', path: '/market', world: 'made-up' },
  { name: 'books', path: '/books', world: 'made-up' },
  { name: 'books-empty', path: '/books', world: 'empty' },
  { name: 'book-day', path: '/books/2026-07-02', world: 'made-up' },
  { name: 'book-day-exceptions', path: '/books/2026-06-28', world: 'made-up' },
  { name: 'book-day-on-its-way', path: '/books/2026-07-03', world: 'early' },
  { name: 'book-day-unknown', path: '/books/2031-01-01', world: 'made-up' },
  { name: 'check', path: '/check', world: 'made-up' },
  { name: 'check-development', path: '/check', world: 'empty', after: (page) => choose(page, load('honest')).then(() => result(page)) },
  {
    name: 'check-accepted',
    path: '/check',
    world: 'empty',
    after: (page) => choose(page, load('exceptions')).then(() => acceptedResult(page)),
  },
  { name: 'check-failed', path: '/check', world: 'empty', after: (page) => choose(page, load('raised')).then(() => acceptedResult(page)) },
  { name: 'check-main', path: '/check', world: 'empty', after: (page) => checkMain(page) },
  {
    name: 'check-main-beside',
    path: '/check',
    world: 'empty',
    after: async (page) => {
      await checkMain(page, mainSharing());
      await choose(page, rural());
      await page.locator('pre', { hasText: '11 community' }).waitFor({ state: 'attached' });
    },
  },
  {
    name: 'check-beside-main',
    path: '/check',
    world: 'empty',
    after: async (page) => {
      await choose(page, rural());
      await acceptedResult(page);
      await choose(page, await mainSharing());
      await page.locator('pre', { hasText: '✓ 1 main' }).waitFor({ state: 'attached' });
      await page.getByText('Compare with the main chain').click();
    },
  },
  { name: 'audit', path: '/audit', world: 'made-up' },
  { name: 'audit-other', path: '/audit', world: 'made-up', after: (page) => page.getByLabel('Fingerprint').fill('0'.repeat(64)) },
  { name: 'audit-verdict', path: '/audit', world: 'made-up', after: auditRange },
  {
    name: 'audit-kept',
    path: '/audit',
    world: 'made-up',
    after: (page) =>
      auditRange(page)
        .then(() => page.reload())
        .then(() => page.getByText('2 of 14 final days').waitFor()),
  },
  {
    name: 'audit-absent',
    path: '/audit',
    world: 'made-up',
    after: (page) => page.getByRole('button', { name: 'Fetch and check 14 days' }).click(),
  },
  { name: 'sign-in', path: '/home', world: 'community' },
  { name: 'join', path: '/join', world: 'community' },
  { name: 'nowhere', path: '/nowhere', world: 'made-up' },
];

const BILL = `/bills/${DAY}/${METER}`;

async function pressCheck(page: Page): Promise<void> {
  await page.locator('.check .button').first().click();
  await page.locator('.check .notice[role=alert] button').waitFor({ timeout: 60_000 });
}

/** Presses the button, and accepts the keys of a demonstration where it asks. */
async function checkBill(page: Page): Promise<void> {
  await page.locator('.check .button').first().click();
  const accept = page.locator('.check .notice[role=alert] button');
  const done = page.locator('[data-exit-code]');
  await accept.or(done).first().waitFor({ timeout: 60_000 });
  if (await accept.isVisible()) await accept.click();
  await done.waitFor({ timeout: 60_000 });
}

const MEMBER: readonly State[] = [
  ...['home', 'usage?view=day', 'usage?view=week', 'usage?view=month', 'usage?view=year', 'bills', 'invoices'].map(
    (path): State => ({ name: path.replace('?view=', '-'), path: `/${path}`, world: 'community', as: 'alice' }),
  ),
  { name: 'bill', path: BILL, world: 'bill-final' },
  { name: 'bill-development', path: BILL, world: 'bill-right', after: pressCheck },
  { name: 'bill-checked', path: BILL, world: 'bill-right', after: checkBill },
  { name: 'bill-false', path: BILL, world: 'bill-false', after: checkBill },
  { name: 'bill-waiting', path: BILL, world: 'bill-waiting' },
  { name: 'bill-corrected', path: BILL, world: 'bill-corrected' },
  { name: 'bill-substitute', path: BILL, world: 'bill-substitute' },
  { name: 'bill-disputed', path: BILL, world: 'bill-disputed' },
  { name: 'invoice', path: '/invoices/2026-07', world: 'bill-final' },
  { name: 'settings', path: '/settings', world: 'bill-final' },
];

const balance = (name: keyof typeof BALANCE_WORLDS): State => ({ name, path: '/balance', world: name });

const BALANCE: readonly State[] = [
  balance('balance-none'),
  balance('balance-unlinked'),
  balance('balance-asked'),
  balance('balance-refused'),
  balance('balance-new'),
  balance('balance-full'),
  balance('balance-waits'),
  {
    ...balance('balance-unlinked'),
    name: 'balance-linking',
    after: async (page) => {
      await page.getByLabel('Address of the account').fill(ACCOUNT.address);
      await page.getByRole('button', { name: 'Go on' }).click();
    },
  },
  {
    ...balance('balance-full'),
    name: 'balance-confirm',
    after: async (page) => {
      await page.getByLabel('How much').selectOption('20000000000');
      await page.getByRole('button', { name: 'Go on' }).click();
    },
  },
];

const operate = (name: string, path: string, after?: State['after']): State => ({
  name: `operate${name}`,
  path: `/operate${path}`,
  world: 'community',
  as: 'operator',
  after,
});

/** As on a good day. */
const quiet: State['after'] = async (page) => {
  await makeQuiet(page);
  await page.reload();
  await page.locator('h1').waitFor();
};

const OPERATOR: readonly State[] = [
  operate('', ''),
  operate('-quiet', '', quiet),
  operate('-exceptions', '/exceptions'),
  operate('-exceptions-none', '/exceptions', quiet),
  operate('-days', '/days'),
  operate('-meters', '/meters'),
  operate('-tariffs', '/tariffs'),
  operate('-tariffs-gain', '/tariffs', async (page) => {
    await makeGain(page);
    await page.reload();
    await page.locator('.shared-gain').waitFor();
  }),
  operate('-month', '/month'),
  operate('-node', '/node'),
  operate('-node-money', '/node', async (page) => {
    await makeMoney(page);
    await page.reload();
    await page.getByRole('heading', { name: 'Payouts that are open' }).waitFor();
  }),
  { name: 'settings-operator', path: '/settings', world: 'community', as: 'operator' },
  { name: 'settings-auditor', path: '/settings', world: 'community', as: 'auditor' },
  { ...operate('-for-others', ''), as: 'alice' },
  { name: 'operate-signed-out', path: '/operate', world: 'community' },
];

const INSTALLER: readonly State[] = [
  { name: 'install', path: INSTALL_PATH, world: 'install-reporting' },
  { name: 'install-silent', path: INSTALL_PATH, world: 'install-silent' },
  { name: 'install-over', path: INSTALL_PATH, world: 'install-over' },
  { name: 'install-unknown', path: INSTALL_PATH, world: 'install-unknown' },
  { name: 'install-no-code', path: INSTALL_PATH, world: 'install-none' },
  { name: 'install-refused', path: `${INSTALL_PATH}#${'A'.repeat(22)}`, world: 'install-none' },
];

export const STATES: readonly State[] = [...EVERYBODY, ...MEMBER, ...BALANCE, ...OPERATOR, ...INSTALLER];
