/** Where the index stands, and how old that is. Chain time may run on a clock of its own (protocol §5): age is given in real seconds. */
import type { ChainHead as IndexHead } from '../db/chain-head.ts';
import { chainHead } from '../db/chain-head.ts';
import { mainGraceS } from '../db/index.ts';
import { type IndexFindings, indexFindings } from '../db/index-findings.ts';
import type { MainMarket } from './context.ts';
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

/** null: the index has not begun. */
export async function readHead(tx: Transaction, nowMs: number): Promise<ChainHead | null> {
  const [head] = await tx.query((sql) => chainHead(sql).then((found) => (found ? [found] : [])));
  return head
    ? {
        chainId: head.chainId,
        height: head.newest,
        checkedHeight: head.height,
        chainUnixS: head.chainUnixS,
        lagS: lagOf(head, nowMs),
      }
    : null;
}

function lagOf({ chainUnixS, updatedAt, clock }: IndexHead, nowMs: number): number {
  const blockMs = clock ? (clock.genesisUnixS + (chainUnixS - clock.startUnixS) / Math.max(1, clock.rate)) * 1000 : updatedAt.getTime();
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

/** What is wrong between chain, index and books. */
export async function readFindings(tx: Transaction, main: MainMarket | null): Promise<IndexFindings> {
  const graceS = main ? await graceOf(main) : undefined;
  const [findings] = await tx.query((sql) => indexFindings(sql, graceS).then((found) => [found]));
  return findings;
}

/** undefined: the index of the main chain does not say, or is not there. */
async function graceOf({ pool, chainId }: MainMarket): Promise<number | undefined> {
  try {
    const [found] = await pool.run(null, { house: true }, (tx) => tx.query((sql) => mainGraceS(sql, chainId).then((s) => [{ s }])));
    return found.s;
  } catch {
    return undefined;
  }
}

export const dateOfUnixS = (unixS: number | bigint): Date => new Date(Number(unixS) * 1000);
