/** What an index says of itself, to be held against another's: the digest of a height (write/digest.ts). */
import type { Sql } from '../db/index.ts';

export interface IndexDigest {
  chainId: string;
  height: number;
  /** lower-case hex */
  digest: string;
  /**
   * Heights up to this one at which the index took a roster from its proof, because no block had brought it: from the first of them on its
   * digests are its own, and a rebuilt index has the common ones.
   */
  taken: number[];
}

interface Row {
  chain_id: string;
  height: number;
  digest: string | null;
  taken: number[];
}

/** Of the last block with certain results, where no height is named. Undefined where the index is empty, or has no such height. */
export async function indexDigest(sql: Sql, height?: number): Promise<IndexDigest | undefined> {
  const [{ made }] = await sql<{ made: boolean }[]>`select to_regclass('chain.digest') is not null as made`;
  if (!made) return undefined;
  const [row] = await sql<Row[]>`
    with asked as (select chain_id, coalesce(${height ?? null}::int4, results_height) as height from chain.cursor)
    select a.chain_id, a.height, encode(d.digest, 'hex') as digest,
      array(select t.height from chain.digest t where t.taken is not null and t.height < a.height order by t.height) as taken
    from asked a left join chain.digest d using (height)`;
  return row?.digest ? { chainId: row.chain_id, height: row.height, digest: row.digest, taken: row.taken } : undefined;
}
