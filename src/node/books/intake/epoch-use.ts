/** What index and books know of an epoch of the vault's keys. Whether its private key may go is the vault's rule (vault/keys/destroy-rule.ts). */
import { chainHead, type Sql } from '../../db/index.ts';
import { genesisOf } from './chain-view.ts';

/** Times are the chain's, in seconds. */
export interface EpochUse {
  chainUnixS: number;
  /** since when the next epoch is in force; null: this is the newest */
  successorUnixS: number | null;
  /** how long the chain goes on taking an epoch after that */
  overlapS: number;
  /** the chain has the epoch's key */
  known: boolean;
  /** boxes sealed to it that the books have not opened */
  unopened: number;
}

/** undefined while the index is empty. */
export async function epochUse(sql: Sql, epoch: number): Promise<EpochUse | undefined> {
  const head = await chainHead(sql);
  if (!head) return undefined;
  const [row] = await sql<{ successor: number | null; known: boolean; statements: number; reports: number }[]>`
    select (select effective_unix_s::float8 from chain.node_key where epoch = ${epoch} + 1) as successor,
      exists (select from chain.node_key where epoch = ${epoch}) as known,
      (select count(*) from chain.sealed_statement s left join books.statement b on b.meter = s.meter and b.day = s.day
        where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch'))::int4 as statements,
      (select count(*) from chain.sealed_report s left join books.report b on b.meter = s.meter and b.slot = s.slot
        where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch'))::int4 as reports`;
  return {
    chainUnixS: head.chainUnixS,
    successorUnixS: row.successor,
    overlapS: (await genesisOf(sql)).params.keyOverlapS,
    known: row.known,
    unopened: row.statements + row.reports,
  };
}
