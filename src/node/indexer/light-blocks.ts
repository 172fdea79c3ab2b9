/**
 * The signed headers that an auditor needs: those that announce another validator set, kept for good, and those that state proofs lead to,
 * kept as long as the proofs are. Raw JSON as the node wrote it; of a validator only what is under the set's hash.
 */
import { toBase64 } from '@cosmjs/encoding';
import type { CommitJson, HeaderJson, ValidatorSet } from '../../protocol/comet/index.ts';
import type { Sql, Tx } from '../db/index.ts';

export interface SignedHeader {
  header: HeaderJson;
  commit: CommitJson;
  validators: ValidatorSet;
}

/** `turn`: whether it announces another set. */
export async function keepLightBlocks(tx: Tx, blocks: readonly SignedHeader[], { turn }: { turn: boolean }): Promise<void> {
  for (const { header, commit, validators } of blocks) {
    const set = validators.validators.map(({ publicKey, power }) => ({ key: toBase64(publicKey), power: String(power) }));
    await tx`
      insert into chain.light_block (height, turn, block)
      values (${Number(header.height)}, ${turn}, ${JSON.stringify({ header, commit, validators: set })})
      on conflict (height) do update set turn = chain.light_block.turn or excluded.turn`;
  }
}

/** Drops headers that no proof leads to any more. */
export const dropUnusedLightBlocks = (tx: Tx | Sql) => tx`
  delete from chain.light_block b where not b.turn and not exists (select from chain.evidence e where e.height + 1 = b.height)
    and not exists (select from chain.log_proof l where l.height + 1 = b.height)
    and not exists (select from chain.main_proof m where b.height in (m.height, m.height + 1))`;
