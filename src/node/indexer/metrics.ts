/**
 * What the indexer tells Prometheus, when it is given a registry: how far it is and how far behind, how fast, where the time goes, what was
 * refused and why. Labels are stages, reasons and codes only: no meter, height or node is in them.
 */
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';

export interface BatchStats {
  height: number;
  resultsHeight: number;
  chainHeight: number;
  blocks: number;
  txs: number;
  rows: number;
  /** of what could not be placed */
  badReasons: readonly string[];
  /** chain time of the newest block, by its own clock */
  blockUnixS: number;
}

/**
 * What time goes into, in all as much as passes: waiting for blocks on their way, and the handlers of the batch before; hashes and
 * signatures; waiting for Postgres, with one batch in it and one ready; waiting for the chain, or after errors.
 */
export const STAGES = ['fetch', 'verify', 'write', 'idle', 'pause'] as const;
export type Stage = (typeof STAGES)[number];

const GAUGES = {
  height: ['electra_index_height', 'last block whose rows are in'],
  resultsHeight: ['electra_index_results_height', 'last block whose results the next header confirmed'],
  chainHeight: ['electra_chain_height', 'last block of the node that is followed'],
} as const;
const COUNTERS = {
  blocks: ['electra_index_blocks_total', 'blocks indexed'],
  txs: ['electra_index_transactions_total', 'transactions indexed'],
  rows: ['electra_index_rows_total', 'rows written'],
} as const;

interface Told {
  gauges: Record<keyof typeof GAUGES, Gauge>;
  counters: Record<keyof typeof COUNTERS, Counter>;
  lag: Gauge;
  stages: Counter<'stage'>;
  refusals: Counter<'reason'>;
  errors: Counter<'code'>;
}

function tellingTo(registry: Registry): Told {
  const registers = [registry];
  const made = <K extends string, M>(about: Record<K, readonly [string, string]>, make: (name: string, help: string) => M) =>
    Object.fromEntries(Object.entries<readonly [string, string]>(about).map(([key, [name, help]]) => [key, make(name, help)])) as Record<
      K,
      M
    >;
  const counter = <L extends string>(name: string, help: string, label: L): Counter<L> =>
    new Counter({ name, help, labelNames: [label], registers });
  const told: Told = {
    gauges: made(GAUGES, (name, help) => new Gauge({ name, help, registers })),
    counters: made(COUNTERS, (name, help) => new Counter({ name, help, registers })),
    lag: new Gauge({
      name: 'electra_index_lag_seconds',
      help: 'age of the newest block in the index, by the block’s own clock',
      registers,
    }),
    stages: counter('electra_index_stage_seconds_total', 'time by what it was spent on, or waited for', 'stage'),
    refusals: counter('electra_index_refusals_total', 'what blocks hold and the index could not place, by reason', 'reason'),
    errors: counter('electra_index_errors_total', 'sessions that ended by an error, by its code', 'code'),
  };
  for (const stage of STAGES) told.stages.inc({ stage }, 0);
  return told;
}

export class IndexerMetrics {
  readonly #told: Told | undefined;
  #blockUnixS = 0;

  constructor(registry?: Registry) {
    this.#told = registry && tellingTo(registry);
    const lag = this.#told?.lag;
    if (lag) Object.assign(lag, { collect: () => this.#blockUnixS > 0 && lag.set(Math.max(0, Date.now() / 1000 - this.#blockUnixS)) });
  }

  batch(stats: BatchStats): void {
    this.#blockUnixS = stats.blockUnixS;
    for (const key of Object.keys(GAUGES) as (keyof typeof GAUGES)[]) this.#told?.gauges[key].set(stats[key]);
    for (const key of Object.keys(COUNTERS) as (keyof typeof COUNTERS)[]) this.#told?.counters[key].inc(stats[key]);
    for (const reason of stats.badReasons) this.#told?.refusals.inc({ reason });
  }

  /** How long something of a stage took. */
  spent(stage: Stage, ms: number): void {
    this.#told?.stages.inc({ stage }, ms / 1000);
  }

  error(code: string): void {
    this.#told?.errors.inc({ code });
  }
}
