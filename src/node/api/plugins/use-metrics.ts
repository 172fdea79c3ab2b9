/**
 * /metrics for Prometheus: rates, times, the pool, the chain. Labels are routes, codes and outcomes only: no member, meter or query is in
 * them.
 */
import type { Plugin } from 'graphql-yoga';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { IndexFindings } from '../../db/index-findings.ts';
import { readFindings, readHead } from '../chain-head.ts';
import type { Service } from '../context.ts';
import type { ViewerPool } from '../pool.ts';
import { useRoute } from './use-route.ts';

export interface Metrics {
  registry: Registry;
  errors: Counter<'code'>;
  signIns: Counter<'outcome'>;
}

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    errors: new Counter({ name: 'electra_api_errors_total', help: 'GraphQL errors by code', labelNames: ['code'], registers: [registry] }),
    signIns: new Counter({
      name: 'electra_api_sign_ins_total',
      help: 'sign-ins by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    }),
  };
}

/** What is wrong between chain, index and books: each of them should stay at 0. */
function findingGauges(registers: Registry[]): (findings: IndexFindings) => void {
  const bad = new Gauge({
    name: 'electra_index_bad_transactions',
    help: 'transactions and events that the index could not read or place, by reason',
    labelNames: ['reason'] as const,
    registers,
  });
  const rosters = new Gauge({
    name: 'electra_index_differing_rosters',
    help: 'proven rosters that are not those of the indexed statements',
    registers,
  });
  const days = new Gauge({ name: 'electra_days_missing', help: 'days that the chain has frozen and index or books lack', registers });
  return ({ badTransactions, rosters: differing, unindexedDays, unbookedDays }) => {
    bad.reset();
    for (const { reason, transactions } of badTransactions) bad.set({ reason }, transactions);
    rosters.set(differing.length);
    days.set(unindexedDays.length + unbookedDays.length);
  };
}

const ROUTES = ['/', '/graphql', '/health', '/ready', '/metrics', '/export/intervals.csv', '/export/bills.csv'];

export function useMetrics({ metrics: { registry }, pool, service }: { metrics: Metrics; pool: ViewerPool; service: Service }): Plugin {
  const registers = [registry];
  const seconds = new Histogram({
    name: 'electra_api_request_seconds',
    help: 'time to answer by route and status',
    labelNames: ['route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  new Gauge({
    name: 'electra_api_slots_in_use',
    help: 'database slots in use',
    registers,
    collect() {
      this.set(pool.inUse);
    },
  });
  new Gauge({
    name: 'electra_api_slots_waiting',
    help: 'requests waiting for a database slot',
    registers,
    collect() {
      this.set(pool.waiting);
    },
  });
  new Gauge({
    name: 'electra_api_identity_mismatches',
    help: 'answers thrown away because the viewer changed: must be 0',
    registers,
    collect() {
      this.set(pool.identityMismatches);
    },
  });
  const up = new Gauge({ name: 'electra_api_database_up', help: '1 if the database answered this scrape', registers });
  const height = new Gauge({ name: 'electra_api_chain_height', help: 'last block whose results are verified', registers });
  const lag = new Gauge({ name: 'electra_api_chain_lag_seconds', help: 'age of the last indexed block', registers });
  const setFindings = findingGauges(registers);
  const began = new WeakMap<Request, number>();

  const { onRequest } = useRoute('/metrics', service.log, async () => {
    const read = await pool
      .run(null, {}, async (tx) => ({ head: await readHead(tx, service.now()), findings: await readFindings(tx) }))
      .then(
        (found) => {
          up.set(1);
          return found;
        },
        () => {
          up.set(0);
          return null;
        },
      );
    if (read?.head) {
      height.set(read.head.checkedHeight);
      lag.set(read.head.lagS);
    }
    if (read) setFindings(read.findings);
    return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } });
  });
  return {
    onRequest(payload) {
      began.set(payload.request, performance.now());
      return onRequest!(payload);
    },
    onResponse({ request, response }) {
      const path = new URL(request.url, 'http://localhost').pathname;
      const start = began.get(request);
      if (start !== undefined)
        seconds.observe({ route: ROUTES.includes(path) ? path : 'other', status: response.status }, (performance.now() - start) / 1000);
    },
  };
}
