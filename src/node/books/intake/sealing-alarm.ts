/**
 * Whether the chain's sealing keys are the vault's. A key of somebody else's, published in the operator's name, would let them read every
 * meter, and nothing in the books would go wrong: so it is compared, and what is found stands where /ready and `electra doctor` look.
 */
import type { Sql } from '../../db/index.ts';
import type { Vault } from '../../vault/client.ts';
import { nodeKeysOf } from './chain-view.ts';

const KIND = 'foreign-sealing-key';

/** Compares, and notes what stands. Returns how many epochs are not the vault's. */
export async function noteForeignKeys(sql: Sql, vault: Vault): Promise<number> {
  const { epochs, foreign } = await vault.status();
  const own = new Map(epochs.map(({ epoch, publicKey }) => [epoch, publicKey]));
  const indexed = [...(await nodeKeysOf(sql))].filter(([epoch, { key }]) => own.get(epoch) !== key).map(([epoch]) => epoch);
  const found = [...new Set([...indexed, ...foreign])].sort((a, b) => a - b);
  if (found.length === 0) await sql`delete from books.alarm where kind = ${KIND}`;
  else {
    const epochs = found.join(', ');
    const detail = `the chain has a sealing key that is not the vault’s (epoch ${epochs}): whoever holds it reads what meters seal to it`;
    await sql`
      insert into books.alarm (kind, detail) values (${KIND}, ${detail})
      on conflict (kind) do update set detail = excluded.detail`;
  }
  return found.length;
}
