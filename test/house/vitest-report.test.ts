/** How `npm test` counts, and what it runs once more. */
import { describe, expect, test } from 'vitest';
import { countFile, MOST_ONCE_MORE, onceMore } from '../../scripts/vitest-report.mjs';

const outcome = (status: string, fullName = 'a meter reports', failureMessages: string[] = []) => ({ status, fullName, failureMessages });
const file = (status: string, ...assertionResults: ReturnType<typeof outcome>[]) => ({ name: '/a.test.ts', status, assertionResults });

describe('a file of tests', () => {
  test('counts what passed, failed and was skipped', () => {
    const counted = countFile(
      file('failed', outcome('passed'), outcome('failed', 'is refused', ['Error: no\n    at x.ts:1']), outcome('skipped')),
    );
    expect(counted).toEqual({ passed: 1, failed: 1, skipped: 1, said: ['is refused\n    Error: no'] });
  });

  test('counts as one that failed where it could not be run', () => {
    const counted = countFile({ ...file('failed', outcome('skipped')), message: 'no database' });
    expect(counted).toEqual({ passed: 0, failed: 1, skipped: 1, said: ['could not be run: no database'] });
  });

  test('that passed says nothing', () => {
    expect(countFile(file('passed', outcome('passed')))).toEqual({ passed: 1, failed: 0, skipped: 0, said: [] });
  });
});

describe('once more, alone', () => {
  const failing = (n: number) => new Map(Array.from({ length: n }, (_, i) => [`${i}.test.ts`, { failed: 1 }] as const));

  test('a few files that failed beside others are run', () => {
    expect(onceMore(new Map([...failing(MOST_ONCE_MORE), ['well.test.ts', { failed: 0 }]]))).toHaveLength(MOST_ONCE_MORE);
  });

  test('of many that failed none is', () => {
    expect(onceMore(failing(MOST_ONCE_MORE + 1))).toEqual([]);
  });
});
