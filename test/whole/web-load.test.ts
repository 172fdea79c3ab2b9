/** The load of open pages, in small: what `npm run bench -- web-load` measures with a thousand members. */
import { expect, test } from 'vitest';
import { openPages } from '../kit/api/crowd.ts';

test('a hundred members with open pages: each is told of its report and asks, nobody waits in vain', async () => {
  const { pageMs, hintMs, failed } = await openPages({ members: 100, overMs: 5_000, batch: 5 });
  expect(failed).toEqual([]);
  expect(hintMs).toHaveLength(100);
  expect(pageMs).toHaveLength(100);
}, 120_000);
