/**
 * What Prometheus is told: rates, times, the pool, the door, the chain. Labels are routes, codes and outcomes only: no member, meter or
 * query is in them.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { readFindings, readHead, readMain } from './chain-head.ts';
import type { Service } from './context.ts';
import type { Connections } from './door/connections.ts';
import { findingGauges } from './finding-gauges.ts';
import { fresh } from './fresh.ts';
import type { Streams } from './hints/streams.ts';
import type { ViewerPool } from './pool.ts';
import { countDisputedMeters, readQueuedRotation } from './rows/chain.ts';

export interface Metrics {
  registry: Registry;
  errors: Counter<'code'>;
  signIns: Counter<'outcome'>;
  refused: Counter<'who'>;
  seconds: Histogram<'route' | 'status'>;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    errors: new Counter({ name: 'electra_api_errors_total', help: 'GraphQL errors by code', labelNames: ['code'], registers }),
    signIns: new Counter({ name: 'electra_api_sign_ins_total', help: 'sign-ins by outcome', labelNames: ['outcome'], registers }),
    refused: new Counter({ name: 'electra_api_refused_total', help: 'requests over a client’s limit', labelNames: ['who'], registers }),
    seconds: new Histogram({
      name: 'electra_api_request_seconds',
      help: 'time to answer by route and status',
      labelNames: ['route', 'status'] as const,
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  };
}

interface Watched {
  pool: ViewerPool;
  service: Pick<Service, 'main' | 'now' | 'lagLimitS'>;
  connections: Connections;
  streams: Streams;
}

/** Adds what is looked up when somebody asks. @returns the text, at most a second old */
export function metricsText({ registry }: Metrics, { pool, service, connections, streams }: Watched): () => Promise<string> {
  const registers = [registry];
  const gauge = (name: string, help: string, value?: () => number): Gauge =>
    new Gauge({
      name: `electra_api_${name}`,
      help,
      registers,
      ...(value && {
        collect() {
          this.set(value());
        },
      }),
    });
  gauge('slots_in_use', 'database slots in use', () => pool.inUse);
  gauge('slots_waiting', 'requests waiting for a database slot', () => pool.waiting);
  gauge('identity_mismatches', 'answers thrown away because the viewer changed: must be 0', () => pool.identityMismatches);
  gauge('connections', 'open connections', () => connections.size);
  gauge('connections_turned_away', 'connections that were not taken or had to give way', () => connections.turnedAway);
  gauge('streams', 'open streams of hints', () => streams.size);
  const up = gauge('database_up', '1 if the database answered this scrape');
  const height = gauge('chain_height', 'last block whose results are verified');
  const lag = gauge('chain_lag_seconds', 'age of the last indexed block');
  const mainHeight =
    service.main && gauge('main_chain_height', 'last block of the main chain whose results are verified; -1: none is known');
  const mainLag = service.main && gauge('main_chain_lag_seconds', 'age of the last indexed block of the main chain; -1: none is known');
  const disputed = gauge('disputed_meters', 'meters with a disputed day among the newest seven frozen ones');
  const rotation = gauge('queued_rotation_due_seconds', 'chain time (Unix seconds) at which another operator is in force; 0: none waits');
  const setFindings = findingGauges(registers);
  return fresh(service.now, async () => {
    try {
      const main = await readMain(service);
      mainHeight?.set(main?.head?.checkedHeight ?? -1);
      mainLag?.set(main?.head?.lagS ?? -1);
      const { head, findings, disputedMeters, queued } = await pool.run(null, { house: true }, async (tx) => ({
        head: await readHead(tx, service.now()),
        findings: await readFindings(tx, main),
        disputedMeters: await countDisputedMeters(tx),
        queued: await readQueuedRotation(tx),
      }));
      setFindings(findings);
      disputed.set(disputedMeters);
      rotation.set(Number(queued?.due_unix_s ?? 0));
      up.set(1);
      if (head) {
        height.set(head.checkedHeight);
        lag.set(head.lagS);
      }
    } catch {
      up.set(0);
    }
    return registry.metrics();
  });
}
