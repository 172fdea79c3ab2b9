/** A member's balance: each state in words, what is signed and by whom, and orders that a real API takes; and the operator's sums of it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountLinkText } from '../../src/protocol/index.ts';
import { accountOf, SharingApi, signed, TREASURY } from '../../test/kit/api/balances.ts';
import { meters, people, type Wallet } from '../../test/kit/api/people.ts';
import { chromium } from '../../test/kit/chromium.ts';
import * as balance from '../../test/kit/web/balance-world.ts';
import { launch, type Visit, visit } from '../../test/kit/web/browser.ts';
import { unfit } from '../../test/kit/web/fit.ts';
import { tabTo } from '../../test/kit/web/keyboard.ts';
import { answerOf, type MemberWorld } from '../../test/kit/web/member-world.ts';
import { type Served, serveApi } from '../../test/kit/web/served-api.ts';
import { says, visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;
const hexOf = ({ privKey }: Wallet): string => Buffer.from(privKey).toString('hex');
const pastedOf = (wallet: Wallet, text: string): string => {
  const { key: value, signature } = signed(wallet, text);
  return JSON.stringify({ pub_key: { type: 'tendermint/PubKeySecp256k1', value }, signature });
};
/** Signs what is asked for with a key. */
async function signWith(page: Page, wallet: Wallet): Promise<void> {
  await page.getByLabel('Key of your wallet').fill(hexOf(wallet), { timeout: LONG_MS });
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
}
async function nameAccount(page: Page, address: string): Promise<void> {
  await page.getByLabel('Address of the account').fill(address, { timeout: LONG_MS });
  await page.getByRole('button', { name: 'Go on' }).click();
}

