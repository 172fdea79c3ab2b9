/** What is wrong between chain, index and books: each of them should stay at 0. */
import { Gauge, type Registry } from 'prom-client';
import type { IndexFindings } from '../db/index-findings.ts';

const SHARING_STATES = ['unproven', 'unstated', 'halted', 'open', 'beyond', 'missed', 'other'] as const;

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
  const sharing = new Gauge({
    name: 'electra_sharing_days',
    help: 'shared days whose time on the main chain runs out (unproven, unstated), is over unfrozen (open, beyond), or that are over',
    labelNames: ['state'] as const,
    registers,
  });
  const left = new Gauge({
    name: 'electra_sharing_seconds_left',
    help: 'chain seconds until the first of the days that wait is missed on the main chain; -1: none waits',
    registers,
  });
  return ({ badTransactions, rosters: differing, unindexedDays, unbookedDays, unprovenDays, sharing: shared }) => {
    bad.reset();
    for (const { reason, transactions } of badTransactions) bad.set({ reason }, transactions);
    rosters.set(differing.length);
    for (const state of SHARING_STATES) sharing.set({ state }, shared.filter((one) => one.state === state).length);
    const waiting = shared.filter(({ state }) => state === 'unproven' || state === 'unstated').map(({ leftS }) => leftS);
    left.set(waiting.length === 0 ? -1 : Math.min(...waiting));
    days.set(unindexedDays.length + unbookedDays.length + unprovenDays.length);
  };
}
