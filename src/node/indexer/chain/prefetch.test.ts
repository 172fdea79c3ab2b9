/** Reading ahead: in order, bounded, whole where something was said or changed, and by headers alone where nothing was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HeaderJson } from '../../../protocol/comet/index.ts';
import type { BlockGroup, BlockMeta, RawBlock } from './node.ts';
import { Prefetch } from './prefetch.ts';
import { isStill } from './stillness.ts';

const NOTHING = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
const MIB = 1024 * 1024;

interface Options {
  /** of an answer, by its first height */
  delayMs?: (from: number) => number;
  /** heights at which something is said */
  said?: (height: number) => boolean;
  /** of a whole block */
  bytes?: number;
}

/** A node whose headers show what is said, and which notes what it is asked for. */
function source({ delayMs = () => 0, said = () => true, bytes = 10 }: Options = {}) {
  const asked: number[] = [];
  const headers: [number, number][] = [];
  const whole = (height: number): RawBlock => ({ height, bytes, txs: said(height) ? [Buffer.alloc(1)] : [] }) as unknown as RawBlock;
  const header = (height: number): HeaderJson =>
    ({
      data_hash: said(height) ? 'AA' : NOTHING,
      app_hash: appHash(height),
      validators_hash: 'BB',
      next_validators_hash: 'BB',
    }) as HeaderJson;
  const appHash = (height: number): string => {
    let changes = 0;
    for (let before = Math.max(1, height - 300); before < height; before++) if (said(before)) changes = before;
    return String(changes);
  };
  const blocksAt = async (heights: readonly number[], _signed: number): Promise<BlockGroup> => {
    asked.push(...heights);
    await sleep(delayMs(heights[0] ?? 0));
    return { blocks: heights.map(whole), commit: {} as never };
  };
  return {
    asked,
    headers_: headers,
    blocksAt,
    blocks: (from: number, to: number) =>
      blocksAt(
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
        to,
      ),
    headers: async (from: number, to: number): Promise<BlockMeta[]> => {
      headers.push([from, to]);
      return Array.from({ length: to - from + 1 }, (_, i) => ({ height: from + i, header: header(from + i), bytes }));
    },
  };
}

const heights = (groups: BlockGroup[]) => groups.flatMap(({ blocks }) => blocks.map(({ height }) => height));
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
async function all(prefetch: Prefetch): Promise<number[]> {
  const seen: number[] = [];
  while (prefetch.pending) seen.push(...heights(await prefetch.take()));
  return seen;
}

describe('reading ahead', () => {
  test.each([
    ['where every block says something', () => true],
    ['where none does', () => false],
    ['where some do', (height: number) => height % 7 === 0],
  ])('keeps the order %s, whatever the order of the answers, and leaves nothing out', async (_, said) => {
    const prefetch = new Prefetch(source({ delayMs: (from) => (from * 7) % 13, said }), 3);
    prefetch.extend(750);
    const seen = await all(prefetch);
    prefetch.extend(753);
    expect([...seen, ...(await all(prefetch))]).toEqual(upTo(3, 753));
  });
  test('reads whole what said something, the first block and the last few, two in a hundred, and no other', async () => {
    const node = source({ said: (height) => height % 50 === 0 });
    const prefetch = new Prefetch(node, 1);
    prefetch.extend(999);
    await all(prefetch);
    const saying = upTo(1, 999).filter((height) => height % 50 === 0);
    const always = [1, ...saying, 996, 997, 998, 999];
    expect(node.asked).toEqual(expect.arrayContaining(always));
    expect(node.asked.length - always.length).toBeLessThan(30); // each group's last two
    expect(node.headers_.length).toBeLessThan(8);
    // the first of a range has a header before it, which came with the range before
    for (const [from] of node.headers_.slice(2)) expect(node.asked).not.toContain(from);
  });
  test('ends no group with a block that it left unread, nor where the last is held back: one has the header behind it', async () => {
    const prefetch = new Prefetch(source({ said: (height) => height % 7 === 0 }), 1);
    prefetch.extend(999);
    while (prefetch.pending)
      for (const { blocks } of await prefetch.take()) expect(blocks.slice(-2).map(({ still }) => still)).not.toContain(true);
  });
  test('asks for no headers near the end, where a block is read as it comes', async () => {
    const node = source();
    const prefetch = new Prefetch(node, 1);
    prefetch.extend(1);
    await all(prefetch);
    prefetch.extend(4);
    await all(prefetch);
    expect(node.headers_).toEqual([]);
  });
  test('takes what has arrived as one batch', async () => {
    const prefetch = new Prefetch(source(), 1);
    prefetch.extend(24);
    await sleep(60);
    expect(heights(await prefetch.take()).length).toBe(24);
  });
  test('asks for no more while much of it waits, by what headers say and by what came', async () => {
    for (const said of [MIB, 10]) {
      const node = source({ bytes: said });
      if (said === 10)
        node.blocks = async (from, to) => {
          node.asked.push(...upTo(from, to));
          return { blocks: upTo(from, to).map((height) => ({ height, bytes: MIB }) as RawBlock), commit: {} as never };
        };
      const prefetch = new Prefetch(node, 1);
      prefetch.extend(1_000_000);
      await sleep(60);
      expect(node.asked.length, `headers that say ${said}`).toBeLessThanOrEqual(80);
      const before = node.asked.length;
      for (let taken = 0; node.asked.length === before; taken++) {
        expect(taken).toBeLessThan(before);
        await prefetch.take();
      }
    }
  });
  test('asks for a bounded window where nothing is said, and for more as it is taken', async () => {
    const node = source({ said: () => false });
    const prefetch = new Prefetch(node, 1);
    prefetch.extend(1_000_000);
    await sleep(100);
    const asked = node.headers_.length;
    expect(asked).toBeLessThan(100);
    await prefetch.take();
    await sleep(40);
    expect(node.headers_.length).toBeGreaterThan(asked);
  });
  test('fails where the failure lies, not before: in a block', async () => {
    const node = source();
    node.blocks = async (from) => {
      if (from > 4) throw new Error('away');
      return { blocks: [{ height: from, bytes: 10 } as RawBlock], commit: {} as never };
    };
    const prefetch = new Prefetch(node, 1);
    prefetch.extend(8);
    expect(heights(await prefetch.take())).toEqual([1]);
    await expect(prefetch.take()).rejects.toThrow('away');
  });
  test('and in a range of headers', async () => {
    const node = source();
    node.headers = async () => {
      throw new Error('no such headers');
    };
    const prefetch = new Prefetch(node, 1);
    prefetch.extend(80);
    await expect(prefetch.take()).rejects.toThrow('no such headers');
  });
});

describe('a block is not read', () => {
  const header = (more: Partial<HeaderJson> = {}): HeaderJson =>
    ({ data_hash: NOTHING, app_hash: 'AA', validators_hash: 'CC', next_validators_hash: 'CC', ...more }) as HeaderJson;
  test('where it has no transaction and the state is the same behind it', () => {
    expect(isStill(header(), header(), header())).toBe(true);
  });
  test.each<[string, Parameters<typeof isStill>]>([
    ['it has transactions', [header(), header({ data_hash: 'DD' }), header()]],
    ['the state changed in it', [header(), header(), header({ app_hash: 'DD' })]],
    [
      'the one before announced another set, which its last commit vouches for',
      [header({ next_validators_hash: 'DD' }), header(), header()],
    ],
    ['nobody knows the one before', [undefined, header(), header()]],
    ['nobody knows the one behind', [header(), header(), undefined]],
  ])('but read where %s', (_, headers) => {
    expect(isStill(...headers)).toBe(false);
  });
});
