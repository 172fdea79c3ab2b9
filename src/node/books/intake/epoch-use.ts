/**
 * What index and books know of an epoch of the vault's keys. Whether its private key may go is the vault's rule
 * (vault/keys/destroy-rule.ts).
 */
import { chainHead, type Sql } from '../../db/index.ts';
import { anyGenesisOf, nodeKeysOf, sealedBoxes } from './chain-view.ts';

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
  const [statements, reports] = (['statement', 'report'] as const).map((kind) => sealedBoxes(sql, kind, { upTo: head.newest }));
  const [row] = await sql<{ statements: number; reports: number }[]>`
    select
      (select count(*) from ${statements} s left join books.statement b on b.meter = s.meter and b.day = s.at
        where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch'))::int4 as statements,
      (select count(*) from ${reports} s left join books.report b on b.meter = s.meter and b.slot = s.at
        where s.key_epoch = ${epoch} and (b.meter is null or b.reason = 'unknown-epoch'))::int4 as reports`;
  const keys = await nodeKeysOf(sql);
  return {
    chainUnixS: head.chainUnixS,
    successorUnixS: keys.get(epoch + 1)?.effectiveUnixS ?? null,
    overlapS: (await anyGenesisOf(sql)).params.keyOverlapS,
    known: keys.has(epoch),
    unopened: row.statements + row.reports,
  };
}
