/** What Prometheus is told, and that dashboard and alert rules ask for nothing else. */
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { IndexerMetrics, STAGES } from './metrics.ts';

const file = (name: string): string => readFileSync(new URL(`../../../docs/monitoring/${name}`, import.meta.url), 'utf8');
const batch = {
  height: 12,
  resultsHeight: 11,
  chainHeight: 20,
  blocks: 3,
  txs: 5,
  rows: 8,
  badReasons: ['undecodable', 'undecodable', 'refused'],
  blockUnixS: Math.floor(Date.now() / 1000) - 40,
};

async function exported(): Promise<{ text: string; names: Set<string> }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = new IndexerMetrics(registry);
  metrics.batch(batch);
  metrics.spent('write', 250);
  metrics.error('rpc-unreachable');
  const text = await registry.metrics();
  return { text, names: new Set(registry.getMetricsAsArray().map(({ name }) => name)) };
}

/** Names of metrics that an expression asks for. */
const asked = (expr: string): string[] => expr.match(/\b(electra|process|nodejs)_[a-z0-9_]+/g) ?? [];

describe('the index tells Prometheus', () => {
  test('how far it is, how far behind, how fast, where the time went, what was refused and why', async () => {
    const { text } = await exported();
    for (const line of [
      'electra_index_height 12',
      'electra_index_results_height 11',
      'electra_chain_height 20',
      'electra_index_blocks_total 3',
      'electra_index_transactions_total 5',
      'electra_index_rows_total 8',
      'electra_index_stage_seconds_total{stage="write"} 0.25',
      'electra_index_refusals_total{reason="undecodable"} 2',
      'electra_index_refusals_total{reason="refused"} 1',
      'electra_index_errors_total{code="rpc-unreachable"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(Number(/^electra_index_lag_seconds (\d+)/m.exec(text)![1])).toBeOneOf([40, 41, 42, 43, 44, 45]);
  });
  test('of every stage from the start, so that a rate of none is 0 and not nothing', async () => {
    const registry = new Registry();
    new IndexerMetrics(registry);
    for (const stage of STAGES) expect(await registry.metrics()).toContain(`electra_index_stage_seconds_total{stage="${stage}"} 0`);
  });
  test('nothing where it has no registry', () => {
    const metrics = new IndexerMetrics();
    expect(() => metrics.batch(batch)).not.toThrow();
  });
});

describe('asks for no name that the process does not export:', () => {
  test('the dashboard', async () => {
    const { names } = await exported();
    const { panels } = JSON.parse(file('index-dashboard.json')) as { panels: { targets: { expr: string }[] }[] };
    const wanted = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => asked(expr)));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
    expect(panels.every(({ targets }) => targets.every(({ expr }) => asked(expr).length > 0))).toBe(true);
  });
  test('the alert rules', async () => {
    const { names } = await exported();
    const { groups } = parse(file('index-alerts.yml')) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.flatMap(({ expr }) => asked(expr)).filter((name) => !names.has(name))).toEqual([]);
    expect(rules.filter(({ expr }) => asked(expr).length === 0).map(({ alert }) => alert)).toEqual([]);
  });
  test('and every name of the index is on the dashboard', async () => {
    const { names } = await exported();
    const dashboard = file('index-dashboard.json');
    expect([...names].filter((name) => name.startsWith('electra_') && !dashboard.includes(name))).toEqual([]);
  });
});
