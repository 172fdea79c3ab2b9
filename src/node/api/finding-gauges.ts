/** What is wrong between chain, index and books: each of them should stay at 0. */
import { Gauge, type Registry } from 'prom-client';
import type { IndexFindings } from '../db/index-findings.ts';

export function findingGauges(registers: Registry[]): (findings: IndexFindings) => void {
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
  const days = new Gauge({
    name: 'electra_days_missing',
    help: 'days that the chain has frozen and index, books or proofs lack',
    registers,
  });
  return ({ badTransactions, rosters: differing, unindexedDays, unbookedDays, unprovenDays }) => {
    bad.reset();
    for (const { reason, transactions } of badTransactions) bad.set({ reason }, transactions);
    rosters.set(differing.length);
    days.set(unindexedDays.length + unbookedDays.length + unprovenDays.length);
  };
}
