/** What a prover tells Prometheus, when it is given a registry. */
import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { EngineKind } from './engine.ts';

export class ProverMetrics {
  readonly #engine: Gauge<'engine'> | undefined;
  readonly #ended: Counter<'engine' | 'outcome'> | undefined;

  constructor(registry?: Registry) {
    if (!registry) return;
    const registers = [registry];
    this.#engine = new Gauge({
      name: 'electra_prover_engine',
      help: '1 for who makes the proofs: native (electra-prove) or wasm',
      labelNames: ['engine'],
      registers,
    });
    this.#ended = new Counter({
      name: 'electra_prover_jobs_total',
      help: 'jobs by who proved and how they ended: proven, nothing (left to do), failed',
      labelNames: ['engine', 'outcome'],
      registers,
    });
  }

  ended(engine: EngineKind, outcome: boolean | Error | undefined): void {
    for (const kind of ['native', 'wasm'] as const) this.#engine?.set({ engine: kind }, kind === engine ? 1 : 0);
    this.#ended?.inc({ engine, outcome: outcome instanceof Error ? 'failed' : outcome ? 'proven' : 'nothing' });
  }
}
