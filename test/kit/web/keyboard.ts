/** A reader without a pointer. */
import type { Locator, Page } from 'playwright-core';

const MOST = 30;

/** Tabs on from where the page is until the target has the focus; each stop shows that it has it. @throws where it is never reached */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < MOST; i++) {
    await page.keyboard.press('Tab');
    const at = await target.evaluate((element) => ({
      here: element === document.activeElement,
      shown: document.activeElement === document.body || (document.activeElement?.matches(':focus-visible') ?? false),
    }));
    if (!at.shown) throw new Error('expected whatever has the focus to show it');
    if (at.here) return;
  }
  throw new Error(`expected to reach ${target} by ${MOST} tabs`);
}