describe.skipIf(!chromium)('a balance', () => {
  let world: MemberWorld;
  const here = visits((request) => answerOf(world, request));
  const open = (of: MemberWorld, locale = 'en-GB'): Promise<Page> => {
    world = of;
    return here.open('/balance', { locale });
  };

  test.each<[string, MemberWorld, string | RegExp]>([
    ['where a community shares with nobody', balance.balanceWorld(null), 'There are no balances in ELECTRA here.'],
    ['of who has linked nothing', balance.BALANCE_WORLDS['balance-unlinked'](), /^You need none: you are invoiced as ever/],
    ['while a link is asked for', balance.balanceWorld(balance.asked('ASKED', null)), /^Both signatures are there/],
    [
      'of a link that was refused',
      balance.balanceWorld(balance.asked('REFUSED', 'the account is linked to another member')),
      'Refused: the account is linked to another member.',
    ],
    [
      'of a link that was refused for what the page does not know',
      balance.balanceWorld(balance.asked('REFUSED', 'it rained')),
      'Refused: the node says “it rained”.',
    ],
    ['that is new', balance.BALANCE_WORLDS['balance-new'](), 'Your balance is empty.'],
    ['that bills left open', balance.BALANCE_WORLDS['balance-new'](), 'Bills have left €3.12 open. The next top-up pays that first.'],
    ['before the account is registered', balance.BALANCE_WORLDS['balance-new'](), /^The treasury has not registered your account/],
    ['below a payout', balance.BALANCE_WORLDS['balance-new'](), 'From 10 ELECTRA on you can have them paid out to your account.'],
    ['never as more than there is', balance.balanceWorld(balance.full()), 'You have 46.03 ELECTRA with your community.'],
    ['a payout that nobody has looked at', balance.balanceWorld(balance.underWay('ASKED', null)), /^A payout of 20 ELECTRA: asked for;/],
    [
      'a payout on its way',
      balance.balanceWorld(balance.underWay('TAKEN', null)),
      /the treasury is to pay it\. One is under way at a time\./,
    ],
    [
      'a payout that waits',
      balance.balanceWorld(balance.underWay('TAKEN', 'electra 12: less')),
      /not paid yet: the community’s treasury has too little just now/,
    ],
    ['a payout that was paid', balance.balanceWorld(balance.full()), 'paid in block 50,331 of the main chain; seen on 29 Jun 2026, 12:30.'],
    [
      'a payout that an earlier version saw paid',
      balance.balanceWorld(balance.full({ payouts: balance.list([{ ...balance.PAID, paidHeight: null }]) })),
      'paid; seen on the main chain on 29 Jun 2026, 12:30.',
    ],
    ['a payout that was refused', balance.balanceWorld(balance.full()), /is not off your balance: your balance had 4\.50 ELECTRA\.$/],
    [
      'a payout instead of which another amount was paid',
      balance.balanceWorld(balance.paidOther()),
      /the treasury had paid 30\.00 ELECTRA under its number, and that is off your balance as far as it goes\.$/,
    ],
  ])('is said in words: %s', { timeout: LONG_MS }, async (_name, of, sentence) => {
    await says(await open(of), sentence);
    await here.close();
  });

  test('leads from a movement to the bill that made it', async () => {
    const page = await open(balance.balanceWorld(balance.full()));
    const rows = page.locator('[aria-labelledby=entries] tbody tr');
    expect(await rows.first().locator('td').allTextContents()).toEqual(['Bills', '3.41 off', '46.03']);
    expect(await rows.nth(1).locator('td').allTextContents()).toEqual(['Bills: earned', '1.25 on', '49.45']);
    expect(await rows.first().getByRole('link').getAttribute('href')).toMatch(/^\/bills\/2026-07-02\/electra1/);
    await here.close();
  });

  test('names no treasury while none is known to be in force, and says what the balance is', async () => {
    const page = await open(balance.balanceWorld(balance.withoutTreasury()));
    await says(page, /^Just now your node does not know which treasury/);
    await says(page, 'You have 46.03 ELECTRA with your community.');
    expect(await page.locator('#top-up, #payout').count()).toBe(0);
    await here.close();
  });

  test.each([
    ['takes another account after as many refusals as there may be accounts', 'REFUSED', 1],
    ['takes no account beyond those that it may have', 'LINKED', 0],
  ] as const)('%s', async (_, state, forms) => {
    const page = await open(balance.balanceWorld(balance.twoAccounts(state)));
    await page.locator('#accounts').waitFor({ timeout: LONG_MS });
    expect(await page.getByLabel('Address of the account').count()).toBe(forms);
    await here.close();
  });

  test('takes no address that is none, the member’s own, or linked already', async () => {
    const page = await open(balance.balanceWorld(balance.asked('ASKED', null)));
    await page.getByText('Link another account').click({ timeout: LONG_MS });
    for (const [typed, said] of [
      ['electra1nobody', 'Expected an address'],
      [balance.OWNER.address, 'That is your address here.'],
      [balance.ACCOUNT.address, 'That account is linked, or asked for, already.'],
    ]) {
      await nameAccount(page, typed);
      await says(page, new RegExp(said));
    }
    await here.close();
  });

  test('shows the text that is signed, refuses any other signature, and sends no key', { timeout: 120_000 }, async () => {
    const { OWNER, ACCOUNT, CHAIN_ID: chainId, MAIN_CHAIN_ID: mainChainId } = balance;
    const page = await open(balance.BALANCE_WORLDS['balance-unlinked']());
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await nameAccount(page, ACCOUNT.address);
    const text = accountLinkText({ chainId, mainChainId, member: OWNER.address, account: ACCOUNT.address });
    expect(await page.locator('pre').first().textContent()).toBe(text);
    await signWith(page, ACCOUNT);
    await says(page, `This is the key of ${ACCOUNT.address}. Expected is that of ${OWNER.address}`);
    await page.getByText('It was signed elsewhere').click();
    const pasted = page.getByLabel('The wallet’s answer');
    const take = page.getByRole('button', { name: 'Take this signature' });
    for (const [given, said] of [
      ['nothing of the kind', 'Expected the wallet’s answer as JSON'],
      [pastedOf(ACCOUNT, text), 'It was signed by another key'],
      [pastedOf(OWNER, `${text} `), 'The signature is of another text than this one.'],
    ]) {
      await pasted.fill(given);
      await take.click();
      await says(page, new RegExp(said));
    }
    expect(await page.getByRole('button', { name: 'Link the account' }).count()).toBe(0);
    await pasted.fill(pastedOf(OWNER, text));
    await take.click();
    await signWith(page, ACCOUNT);
    await page.getByRole('button', { name: 'Link the account' }).click({ timeout: LONG_MS });
    await says(page, 'Sent. The node looks at both signatures within moments.');
    expect(sent.join()).toContain('linkAccount');
    for (const wallet of [OWNER, ACCOUNT]) expect(sent.join()).not.toContain(hexOf(wallet));
    await here.close();
  });

  test('signs by the wallet of the browser, once it has the account chosen that is asked for', { timeout: 120_000 }, async () => {
    const { OWNER, ACCOUNT } = balance;
    world = balance.balanceWorld(balance.full());
    const page = await here.go('/join');
    const chosen = { wallet: ACCOUNT };
    await page.exposeFunction('chosenAddress', () => chosen.wallet.address);
    await page.exposeFunction('signAsChosen', (text: string) => JSON.parse(pastedOf(chosen.wallet, text)));
    await page.addInitScript(() => {
      const { chosenAddress, signAsChosen } = window as unknown as Record<string, (text?: string) => Promise<string>>;
      const keplr = {
        enable: async () => {},
        getKey: async () => ({ bech32Address: await chosenAddress() }),
        signArbitrary: (_chain: string, _address: string, text: string) => signAsChosen(text),
      };
      Object.assign(window, { keplr });
    });
    await page.goto(`${here.url}/balance`);
    await page.getByRole('button', { name: 'Go on' }).click({ timeout: LONG_MS });
    await page.getByRole('heading', { name: /^Pay out 10 ELECTRA to electra1/ }).waitFor({ timeout: LONG_MS });
    const use = page.getByRole('button', { name: 'Sign with the wallet of this browser' });
    await use.click();
    await says(page, /^This is the key of .* choose it in the wallet/);
    chosen.wallet = OWNER;
    const [order] = await Promise.all([page.waitForRequest((request) => request.postData()?.includes('askPayout') ?? false), use.click()]);
    expect(order.postDataJSON().variables).toMatchObject({ account: ACCOUNT.address, number: '3', amountNel: '10000000000' });
    await here.close();
  });

  test('is linked by the keyboard alone as far as the first signature', async () => {
    const page = await open(balance.BALANCE_WORLDS['balance-unlinked']());
    await tabTo(page, page.getByLabel('Address of the account'));
    await page.keyboard.type(balance.ACCOUNT.address);
    await page.keyboard.press('Enter');
    await page.locator('figure:focus').waitFor({ timeout: LONG_MS });
    await tabTo(page, page.getByLabel('Key of your wallet'));
    await page.keyboard.type(hexOf(balance.OWNER));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The key of the account' }).waitFor({ timeout: LONG_MS });
    await here.close();
  });

  test.each([
    ['balance-none', 'es-ES'],
    ['balance-unlinked', 'de-AT'],
    ['balance-new', 'es-ES'],
    ['balance-full', 'en-GB'],
    ['balance-full', 'de-AT'],
    ['balance-waits', 'es-ES'],
  ] as const)('%s in %s is fit for all widths and schemes', { timeout: 120_000 }, async (name, locale) => {
    const page = await open(balance.BALANCE_WORLDS[name](), locale);
    expect(await unfit(page, { widths: [320, 390, 1280] })).toEqual([]);
    await here.close();
  });

  test('is fit while it is linked and paid out of', { timeout: 120_000 }, async () => {
    const page = await open(balance.BALANCE_WORLDS['balance-unlinked']());
    await nameAccount(page, balance.ACCOUNT.address);
    await page.getByText('It was signed elsewhere').click();
    await page.getByText('Or by a command').click();
    expect(await unfit(page, { widths: [320, 1280] })).toEqual([]);
    await here.close();
    const paying = await open(balance.balanceWorld(balance.full()));
    await paying.getByRole('button', { name: 'Go on' }).click();
    expect(await unfit(paying, { widths: [320, 1280] })).toEqual([]);
    await here.close();
  });
});

