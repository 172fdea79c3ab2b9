/** Where the index stands, and how old that is. Chain time may run on a clock of its own (protocol §5): age is given in real seconds. */
import type { ChainHead as IndexHead } from '../db/chain-head.ts';
import { chainHead } from '../db/chain-head.ts';
import { type MainTime, mainTime } from '../db/index.ts';
import { type IndexFindings, indexFindings } from '../db/index-findings.ts';
import type { Service } from './context.ts';
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
export async function readFindings(tx: Transaction, main: MainHead | null): Promise<IndexFindings> {
  const [findings] = await tx.query((sql) => indexFindings(sql, main?.time).then((found) => [found]));
  return findings;
}

/** The node's index of the main chain that the community shares on. */
export interface MainHead {
  /** undefined: the index does not say, or is of another chain */
  time: MainTime | undefined;
  /** null: it has not begun, is of another chain, or its database does not answer */
  head: ChainHead | null;
  /** What is wrong with it. A community's own bills do not wait for a main chain: it holds nothing up here. */
  faults: string[];
}

/** null: the community shares nowhere. Never throws: what cannot be asked is said. */
export async function readMain({ main, now, lagLimitS }: Pick<Service, 'main' | 'now' | 'lagLimitS'>): Promise<MainHead | null> {
  if (!main) return null;
  const { chainId } = main;
  const saying = (faults: readonly string[]): string[] => faults.map((fault) => `main chain ${chainId}: ${fault}`);
  try {
    return await main.pool.run(null, { house: true }, async (tx) => {
      const head = await readHead(tx, now());
      const [{ time }] = await tx.query((sql) => mainTime(sql, chainId).then((found) => [{ time: found }]));
      const faults = saying(headFaults(head, { chainId, lagLimitS }));
      return { time, head: head?.chainId === chainId ? head : null, faults };
    });
  } catch {
    return { time: undefined, head: null, faults: saying(['the database of its index does not answer']) };
  }
}

export const dateOfUnixS = (unixS: number | bigint): Date => new Date(Number(unixS) * 1000);
