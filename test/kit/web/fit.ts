/** Whether a page is fit for everybody: nothing that axe objects to, nothing that sticks out, at every width and in every scheme. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** 320 is a desk's width at 400 %, 640 at 200 %. */
export const WIDTHS = [320, 390, 640, 768, 1280] as const;
const SCHEMES = ['light', 'dark'] as const;
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The one that its driver brings, as a browser takes it. */
const driver = createRequire(import.meta.url).resolve('@axe-core/playwright');
const AXE = readFileSync(createRequire(driver).resolve('axe-core/axe.min.js'), 'utf8');

declare const axe: {
  run(of: Document, options: object): Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>;
};

/**
 * What axe objects to in the page as it stands now: each rule that is broken, with the first place. The driver's own way brings axe into
 * the page anew and opens an empty one beside it for each look; here it is brought in once a document, and what is right is not described.
 */
export async function objections(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (values) => {
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }, AXE_TAGS);
}

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
    wrong.push(...(await objections(page)).map((said) => `${colorScheme}: ${said}`));
  }
  return wrong;
}

interface Choice {
  schemes: readonly (typeof SCHEMES)[number][];
  widths: readonly number[];
}
