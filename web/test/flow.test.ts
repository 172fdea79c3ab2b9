/** Oneself in the picture of a quarter-hour, in a real browser: the ribbon says what the figures say, and nothing of it sticks out. */
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { chromium } from '../../test/kit/chromium.ts';
import { unfit, WIDTHS } from '../../test/kit/web/fit.ts';
import { madeUp, ownInterval } from '../../test/kit/web/made-up.ts';
import { visits } from '../../test/kit/web/visits.ts';

const LONG_MS = 60_000;

describe.skipIf(!chromium)('the picture of a quarter-hour', () => {
  let member = true;
  const here = visits((request) => madeUp(request, { member }));
  afterEach(() => here.close());

  /** Circles and names that the picture cuts off, or that cover another name, in any language and at any width; and room that it leaves. */
  async function cutOff(page: Page): Promise<string[]> {
    const wrong: string[] = [];
    for (const language of ['en', 'de', 'es']) {
      await page.locator('footer select').selectOption(language);
      await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(300); // the picture follows its box
        const boxes = (selector: string) =>
          page.locator(selector).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
        const [[svg], [room], nodes, names] = await Promise.all(['.flow svg', '.flow', '.flow .node', '.flow .name'].map(boxes));
        const out = nodes.filter((box) => box.left < svg.left || box.right > svg.right || box.bottom > svg.bottom);
        const covered = names.filter((box, i) => i > 0 && box.left < names[i - 1].right);
        if (out.length + covered.length > 0) wrong.push(`${language}, ${width} px`);
        if (room.height > svg.height + 1) wrong.push(`${language}, ${width} px: room for nothing`);
      }
    }
    await page.locator('footer select').selectOption('en');
    return wrong;
  }

  test('has oneself in it, with a ribbon from or to the community by one’s own figures, at every width', async () => {
    member = true;
    const page = await here.open('/community');
    const you = page.locator('.flow .node.you');
    await you.waitFor({ timeout: LONG_MS });
    expect(await you.textContent()).toBe('You');
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(300); // the picture follows its box
      const places = await page
        .locator('.flow .node circle:first-child')
        .evaluateAll((all) => all.map((one) => Number(one.getAttribute('cx'))));
      const [outside, community, own] = places;
      expect([places.length, outside < community, community < own]).toEqual([3, true, true]);
      const drawn: { wh: number; thick: number }[] = [];
      for (const slot of [2, 48, 76]) {
        await page.getByRole('slider').fill(String(slot));
        const { importWh, exportWh } = ownInterval(slot);
        const kWh = (Math.abs(importWh - exportWh) / 1000).toFixed(2);
        await page.getByText(`You ${importWh > exportWh ? 'took' : 'gave'} ${kWh}`).waitFor({ timeout: LONG_MS });
        const lines = await page
          .locator('.flow .ribbon line:first-child')
          .evaluateAll((all) => all.map((one) => ['x1', 'x2', 'stroke-width'].map((name) => Number(one.getAttribute(name)))));
        const mine = lines.filter(([from, to]) => Math.min(from, to) > community && Math.max(from, to) < own);
        expect(mine).toHaveLength(1);
        const [[from, to, thick]] = mine;
        expect(from < to).toBe(importWh > exportWh);
        drawn.push({ wh: Math.abs(importWh - exportWh), thick });
      }
      // the more, the thicker
      const rising = [...drawn].sort((a, b) => a.wh - b.wh).map(({ thick }) => thick);
      expect(rising).toEqual([...new Set(rising)].sort((a, b) => a - b));
    }
    expect(await cutOff(page)).toEqual([]);
    expect(await unfit(page)).toEqual([]);
  });

  test('has nobody else’s, for whoever is not signed in', async () => {
    member = false;
    const page = await here.open('/community');
    await page.locator('.flow .node').first().waitFor({ timeout: LONG_MS });
    expect(await page.locator('.flow .node').count()).toBe(2);
    expect(await cutOff(page)).toEqual([]);
    expect(await page.getByText(/^You /).count()).toBe(0);
  });
});
