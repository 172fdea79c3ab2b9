/** What the index's process says of a backlog. */
import { expect, test } from 'vitest';
import { sayingProgress } from './index-chain.ts';

function said() {
  const lines: string[] = [];
  let nowMs = 0;
  const tell = sayingProgress({ info: (_, text) => void lines.push(text) }, () => nowMs);
  const at = (ms: number, height: number, chainHeight: number): void => {
    nowMs = ms;
    tell({ ...{ height, chainHeight }, chainId: 'main', resultsHeight: height - 1, blocks: 1, txs: 0, rows: 0 });
  };
  return { lines, at };
}

test('a backlog is said every ten seconds, and its end once', () => {
  const { lines, at } = said();
  for (const [ms, height] of [
    [1_000, 100],
    [10_000, 2_500],
    [15_000, 4_000],
    [20_000, 5_000],
    [21_000, 9_990],
    [22_000, 9_995],
  ])
    at(ms, height, 10_000);
  expect(lines).toEqual([
    'indexing: block 2500 of 10000 (25 %)',
    'indexing: block 5000 of 10000 (50 %)',
    'the index is level with the chain',
  ]);
});

test('an index that is level says nothing', () => {
  const { lines, at } = said();
  for (let i = 1; i < 100; i++) at(60_000 * i, i, i + 1);
  expect(lines).toEqual([]);
});
