/**
 * One batch is one Postgres transaction: the parent asserted, the rows, the cursor, the notification. Genesis is the first of them.
 * Handlers run before it, while the batch before is still being written; only what they read is read in it, after that one. Statements
 * that need no answer of each other's go out together, and fail together: what each waits for is the way to Postgres and back.
 *
 * `synchronous_commit = off`: a power cut may take back the last transactions, rows and cursor together, and they are indexed again; it can
 * not reorder them against what other rooms commit later, because the log is sequential.
 */
import { chainTimeOf, readClock } from '../../../../mappings/clock.ts';
import type { BadTransactionEntity, ClockEntity } from '../../../../mappings/entities.ts';
import { handleGenesis } from '../../../../mappings/genesis.ts';
import { merkleRoot } from '../../../protocol/comet/index.ts';
import type { Genesis, SharedGenesis } from '../../../protocol/genesis/index.ts';
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
  async genesis(genesis: Genesis | SharedGenesis): Promise<void> {
    const height = genesis.initialHeight - 1;
    const nothing = new Uint8Array(0);
    await this.#transaction(async (tx) => {
      const made = await tx`
        insert into chain.genesis (genesis, hash) values (${tx.json(genesis.document as never)}, ${Buffer.from(genesis.hash, 'hex')})
        on conflict do nothing returning one`;
      if (made.length === 0) return;
      const store = new BatchStore(Promise.resolve(tx), this.#tables);
      await handleGenesis(genesis, store);
      const digest = nextDigest(NO_DIGEST, height, Buffer.from(genesis.hash, 'hex'), store.endBlock());
      await store.flush(tx);
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

  /**
   * Writes a verified batch above `parent`, once what comes `before` it is in; where that fails, so does this, and writes nothing.
   * @throws RetryableError `cursor-moved`
   */
  async batch(parent: Trust, batch: VerifiedBatch, before: Promise<unknown> = Promise.resolve()): Promise<Applied> {
    const opened = Promise.withResolvers<Tx>();
    const store = new BatchStore(opened.promise, this.#tables);
    const handled = handle(batch, store);
    for (const met of [opened.promise, handled]) met.catch(() => {}); // below
    try {
      await before;
      return await this.#transaction(async (tx) => {
        const locked = await lockCursor(tx, parent);
        opened.resolve(tx);
        const [told, clock] = await Promise.all([handled, readClock(store)]);
        return write(tx, batch, store, { ...told, clock, before: locked.digest });
      });
    } catch (error) {
      opened.reject(error);
      throw error;
    }
  }

  #transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#sql.begin(async (tx) => {
      const [result] = await Promise.all([work(tx), tx`set local synchronous_commit to off`, tx`notify electra_chain`]);
      return result;
    }) as Promise<T>;
  }
}

interface Handled {
  messages: number;
  /** of each block, the hashes of the rows that it wrote */
  rows: string[][];
}

async function handle({ blocks, trust }: VerifiedBatch, store: BatchStore): Promise<Handled> {
  let messages = 0;
  const rows: string[][] = [];
  for (const block of blocks) {
    messages += await dispatchBlock(trust.chainId, block, store);
    rows.push(store.endBlock());
  }
  return { messages, rows };
}

/** What handlers set, the digests, the cursor. `before`: the digest of the parent. */
async function write(
  tx: Tx,
  { blocks, turns, trust }: VerifiedBatch,
  store: BatchStore,
  { messages, rows: rowsOf, clock, before }: Handled & { clock: ClockEntity; before: Uint8Array },
): Promise<Applied> {
  let digest = before;
  const digests = blocks.map(({ height, hash }, i) => {
    digest = nextDigest(digest, height, hash, rowsOf[i]);
    return { height, digest };
  });
  const bad = store.written('BadTransaction');
  const { time } = blocks.at(-1)!;
  const cursor = { ...trust, resultsHeight: trust.height - 1, chainUnixS: chainTimeOf(clock, blockTime(time)), digest };
  const [rows] = await Promise.all([
    store.flush(tx),
    insertRows(tx, DIGESTS, digests),
    moveCursor(tx, cursor),
    keepLightBlocks(tx, turns, { turn: true }),
  ]);
  const txs = blocks.reduce((sum, block) => sum + block.txs.length, 0);
  return { cursor, blocks: blocks.length, txs, messages, rows, blockUnixS: Number(time.seconds), bad };
}
