/**
 * Proofs of what the modules of a main chain hold (`main.json` of a bundle), as the index keeps them for auditors: with each round of state
 * proofs, of the same block, so that a bundle's files speak of one moment. A round is taken anew once something was settled or paid since.
 * With them is kept the header of the block that left that state: after a halt the next one, which holds its hash, is of much later, and
 * what was due in the state is judged by the time of the block itself. Proofs without it are none.
 * What they hold by now, for pages, is main-state.ts' matter, which reads both.
 */
import { encodeMainFile, type MainFile } from '../../protocol/index.ts';
import type { Sql, Tx } from '../db/index.ts';

/** Whether they are taken: on a chain that has the modules. And whether a round is due for them: there are none yet, or blocks had news. */
export async function mainProofsDue(sql: Sql, height: number): Promise<{ isMain: boolean; due: boolean }> {
  const [row] = await sql<{ is_main: boolean; due: boolean | null }[]>`
    with news as (
      select height from chain.roster union all select height from chain.settlement_entry union all select height from chain.escrow_move
      union all select height from chain.transfer union all select height from chain.mint)
    select exists (select from chain.register) as is_main,
      coalesce((select m.height from chain.main_proof m join chain.light_block using (height)), 0)
        < (select max(height) from news where height <= ${height}) as due`;
  return { isMain: row.is_main, due: row.is_main && row.due === true };
}

export const keepMain = (tx: Tx, file: MainFile) => tx`
  insert into chain.main_proof (height, file) values (${file.height}, ${encodeMainFile(file)})
  on conflict (one) do update set height = excluded.height, file = excluded.file where chain.main_proof.height < excluded.height`;
