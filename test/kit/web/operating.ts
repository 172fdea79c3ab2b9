/** What the operator's pages are told on a good day: as the service answers, without anything that is open. */
import type { Page } from 'playwright-core';

interface Listed {
  edges?: { node: { silent?: boolean } }[];
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
