/**
 * Proofs of what the modules of a main chain hold (`main.json` of a bundle), as the index keeps them for auditors: whole ranges of their
 * stores at the block of a round of state proofs, which is taken anew once something was settled or paid since, so that a bundle's files
 * speak of one moment. What they hold by now, for pages, is main-state.ts' matter.
 */
import { encodeMainFile, type MainFile } from '../../protocol/index.ts';
import type { Sql, Tx } from '../db/index.ts';

/**
 * Whether they are taken at all: on a main chain (late_s is 0 there alone), with every round of state proofs, or the bundle's files would
 * not be of one moment. And whether a round is due for them: where there are none yet or blocks had news since.
 */
export async function mainProofsDue(sql: Sql, height: number): Promise<{ isMain: boolean; due: boolean }> {
  const [row] = await sql<{ is_main: boolean; due: boolean | null }[]>`
    with news as (
      select height from chain.roster union all select height from chain.settlement_entry union all select height from chain.escrow_move
      union all select height from chain.transfer union all select height from chain.mint)
    select k.late_s = 0 as is_main, k.late_s = 0 and coalesce((select height from chain.main_proof), 0)
      < (select max(height) from news where height <= ${height}) as due
    from chain.clock k where k.id = 'clock'`;
  return { isMain: row?.is_main === true, due: row?.due === true };
}

export const keepMain = (tx: Tx, file: MainFile) => tx`
  insert into chain.main_proof (height, file) values (${file.height}, ${encodeMainFile(file)})
  on conflict (one) do update set height = excluded.height, file = excluded.file where chain.main_proof.height < excluded.height`;
