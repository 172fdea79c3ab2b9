/**
 * The cursor: the one truth about how far the index is. It moves in the same transaction as the rows, and only from the parent that the
 * batch was verified against, so a crash at any moment leaves either all of a batch or nothing, and two indexers on one database cannot
 * write the same height twice.
 */
import type { Sql, Tx } from '../../db/index.ts';
import { RetryableError } from '../errors.ts';
import type { Trust } from '../verify.ts';

/** What is known of `height`, and up to which height results are certain. */
export interface Cursor extends Trust {
  resultsHeight: number;
  chainUnixS: bigint;
  /** of all rows, for the next block's to go on from (digest.ts) */
  digest: Uint8Array;
}

interface Row {
  chain_id: string;
  height: number;
  block_hash: Uint8Array;
  app_hash: Uint8Array;
  validators_hash: Uint8Array;
  next_validators_hash: Uint8Array;
  results_height: number;
  results_hash: Uint8Array;
  chain_unix_s: bigint;
  digest: Uint8Array;
}

const toCursor = (row: Row): Cursor => ({
  chainId: row.chain_id,
  height: row.height,
  blockHash: row.block_hash,
  appHash: row.app_hash,
  validatorsHash: row.validators_hash,
  nextValidatorsHash: row.next_validators_hash,
  resultsHeight: row.results_height,
  resultsHash: row.results_hash,
  chainUnixS: row.chain_unix_s,
  digest: row.digest,
});

const toRow = (cursor: Cursor): Record<keyof Row, string | number | bigint | Buffer> => ({
  chain_id: cursor.chainId,
  height: cursor.height,
  block_hash: Buffer.from(cursor.blockHash),
  app_hash: Buffer.from(cursor.appHash),
  validators_hash: Buffer.from(cursor.validatorsHash),
  next_validators_hash: Buffer.from(cursor.nextValidatorsHash),
  results_height: cursor.resultsHeight,
  results_hash: Buffer.from(cursor.resultsHash),
  chain_unix_s: cursor.chainUnixS,
  digest: Buffer.from(cursor.digest),
});

export async function readCursor(sql: Sql): Promise<Cursor | undefined> {
  const [row] = await sql<Row[]>`select * from chain.cursor`;
  return row && toCursor(row);
}

/**
 * Locks the cursor until the transaction ends, and returns it: a roster taken meanwhile has moved its digest.
 * @throws RetryableError `cursor-moved` unless it stands on the batch's parent.
 */
export async function lockCursor(tx: Tx, parent: Trust): Promise<Cursor> {
  const [row] = await tx<Row[]>`select * from chain.cursor for update`;
  const stands =
    row && row.chain_id === parent.chainId && row.height === parent.height && Buffer.from(parent.blockHash).equals(row.block_hash);
  if (!stands) {
    throw new RetryableError(
      'cursor-moved',
      `the index stands at ${row ? `height ${row.height}` : 'nothing'} instead of at height ${parent.height}: ` +
        'another indexer wrote to it, or it was reset',
    );
  }
  return toCursor(row);
}

export async function insertCursor(tx: Tx, cursor: Cursor): Promise<void> {
  await tx`insert into chain.cursor ${tx(toRow(cursor) as never)}`;
}

export async function moveCursor(tx: Tx, cursor: Cursor): Promise<void> {
  await tx`update chain.cursor set ${tx(toRow(cursor) as never)}, updated_at = now()`;
}
