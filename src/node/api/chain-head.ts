/** Where the index stands, and how old that is. Chain time may run on a clock of its own (protocol §5): age is given in real seconds. */
import type { Transaction } from './pool.ts';

export interface ChainHead {
  chainId: string;
  height: number;
  /** Last height whose results are verified. */
  checkedHeight: number;
  chainUnixS: number;
  /** Age of the last indexed block, real seconds. */
  lagS: number;
}

interface Row {
  chain_id: string;
  height: number;
  results_height: number;
  chain_unix_s: bigint;
  updated_at: Date;
  start_unix_s: string | null;
  rate: string | null;
  genesis_unix_s: string | null;
}

/** null: the index has not begun. */
export async function readHead(tx: Transaction, nowMs: number): Promise<ChainHead | null> {
  const [{ there }] = await tx.query<{ there: boolean }>((sql) => sql`select to_regclass('chain.cursor') is not null as there`);
  if (!there) return null;
  const [row] = await tx.query<Row>(
    (sql) => sql`
    select c.chain_id, c.height, c.results_height, c.chain_unix_s, c.updated_at, k.start_unix_s, k.rate, k.genesis_unix_s
    from chain.cursor c left join chain.clock k on k.id = 'clock'`,
  );
  if (!row) return null;
  return {
    chainId: row.chain_id,
    height: row.height,
    checkedHeight: row.results_height,
    chainUnixS: Number(row.chain_unix_s),
    lagS: lagOf(row, nowMs),
  };
}

function lagOf({ chain_unix_s, updated_at, start_unix_s, rate, genesis_unix_s }: Row, nowMs: number): number {
  const blockMs =
    genesis_unix_s === null
      ? updated_at.getTime()
      : (Number(genesis_unix_s) + (Number(chain_unix_s) - Number(start_unix_s)) / Math.max(1, Number(rate))) * 1000;
  return Math.max(0, Math.round((nowMs - blockMs) / 1000));
}

/** Why the service is not ready, from its chain's side; nothing when it is. */
export function headFaults(head: ChainHead | null, { chainId, lagLimitS }: { chainId: string | undefined; lagLimitS: number }): string[] {
  if (!head) return ['the index has not begun'];
  return [
    ...(chainId !== undefined && head.chainId !== chainId ? [`the index is of chain ${head.chainId}, expected ${chainId}`] : []),
    ...(head.lagS > lagLimitS ? [`the last indexed block is ${head.lagS} s old, the limit is ${lagLimitS} s`] : []),
  ];
}

export const dateOfUnixS = (unixS: number | bigint): Date => new Date(Number(unixS) * 1000);
