/** Which openings `electra uplink settle` goes by, and of whom it says what went wrong. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BillOpening, billCommitment, gridId, meterDay, meterTag } from '../../../protocol/index.ts';
import { knownOpenings, type OpeningSources, readOpenings } from './known-openings.ts';

const mainChainId = 'electra-main-5eed0001';
const meter = 'electra1qyqszqgpqyqszqgpqyqszqgpqyqszqgpw706kl';
const opening = (day: number): BillOpening => ({ day, version: 1, bookHash: 'ab'.repeat(32), meter, amountNel: 7n, s: 1_000_000n });
const TREASURY = meter;
const [OLD, NEW] = [opening(20_640), opening(20_641)];

let [root, file]: [string, string] = ['', ''];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'electra-openings-'));
  file = join(root, 'uplink', 'openings.json');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Asked of an exchange that hands out these, on a chain that has their bills. */
const from = (openings: readonly BillOpening[], others: Partial<OpeningSources> = {}) =>
  knownOpenings({
    ...{ file, mainChainId, note: () => undefined },
    api: { url: 'https://exchange.example', ask: async () => ({ chainId: mainChainId, member: TREASURY, openings }) },
    bills: async (news) =>
      news.map((one) => billCommitment(meterDay(gridId(mainChainId), meterTag(one.meter), one.day), one.amountNel, one.s)),
    ...others,
  });

test('what is handed out is kept, and with what is kept it is all that is known', async () => {
  expect(await from([OLD])).toEqual({ openings: [OLD] });
  expect(await from([NEW])).toEqual({ openings: [OLD, NEW] });
  expect(readOpenings('--data', file, mainChainId)).toEqual([OLD, NEW]);
});

test('an exchange that hands out nothing is named, and what is kept stays known', async () => {
  await from([OLD]);
  const ask = async () => Promise.reject(new Error('nobody answers'));
  const { openings, failed } = await from([], { api: { url: 'https://exchange.example', ask } });
  expect([openings, failed?.message]).toEqual([[OLD], '--api: https://exchange.example: nobody answers']);
});

test('a node of the main chain that does not answer is no fault of the exchange', async () => {
  await expect(from([NEW], { bills: async () => Promise.reject(new Error('no node of the main chain answers')) })).rejects.toThrow(
    /^no node of the main chain answers$/,
  );
});

test('a disk that takes nothing is named as that, and what was handed out is known all the same', async () => {
  await from([OLD]);
  mkdirSync(`${file}.new`);
  const { openings, failed } = await from([NEW]);
  expect(openings).toEqual([OLD, NEW]);
  expect(failed?.message).toMatch(/^--data: .*openings\.json: what was handed out could not be kept.*EISDIR/);
  expect(readOpenings('--data', file, mainChainId)).toEqual([OLD]);
  expect(existsSync(`${file}.new`)).toBe(true);
});
