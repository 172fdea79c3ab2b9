/** Whether a page is fit for everybody: nothing that axe objects to, nothing that sticks out, at every width and in every scheme. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** 320 is a desk's width at 400 %, 640 at 200 %. */
export const WIDTHS = [320, 390, 640, 768, 1280] as const;
const SCHEMES = ['light', 'dark'] as const;
export const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @returns what is wrong with the page as it stands now, by scheme and width; empty when nothing is */
export async function unfit(page: Page, { schemes = SCHEMES, widths = WIDTHS }: Partial<Choice> = {}): Promise<string[]> {
  const wrong: string[] = [];
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const px = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (px > 0) wrong.push(`${colorScheme}, ${width} px: ${px} px stick out`);
    }
    const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze();
    wrong.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes[0]?.html}`));
  }
  return wrong;
}

interface Choice {
  schemes: readonly (typeof SCHEMES)[number][];
  widths: readonly number[];
}
