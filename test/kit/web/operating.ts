/** What the operator's pages are told on a good day: as the service answers, without anything that is open. */
import type { Page } from 'playwright-core';
import { walletOf } from '../api/people.ts';

interface Listed {
  edges?: { node: { silent?: boolean } }[];
}

/** Balances of members that the treasury does not cover, a payout that waits, and one that nobody has looked at yet. */
const MONEY = {
  ...{ mainChainId: 'electra-main-5eed0002', treasury: walletOf('treasury').address },
  ...{ balancesNel: '182450000000', transitNel: '30000000000', treasuryNel: '200120000000', holdsNel: '150120000000' },
  ...{ suspenseNel: '12000000000', shortNel: '12330000000' },
  suspense: { edges: [{ node: { day: '2026-06-30', amountNel: '12000000000' } }] },
  openPayouts: {
    edges: [
      ['alice', '3', '20000000000', 'TAKEN', 'electra 17: paused'],
      ['bob', '1', '10000000000', 'ASKED', null],
    ].map(([who, number, amountNel, state, why], i) => ({
      node: { account: walletOf(`account of ${who}`).address, number, amountNel, state, why, askedAt: `2026-07-02T0${8 + i}:00:00.000Z` },
    })),
  },
};

/** From here on the page is told of members' money; everything else as the service answers it. */
export async function makeMoney(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('money {')) return route.fallback();
    await route.fulfill({ json: { data: { operation: { money: MONEY } } } });
  });
}

/** One brought, one cost, one neither. */
export const WEEKS = [
  { fromDay: '2026-06-21', toDay: '2026-06-27', gainNel: '21870000000' },
  { fromDay: '2026-06-14', toDay: '2026-06-20', gainNel: '-1500000000' },
  { fromDay: '2026-06-07', toDay: '2026-06-13', gainNel: '0' },
];

/** From here on the page is told of a community that shares, and what its settled weeks brought it. */
export async function makeGain(page: Page, settledWeeks: readonly object[] = WEEKS): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (!/market \{ (settledWeeks|__typename)/.test(route.request().postData() ?? '')) return route.fallback();
    const response = await route.fetch();
    const json = await response.json();
    json.data.market = { settledWeeks };
    await route.fulfill({ response, json });
  });
}

/** From here on the page is told of a good day; the stream of hints goes on as it is. */
export async function makeQuiet(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (route.request().headers().accept?.includes('event-stream')) return route.continue();
    const response = await route.fetch().catch(() => undefined);
    if (!response) return; // the visit ended while the page still asked
    const json = await response.json();
    const operation = json.data?.operation ?? {};
    for (const [name, list] of Object.entries<Listed>(operation)) {
      if (name === 'meters') for (const { node } of list.edges ?? []) node.silent = false;
      else if (list?.edges) list.edges = [];
    }
    if (json.data?.service) json.data.service.queuedRotation = null;
    if (operation.health) Object.assign(operation.health, { outboxFailed: 0, oddities: [] });
    if (operation.slotPricesUntil) operation.slotPricesUntil = null;
    if (operation.power) operation.power = { validators: 13, reporting: 13, needed: 9 };
    await route.fulfill({ response, json });
  });
}
