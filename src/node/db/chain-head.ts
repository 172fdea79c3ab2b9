/**
 * Where the index is, for every room that reads it: the books, the API, a person's health check. It is the one question about the index
 * that each of them asks, so it is asked here, of the view `chain.head` that the indexer makes (src/node/indexer/write/schema.ts).
 */
import type { Sql, Tx } from './connect.ts';

export interface ChainHead {
  chainId: string;
  /** the last block whose results are checked against a header: what is billed on, ends here */
  height: number;
  /** the last block in the tables; above `height` it is provisional */
  newest: number;
  /** chain time of the newest block */
  chainUnixS: number;
  /** when the newest block was written, by Postgres' clock */
  updatedAt: Date;
  /** how block time maps to chain time; null where the index has no clock yet */
  clock: { startUnixS: number; rate: number; genesisUnixS: number } | null;
}

interface Row {
  chain_id: string;
  height: number;
  newest: number;
  chain_unix_s: bigint;
  updated_at: Date;
  start_unix_s: string | null;
  rate: string;
  genesis_unix_s: string;
}

/** undefined before the index has begun, and for the moment in which it is made anew. Any role that may read the schema chain may ask. */
export async function chainHead(sql: Sql | Tx): Promise<ChainHead | undefined> {
  const [{ made }] = await sql<{ made: boolean }[]>`select to_regclass('chain.head') is not null as made`;
  if (!made) return undefined;
  const [row] = await sql<Row[]>`
    select chain_id, height, newest, chain_unix_s, updated_at, start_unix_s, rate, genesis_unix_s from chain.head`;
  return row && toHead(row);
}

const toHead = (row: Row): ChainHead => ({
  chainId: row.chain_id,
  height: row.height,
  newest: row.newest,
  chainUnixS: Number(row.chain_unix_s),
  updatedAt: row.updated_at,
  clock:
    row.start_unix_s === null
      ? null
      : { startUnixS: Number(row.start_unix_s), rate: Number(row.rate), genesisUnixS: Number(row.genesis_unix_s) },
});
