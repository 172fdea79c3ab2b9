/** What the service worker does with a click on a notification: a browser without a screen has none. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';

interface Click {
  notification: { close(): void; data?: { path?: unknown } };
  waitUntil(work: Promise<unknown>): void;
}
const listeners = new Map<string, (event: Click) => void>();
/** what was done, in order */
const done: string[] = [];
let open: { focus(): Promise<{ navigate(path: string): Promise<void> }> }[] = [];
const page = {
  focus: async () => {
    done.push('focus');
    return { navigate: async (path: string) => void done.push(`navigate ${path}`) };
  },
};

beforeAll(async () => {
  vi.stubGlobal('SHELL', { version: 'one', files: [] });
  vi.stubGlobal('addEventListener', (type: string, listener: (event: Click) => void) => listeners.set(type, listener));
  vi.stubGlobal('clients', { matchAll: async () => open, openWindow: async (path: string) => void done.push(`open ${path}`) });
  await import('./service-worker.ts');
});
afterAll(() => void vi.unstubAllGlobals());
beforeEach(() => {
  done.length = 0;
  open = [];
});

async function click(data?: { path?: unknown }): Promise<string[]> {
  const work: Promise<unknown>[] = [];
  listeners.get('notificationclick')!({
    notification: { close: () => done.push('close'), data },
    waitUntil: (one) => work.push(one),
  });
  await Promise.all(work);
  return done;
}

test('a click leads the open page to where the news stand at length', async () => {
  open = [page];
  expect(await click({ path: '/bills/2026-07-02/m' })).toEqual(['close', 'focus', 'navigate /bills/2026-07-02/m']);
});

test('without an open page it opens one there', async () => {
  expect(await click({ path: '/usage' })).toEqual(['close', 'open /usage']);
});

test.each([{ path: 'https://elsewhere.example/' }, { path: '//elsewhere.example/' }, { path: 7 }, {}, undefined])(
  'it leads nowhere but into these pages: %j',
  async (data) => {
    open = [page];
    expect(await click(data)).toEqual(['close']);
  },
);
