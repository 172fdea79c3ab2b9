/**
 * One batch is one Postgres transaction: the parent asserted, the rows, the cursor, the notification. Genesis is the first of them.
 * Statements that need no answer of each other's go out together, and fail together: what each waits for is the way to Postgres and back.
 *
 * `synchronous_commit = off`: a power cut may take back the last transactions, rows and cursor together, and they are indexed again; it can
 * not reorder them against what other rooms commit later, because the log is sequential.
 */
import { chainTimeOf, readClock } from '../../../../mappings/clock.ts';
import type { BadTransactionEntity } from '../../../../mappings/entities.ts';
import { handleGenesis } from '../../../../mappings/genesis.ts';
import { merkleRoot } from '../../../protocol/comet/index.ts';
import type { Genesis } from '../../../protocol/genesis/index.ts';
import { type BulkTable, insertRows } from '../../db/bulk.ts';
import type { Sql, Tx } from '../../db/index.ts';
import { blockTime } from '../block-time.ts';
import { keepLightBlocks } from '../light-blocks.ts';
import type { Trust, VerifiedBatch } from '../verify.ts';
import type { Cursor } from './cursor.ts';
import { insertCursor, lockCursor, moveCursor } from './cursor.ts';
import { NO_DIGEST, nextDigest } from './digest.ts';
import { dispatchBlock } from './dispatch.ts';
import type { Table } from './schema.ts';
import { BatchStore } from './store.ts';

export interface Applied {
  cursor: Cursor;
  blocks: number;
  txs: number;
  messages: number;
  rows: number;
  /** by the newest block's own clock */
  blockUnixS: number;
  /** what could not be read or placed */
  bad: BadTransactionEntity[];
}

const DIGESTS = { name: 'chain.digest', types: { height: 'int4', digest: 'bytea' } } satisfies BulkTable;

export class Applier {
  readonly #sql: Sql;
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(sql: Sql, tables: readonly Table[]) {
    this.#sql = sql;
    this.#tables = new Map(tables.map((table) => [table.entity, table]));
  }

  /** Writes genesis as height `initialHeight - 1`. Does nothing when another indexer was faster. */
  async genesis(genesis: Genesis): Promise<void> {
    const height = genesis.initialHeight - 1;
    const nothing = new Uint8Array(0);
    await this.#transaction(async (tx) => {
      const made = await tx`
        insert into chain.genesis (genesis, hash) values (${tx.json(genesis.document as never)}, ${Buffer.from(genesis.hash, 'hex')})
        on conflict do nothing returning one`;
      if (made.length === 0) return;
      const store = new BatchStore(tx, this.#tables);
      await handleGenesis(genesis, store);
      const digest = nextDigest(NO_DIGEST, height, Buffer.from(genesis.hash, 'hex'), store.endBlock());
      await store.flush();
      await insertRows(tx, DIGESTS, [{ height, digest }]);
      await insertCursor(tx, {
        chainId: genesis.chainId,
        height,
        blockHash: nothing,
        appHash: nothing,
        validatorsHash: nothing,
        nextValidatorsHash: genesis.validators.hash,
        resultsHash: merkleRoot([]),
        resultsHeight: height,
        chainUnixS: BigInt(genesis.beginUnixS),
        digest,
      });
    });
  }

  /** Writes a verified batch above `parent`. @throws RetryableError `cursor-moved` */
  async batch(parent: Trust, { blocks, turns, trust }: VerifiedBatch): Promise<Applied> {
    return this.#transaction(async (tx) => {
      const store = new BatchStore(tx, this.#tables);
      const [locked, clock] = await Promise.all([lockCursor(tx, parent), readClock(store)]);
      let { digest } = locked;
      const digests: { height: number; digest: Uint8Array }[] = [];
      let messages = 0;
      for (const block of blocks) {
        messages += await dispatchBlock(trust.chainId, block, store);
        digest = nextDigest(digest, block.height, block.hash, store.endBlock());
        digests.push({ height: block.height, digest });
      }
      const bad = store.written('BadTransaction');
      const chainUnixS = chainTimeOf(clock, blockTime(blocks.at(-1)!.time));
      const cursor = { ...trust, resultsHeight: trust.height - 1, chainUnixS, digest };
      const [rows] = await Promise.all([
        store.flush(),
        insertRows(tx, DIGESTS, digests),
        moveCursor(tx, cursor),
        keepLightBlocks(tx, turns, { turn: true }),
      ]);
      const txs = blocks.reduce((sum, block) => sum + block.txs.length, 0);
      return { cursor, blocks: blocks.length, txs, messages, rows, blockUnixS: Number(blocks.at(-1)!.time.seconds), bad };
    });
  }

  #transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#sql.begin(async (tx) => {
      const [result] = await Promise.all([work(tx), tx`set local synchronous_commit to off`, tx`notify electra_chain`]);
      return result;
    }) as Promise<T>;
  }
}