describe.skipIf(!chromium)('a balance at a community that shares', () => {
  let browser: Awaited<ReturnType<typeof launch>>;
  let sharing: SharingApi;
  let served: Served;
  beforeAll(async () => {
    browser = await launch();
    served = await serveApi(async (options) => {
      sharing = await SharingApi.start(options);
      return { ...sharing.api, stop: () => sharing.stop() };
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
  });
  const openAs = async (who: 'alice' | 'operator', path: string): Promise<Visit> =>
    visit(browser, `${served.url}${path}#session=${await served.api.token(who)}`);
  const account = accountOf('alice');

  test('is linked, topped up, drawn on and paid out of', { timeout: 180_000 }, async () => {
    const { page, complaints, close } = await openAs('alice', '/balance');
    await page.getByRole('heading', { name: 'You have no balance in ELECTRA.' }).waitFor({ timeout: LONG_MS });
    await nameAccount(page, account.address);
    await signWith(page, people.alice);
    await page.getByRole('heading', { name: 'The key of the account' }).waitFor({ timeout: LONG_MS });
    await signWith(page, account);
    await page.getByRole('button', { name: 'Link the account' }).click({ timeout: LONG_MS });
    await says(page, /^Both signatures are there/);
    await sharing.follow();
    // The page asks again by itself while something is to be looked at.
    await page.getByRole('heading', { name: 'Your balance is empty.' }).waitFor({ timeout: LONG_MS });
    expect(await page.locator('.top-up').textContent()).toContain(TREASURY);

    await sharing.moved(account.address, 40_000_000_000n);
    await sharing.follow();
    await page.reload();
    await page.getByRole('heading', { name: 'You have 40.00 ELECTRA with your community.' }).waitFor({ timeout: LONG_MS });
    await page.getByLabel('How much').selectOption('30000000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    await signWith(page, people.alice);
    await says(page, /^A payout of 30 ELECTRA: asked for;/);
    await sharing.follow();
    await says(page, /^A payout of 30 ELECTRA: on its way;/);
    await says(page, '30.00 ELECTRA are on their way to you, and are no longer in it.');

    await sharing.moved(account.address, 30_000_000_000n, 1n);
    await sharing.follow();
    await page.reload();
    await says(page, /^paid in block [\d,]+ of the main chain; seen on /);
    await says(page, 'You can have up to 10 ELECTRA paid out now, in steps of 10.');
    const rows = page.locator('[aria-labelledby=entries] tbody tr');
    expect((await rows.allTextContents()).map((row) => row.replace(/^.*\d{4}/, ''))).toEqual([
      'Payout30.00 off10.00',
      'Top-up40.00 on40.00',
    ]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('as a whole is the operator’s to see, and of no member', { timeout: 120_000 }, async () => {
    await sharing.moved(accountOf('nobody').address, 7_000_000_000n);
    await sharing.follow();
    const { page, complaints, close } = await openAs('operator', '/operate/node');
    await says(page, 'Members have 10.00 ELECTRA with the community, whose treasury has 17.00.');
    await says(page, /^7\.00 ELECTRA came from nobody who is known/);
    await page.getByRole('button', { name: 'Copy: npx electra uplink treasury' }).waitFor();
    for (const who of [people.alice.address, meters.alice1]) expect(await page.locator('main').textContent()).not.toContain(who);
    expect(complaints).toEqual([]);
    await close();
  });
});
