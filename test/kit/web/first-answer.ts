/** What a page asks for before its first answer stands there, and what moves: as the browser itself says it. */
import type { CDPSession, Page } from 'playwright-core';

export interface FirstAnswer {
  client: CDPSession;
  /** Waits for the answer. @returns what was asked for until it was drawn, but for typeface and pictures of the tab */
  asked(): Promise<string[]>;
  /** what has moved so far without its reader, by how much */
  moved(): Promise<{ by: number; what: string }[]>;
}

interface Noted {
  drawnAtMs: number | null;
  moved: { by: number; what: string }[];
}

/** Watches a page from before it is opened. */
export async function watchFirstAnswer(page: Page): Promise<FirstAnswer> {
  await page.addInitScript(() => {
    const noted: Noted = { drawnAtMs: null, moved: [] };
    Object.assign(globalThis, { noted });
    new MutationObserver(() => {
      if (document.querySelector('h1') && !document.querySelector('[aria-busy=true]')) noted.drawnAtMs ??= Date.now();
    }).observe(document, { subtree: true, childList: true, attributes: true });
    new PerformanceObserver((list) => {
      type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };
      for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[])
        if (!hadRecentInput) noted.moved.push({ by: value, what: sources.map(({ node }) => node?.textContent?.slice(0, 40)).join(' | ') });
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const sent: { url: string; atMs: number }[] = [];
  client.on('Network.requestWillBeSent', ({ request, wallTime }) => sent.push({ url: request.url, atMs: wallTime * 1000 }));
  const noted = (): Promise<Noted> => page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted);
  return {
    client,
    async asked() {
      await page.waitForFunction(() => (globalThis as unknown as { noted: Noted }).noted.drawnAtMs !== null, undefined, {
        timeout: 120_000,
      });
      const until = (await noted()).drawnAtMs!;
      return sent.filter(({ url, atMs }) => atMs <= until && !/\.woff2$|icon|manifest/.test(url)).map(({ url }) => new URL(url).pathname);
    },
    moved: async () => (await noted()).moved,
  };
}
