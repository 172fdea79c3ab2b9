/** All that a page may leave on a device, as one text: what the next person there could find. */
import type { Page } from 'playwright-core';

interface Entries {
  navigation: { entries(): { url: string; getState(): unknown }[] };
}

/** What is stored: caches with their contents, databases, both storages, and what is kept with places in the history. */
export const stored = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request))?.text());
    }
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      for (const store of database.objectStoreNames)
        found.push(name, store, await done(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    found.push((globalThis as unknown as Entries).navigation.entries().map((entry) => entry.getState()));
    return JSON.stringify(found);
  });

/** Addresses of the history. */
export const places = (page: Page): Promise<string> =>
  page.evaluate(() =>
    (globalThis as unknown as Entries).navigation
      .entries()
      .map(({ url }) => url)
      .join('\n'),
  );
