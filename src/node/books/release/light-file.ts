/** light.json of a bundle: the headers at which the validator set changed, and those that its state proofs lead to. */
import { encodeLightFile, type KeptHeader } from '../../../protocol/index.ts';
import { BooksError } from '../errors.ts';
import { lightBlocksOf } from '../intake/chain-proofs.ts';
import type { Db } from '../intake/chain-view.ts';

/** `heights`: headers wanted besides the turns below the last of them. @throws BooksError `no-index` when one is not kept */
export async function lightFile(sql: Db, heights: readonly number[]): Promise<string> {
  const rows = await lightBlocksOf(sql, heights);
  const kept = new Set(rows.map(({ height }) => height));
  for (const height of heights) if (!kept.has(height)) throw new BooksError('no-index', `the index does not keep header ${height}`);
  return encodeLightFile(rows.map(({ block }) => JSON.parse(block) as KeptHeader));
}
