/** What the indexer tells Prometheus, when it is given a registry. */
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';

export interface BatchStats {
  height: number;
  resultsHeight: number;
  chainHeight: number;
  blocks: number;
  txs: number;
  rows: number;
}

export class IndexerMetrics {
  readonly #gauges: Record<'height' | 'resultsHeight' | 'chainHeight', Gauge> | undefined;
  readonly #counters: Record<'blocks' | 'txs' | 'rows', Counter> | undefined;

  constructor(registry?: Registry) {
    if (!registry) return;
    const registers = [registry];
    this.#gauges = {
      height: new Gauge({ name: 'electra_index_height', help: 'last block whose rows are in', registers }),
      resultsHeight: new Gauge({
        name: 'electra_index_results_height',
        help: 'last block whose results the next header confirmed',
        registers,
      }),
      chainHeight: new Gauge({ name: 'electra_chain_height', help: 'last block of the node that is followed', registers }),
    };
    this.#counters = {
      blocks: new Counter({ name: 'electra_index_blocks_total', help: 'blocks indexed', registers }),
      txs: new Counter({ name: 'electra_index_transactions_total', help: 'transactions indexed', registers }),
      rows: new Counter({ name: 'electra_index_rows_total', help: 'rows written', registers }),
    };
  }

  batch(stats: BatchStats): void {
    for (const key of ['height', 'resultsHeight', 'chainHeight'] as const) this.#gauges?.[key].set(stats[key]);
    for (const key of ['blocks', 'txs', 'rows'] as const) this.#counters?.[key].inc(stats[key]);
  }
}
