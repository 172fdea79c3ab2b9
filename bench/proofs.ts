/** DayBills a minute on all cores (one single-threaded process each), beside snarkjs' own `fullProve`. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as snarkjs from 'snarkjs';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { createProver } from '../src/node/proofs/prover.ts';
import { billSignals, clearingSignals } from './day.ts';
import type { Figure } from './frame.ts';

const WINDOW_MS = 20_000;
const WORKER = fileURLToPath(new URL('./prove-worker.ts', import.meta.url));

async function pool(): Promise<{ perMinute: number; rssMb: number }> {
  const workers = Array.from({ length: availableParallelism() }, () =>
    fork(WORKER, [String(WINDOW_MS)], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  );
  await Promise.all(workers.map((w) => new Promise((resolve) => w.once('message', resolve))));
  const startMs = performance.now();
  const results = await Promise.all(
    workers.map(
      (w) =>
        new Promise<{ proofs: number; rssMb: number }>((resolve) => {
          w.once('message', (m) => resolve(m as { proofs: number; rssMb: number }));
          w.send('go');
        }),
    ),
  );
  const elapsedMs = performance.now() - startMs;
  return {
    perMinute: (results.reduce((sum, r) => sum + r.proofs, 0) / elapsedMs) * 60_000,
    rssMb: Math.max(...results.map((r) => r.rssMb)),
  };
}

// The project's own types name only what production code uses of snarkjs.
const { fullProve } = snarkjs.groth16 as unknown as { fullProve: (signals: unknown, wasm: string, zkey: string) => Promise<unknown> };

async function rival(): Promise<number> {
  const startMs = performance.now();
  const runs = 6;
  for (let i = 0; i < runs; i++) await fullProve(billSignals[i], `${KEYS_DIR}day-bill.wasm`, `${KEYS_DIR}day-bill.zkey`);
  return (runs / (performance.now() - startMs)) * 60_000;
}

export async function benchProofs(): Promise<Figure[]> {
  const ours = await pool();
  const theirs = await rival();
  const prover = await createProver(KEYS_DIR);
  await prover.clearing(clearingSignals);
  const startMs = performance.now();
  await prover.clearing(clearingSignals);
  const clearingMs = performance.now() - startMs;
  return [
    {
      name: `DayBills proven, ${availableParallelism()} processes`,
      value: ours.perMinute,
      unit: '/min',
      aim: { atLeast: 80 },
      rival: { name: 'snarkjs fullProve, multi-threaded', value: theirs },
      limit:
        'the multi-exponentiations of ffjavascript’s WASM, nearly all of a proof’s time, one core each; more cores or machines add up ' +
        '(`electra prove`)',
    },
    { name: 'Clearing proven, one process', value: clearingMs, unit: 'ms' },
    { name: 'resident memory of a prover', value: ours.rssMb, unit: 'MB' },
  ];
}
