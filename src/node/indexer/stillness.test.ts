/**
 * Ranges of headers by which blocks are left unread (chain/stillness.ts), from a node that lies in them: real chain, real Postgres. What is
 * hidden so would have to be signed by another set; each lie is refused by the field that shows it, and nothing behind it is written.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { besideLiar, indexOf } from '../../../test/kit/indexer/beside-liar.ts';
import type { LyingNode } from '../../../test/kit/lying-node.ts';
import { headerHash } from '../../protocol/comet/index.ts';

const NOTHING = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
const it = besideLiar();
const { start, rows, indexTo } = indexOf(it);

type Metas = { header: { height: string; data_hash: string; app_hash: string; last_block_id: { hash: string } } }[];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/**
 * Changes headers of a range, of which a call answers twenty, the newest first; `at` finds that of a height among them and all that came
 * before, as changed: what is to be shown may lie on both sides of two calls' border.
 */
const inRange = (change: (at: (height: number) => Metas[number] | undefined, metas: Metas) => void): LyingNode['alter'] => {
  const seen = new Map<number, Metas[number]>();
  return (method, _, result) => {
    if (method !== 'blockchain') return;
    const metas = result.block_metas as Metas;
    for (const meta of metas) seen.set(Number(meta.header.height), meta);
    change((height) => seen.get(height), metas);
  };
};

/** Shows the block with the transactions as one in which nothing was said and nothing changed. */
function hide(at: (height: number) => Metas[number] | undefined): void {
  const hidden = at(it.spoken);
  if (!hidden) return;
  hidden.header.data_hash = NOTHING;
  hidden.header.app_hash = changed;
}

let long: number;
/** What the state came to by the transactions, as the header behind them says. */
let changed: string;
/** The height at which the day's roster froze, in a block without transactions. */
let frozen: number;
beforeAll(async () => {
  long = it.last + 40;
  await it.chain.reach(long + 1);
  const answer = await fetch(`${it.chain.rpcUrl}/commit?height=${it.spoken + 1}`);
  changed = (await answer.json()).result.signed_header.header.app_hash;
  await indexTo(it.last);
  [{ height: frozen }] = await rows(`select height from chain.roster where day = ${it.signedDay} and not late`);
});

async function refusal(alter: LyingNode['alter']): Promise<string> {
  it.liar.maxHeight = long;
  it.liar.alter = alter;
  const error = (await start().failed) as Error & { code: string };
  expect(it.liar.asked.blockchain).toBeGreaterThan(0);
  return `${error.code}: ${error.message}`;
}

describe('in a range of headers', () => {
  test('an honest node’s lets blocks be left unread, and every row is there', async () => {
    const before = it.liar.asked.block ?? 0;
    await indexTo(long);
    expect((it.liar.asked.block ?? 0) - before).toBeLessThan(long);
    expect(await rows('select id from chain.sealed_statement')).toHaveLength(1);
  });

  test.each<[string, LyingNode['alter'], RegExp]>([
    [
      'a block with transactions that is shown as one without, that changed nothing',
      inRange(hide),
      /block \d+: header\.last_block_id\.hash/,
    ],
    [
      'the same, with every header behind it linked anew',
      inRange((at, metas) => {
        hide(at);
        for (const { header } of [...metas].reverse()) {
          const before = Number(header.height) > it.spoken && at(Number(header.height) - 1)?.header;
          if (before) header.last_block_id.hash = hex(headerHash(before as never));
        }
      }),
      /block \d+: header\.last_results_hash/,
    ],
    [
      'a block that froze a roster, behind which another header is shown in the range alone',
      inRange((at) => {
        const [still, after] = [at(frozen), at(frozen + 1)];
        if (still && after) after.header.app_hash = still.header.app_hash;
      }),
      /block \d+: header\.app_hash: .*changes nothing/,
    ],
    [
      'another height’s block in the place of the one behind what was left unread',
      (method, { height }, result) => {
        if (method !== 'block' || Number(height) !== it.spoken) return;
        Object.assign(result.block.header, { height: String(it.spoken - 2), app_hash: 'AB'.repeat(32) });
      },
      /block \d+: header\.height: expected/,
    ],
  ])('%s is refused by name', async (_, alter, said) => {
    const error = await refusal(alter);
    expect(error).toMatch(/^untrusted-node: node 127\.0\.0\.1:\d+: /);
    expect(error).toMatch(said);
  });

  test('a header that is left out is waited for, and hides nothing', async () => {
    it.liar.maxHeight = long;
    it.liar.alter = (method, _, result) => {
      if (method === 'blockchain')
        result.block_metas = (result.block_metas as Metas).filter(({ header }) => Number(header.height) !== it.spoken);
    };
    const run = start();
    await expect.poll(() => it.liar.asked.blockchain, { timeout: 90_000 }).toBeGreaterThan(3);
    expect(await rows('select id from chain.sealed_statement')).toEqual([]);
    it.liar.alter = () => {};
    await run.reached(long);
    await run.stop();
    expect(await rows('select id from chain.sealed_statement')).toHaveLength(1);
  });
});
