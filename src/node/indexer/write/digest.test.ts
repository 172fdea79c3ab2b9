/** The digest of a height: what it is made of, what it does not depend on, what changes it, and that it survives whatever the rows do. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeMessage, message, testAccount } from '../../../../test/kit/chain.ts';
import { genesisJson, genesisMeter } from '../../../../test/kit/genesis.ts';
import { appliedBlock, batchAbove, txOf } from '../../../../test/kit/indexer/made-blocks.ts';
import type { TestPostgres } from '../../../../test/kit/postgres.ts';
import { startTestPostgres } from '../../../../test/kit/postgres.ts';
import { readGenesis } from '../../../protocol/genesis/index.ts';
import type { Sql } from '../../db/index.ts';
import { connect } from '../../db/index.ts';
import { resetIndex } from '../index.ts';
import { indexDigest } from '../index-digest.ts';
import type { VerifiedBlock } from '../verify.ts';
import { Applier } from './apply.ts';
import { readCursor } from './cursor.ts';
import { NO_DIGEST, nextDigest, rowHash, takenDigest } from './digest.ts';
import { indexTables } from './schema.ts';

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const block = Buffer.alloc(32, 7);
const someRows = fc.uniqueArray(fc.tuple(fc.string(), fc.array(fc.option(fc.string()))), { maxLength: 20, selector: String });
const hashesOf = (rows: readonly [string, (string | null)[]][]): string[] => rows.map(([entity, values]) => rowHash(entity, values));

describe('a digest', () => {
  test('is what its page says', () => {
    const rows = [rowHash('Meter', ['electra1', '\\xab', null, '5']), rowHash('Clock', ['clock'])];
    expect(rows[0]).toBe(sha256('["Meter","electra1","\\\\xab",null,"5"]').toString('hex'));
    const written = sha256(Buffer.from([...rows].sort().join(''), 'hex'));
    const height = Buffer.from('0000000000000102', 'hex');
    expect(nextDigest(NO_DIGEST, 0x102, block, rows)).toEqual(sha256('electra/index-digest/1', new Uint8Array(32), height, block, written));
  });
  test('does not depend on the order in which a block wrote its rows', () => {
    fc.assert(
      fc.property(
        someRows.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))),
        ([rows, others]) => {
          expect(nextDigest(NO_DIGEST, 1, block, hashesOf(others))).toEqual(nextDigest(NO_DIGEST, 1, block, hashesOf(rows)));
        },
      ),
    );
  });
  test('is another one for another row, a row less, a null for an empty text, another height, block or beginning', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const hashes = [...hashesOf(rows), rowHash('Meter', ['a', ''])];
        const others = [
          nextDigest(NO_DIGEST, 1, block, hashes),
          nextDigest(NO_DIGEST, 1, block, hashes.slice(0, -1)),
          nextDigest(NO_DIGEST, 1, block, [...hashes.slice(0, -1), rowHash('Meter', ['a', null])]),
          nextDigest(NO_DIGEST, 1, block, [...hashes.slice(0, -1), rowHash('Meter', ['', 'a'])]),
          nextDigest(NO_DIGEST, 2, block, hashes),
          nextDigest(NO_DIGEST, 1, Buffer.alloc(32, 8), hashes),
          nextDigest(Buffer.alloc(32, 9), 1, block, hashes),
          takenDigest(NO_DIGEST, 1, hashes.at(-1)!),
        ];
        expect(new Set(others.map((digest) => digest.toString('hex'))).size).toBe(others.length);
      }),
    );
  });
});

describe('the digests of an index', () => {
  const meter = testAccount().address;
  const member = testAccount().address;
  const genesis = readGenesis(
    genesisJson((state) => Object.assign(state, { meters: [genesisMeter(1, { address: meter, member, first_day: 20_634 })] }), {
      chain_id: 'electra-crafted-0badcafe',
    }),
  );
  let database: TestPostgres;
  let sql: Sql;
  let applier: Applier;
  beforeAll(async () => {
    database = await startTestPostgres();
    sql = connect({ url: database.urls.indexer, application: 'test' });
    applier = new Applier(sql, indexTables());
  });
  afterAll(async () => {
    await sql?.end();
    await database?.stop();
  });

  const report = (slot: number) => encodeMessage(message('Report', { meter, slot, keyEpoch: 1, sealed: Buffer.alloc(112, slot) }));
  const blocks = (): VerifiedBlock[] => [
    appliedBlock(1, [txOf(report(1_980_864)), txOf(report(1_980_865), report(1_980_866))]),
    appliedBlock(2, []),
    appliedBlock(3, [txOf(encodeMessage(message('NoBill', { member, meter, day: 20_640 })))]),
    appliedBlock(4, [Buffer.from('no transaction'), txOf(encodeMessage(message('WithdrawNoBill', { member, meter, day: 20_640 })))]),
  ];

  /** Indexes the blocks anew, in batches, and returns the digest of each height. */
  async function digests(...batches: VerifiedBlock[][]): Promise<string[]> {
    await resetIndex(sql);
    await applier.genesis(genesis);
    for (const batch of batches) {
      const cursor = (await readCursor(sql))!;
      await applier.batch(cursor, batchAbove(cursor, ...batch));
    }
    return (await sql<{ digest: string }[]>`select encode(digest, 'hex') as digest from chain.digest order by height`).map(
      ({ digest }) => digest,
    );
  }

  test('are there for each height, empty ones too, and each another', async () => {
    const found = await digests(blocks());
    expect(found).toHaveLength(5);
    expect(new Set(found).size).toBe(5);
    expect(Buffer.from((await readCursor(sql))!.digest).toString('hex')).toBe(found[4]);
  });
  test('are the same however the blocks came in batches', async () => {
    const [one, two, three, four] = blocks();
    const whole = await digests([one, two, three, four]);
    expect(await digests([one], [two], [three], [four])).toEqual(whole);
    expect(await digests([one, two, three], [four])).toEqual(whole);
  });
  test('are the same in whatever order transactions of one block set their rows', async () => {
    const [one] = blocks();
    const order = { ...one, txs: [...one.txs].reverse(), txHashes: [...one.txHashes].reverse() };
    expect(await digests([order])).toEqual(await digests([one]));
  });
  test('differ from the block on in which one byte of one row differs', async () => {
    const [one, two, three, four] = blocks();
    const whole = await digests([one, two, three, four]);
    const changed = appliedBlock(3, [txOf(encodeMessage(message('NoBill', { member, meter, day: 20_641 })))]);
    const other = await digests([one, two, { ...changed, hash: three.hash }, four]);
    expect(other.slice(0, 3)).toEqual(whole.slice(0, 3));
    expect(other[3]).not.toBe(whole[3]);
    expect(other[4]).not.toBe(whole[4]);
  });
  test('are read for the last certain height, for any named one, and for none that is not there', async () => {
    const [, , , third] = await digests(blocks());
    expect(await indexDigest(sql)).toEqual({ chainId: genesis.chainId, height: 3, digest: third, taken: [] });
    expect(await indexDigest(sql, 3)).toMatchObject({ height: 3, digest: third });
    expect(await indexDigest(sql, 5)).toBeUndefined();
    await sql`update chain.digest set taken = digest where height = 2`;
    expect(await indexDigest(sql, 3)).toMatchObject({ taken: [2] });
    expect(await indexDigest(sql, 2)).toMatchObject({ taken: [] });
  });
});
