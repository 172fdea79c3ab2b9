/** How a reader hands a bundle over, and what the page then says. */
import type { Page } from 'playwright-core';
import { writeZip } from '../../../src/reader/index.ts';

export interface Said {
  exitCode: number;
  /** the verdict, as the command line prints it */
  text: string;
  /** the sentence that stands above all */
  sentence: string;
}

const LONG_MS = 60_000;

/** Chooses a zip file of a bundle, on the page of the check. */
export const choose = (page: Page, files: ReadonlyMap<string, string>): Promise<void> =>
  chooseBytes(page, Buffer.from(writeZip(Object.fromEntries(files))));

export const chooseBytes = (page: Page, buffer: Buffer): Promise<void> =>
  page.locator('input[type=file]').first().setInputFiles({ name: 'days.zip', mimeType: 'application/zip', buffer });

/** Waits until the worker is loaded: from then on the network may go away. */
export const untilReady = (page: Page): Promise<void> => page.getByText('needs the network no more').waitFor({ timeout: LONG_MS });

export async function result(page: Page): Promise<Said> {
  const shown = page.locator('[data-exit-code]');
  await shown.waitFor({ timeout: LONG_MS });
  return {
    exitCode: Number(await shown.getAttribute('data-exit-code')),
    text: (await page.locator('pre').textContent()) ?? '',
    sentence: (await page.locator('h1').textContent()) ?? '',
  };
}

/** The same of a chain with development keys, which a reader has to accept. */
export async function acceptedResult(page: Page): Promise<Said> {
  await result(page);
  const [again] = await page.getByRole('button', { name: 'accepting development keys' }).all();
  if (!again) return result(page);
  await again.click();
  await again.waitFor({ state: 'detached', timeout: LONG_MS });
  return result(page);
}
