/**
 * Proving on all cores (one prover process each): electra-prove, the WebAssembly that stands in for it, and snarkjs' own `fullProve`, in
 * one run; and a village's day through the queue.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as snarkjs from 'snarkjs';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { createProver } from '../src/node/proofs/prover.ts';
import { witnessCalculator } from '../src/node/proofs/witness.ts';
import { billSignals, clearingSignals, mainStatements, substituteSignals } from './day.ts';
import type { Figure } from './frame.ts';
import { median } from './frame.ts';
import { villageDay } from './village-day.ts';

const WINDOW_MS = 20_000;
const WORKER = fileURLToPath(new URL('./prove-worker.ts', import.meta.url));
const CORES = availableParallelism();

interface Result {
  perMinute: number;
  peakMb: number;
}

async function pool(engine: 'native' | 'wasm'): Promise<Result> {
  const workers = Array.from({ length: CORES }, () =>
    fork(WORKER, [String(WINDOW_MS), engine], { execArgv: ['--disable-warning=ExperimentalWarning'] }),
  );
  const said = <T>(): Promise<T[]> =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise<T>((resolve, reject) => {
            worker.once('message', (message) => resolve(message as T));
            worker.once('exit', (code) => reject(new Error(`a prover ended with ${code}`)));
          }),
      ),
    );
  await said();
  const ended = said<Result>();
  for (const worker of workers) worker.send('go');
  const results = await ended;
  return {
    perMinute: results.reduce((sum, r) => sum + r.perMinute, 0),
    peakMb: Math.max(...results.map((r) => r.peakMb)),
  };
}

// The project's own types name only what production code uses of snarkjs.
const { fullProve } = snarkjs.groth16 as unknown as { fullProve: (signals: unknown, wasm: string, zkey: string) => Promise<unknown> };

async function rival(): Promise<number> {
  const runs = 6;
  const prove = (i: number): Promise<unknown> => fullProve(billSignals[i], `${KEYS_DIR}day-bill.wasm`, `${KEYS_DIR}day-bill.zkey`);
  await prove(0);
  const startMs = performance.now();
  for (let i = 0; i < runs; i++) await prove(i);
  return (runs / (performance.now() - startMs)) * 60_000;
}

async function timeMs(work: () => unknown): Promise<number> {
  await work();
  return median(9, async () => {
    const startMs = performance.now();
    await work();
    return performance.now() - startMs;
  });
}

export async function benchProofs(): Promise<Figure[]> {
  const native = await pool('native');
  const wasm = await pool('wasm');
  const theirs = await rival();
  const prover = await createProver(KEYS_DIR);
  const clearingMs = await timeMs(() => prover.clearing(clearingSignals));
  const substituteMs = await timeMs(() => prover.substitute(substituteSignals));
  const main: Figure[] = [];
  for (const { name, circuit, signals } of mainStatements)
    main.push({ name: `${name} proven, one process`, value: await timeMs(() => prover.prove(circuit, signals)), unit: 'ms' });
  prover.close();
  const calculator = await witnessCalculator(readFileSync(`${KEYS_DIR}day-bill.wasm`), 'day-bill');
  const witnessMs = await timeMs(() => calculator.calculate(billSignals[0]));
  const share = (witnessMs * native.perMinute) / (CORES * 60_000);
  return [
    {
      name: `DayBills proven, ${CORES} processes`,
      value: native.perMinute,
      unit: '/min',
      aim: { atLeast: 560 },
      rival: { name: 'snarkjs fullProve, multi-threaded', value: theirs },
      limit:
        'additions of curve points in electra-prove, three quarters of a proof’s time; more cores or machines add up (`electra prove`)',
    },
    { name: 'times faster than snarkjs fullProve', value: native.perMinute / theirs, unit: '×', aim: { atLeast: 8 } },
    { name: `DayBills proven in WebAssembly, ${CORES} processes`, value: wasm.perMinute, unit: '/min' },
    {
      name: 'a day of village (99 bills, clearing), drafted to proven',
      value: await villageDay(),
      unit: 's',
      aim: { atMost: 14 },
      limit: 'the proofs themselves, and the pauses of a queue that is looked at twice a second',
    },
    { name: 'Clearing proven, one process', value: clearingMs, unit: 'ms' },
    { name: 'Substitute proven, one process', value: substituteMs, unit: 'ms' },
    ...main,
    { name: 'witness of a DayBill', value: witnessMs, unit: 'ms', note: `${Math.round(share * 100)} % of a bill’s time` },
    { name: 'peak memory of a prover with its electra-prove', value: native.peakMb, unit: 'MB', aim: { atMost: 300 } },
    { name: 'peak memory of a prover in WebAssembly', value: wasm.peakMb, unit: 'MB' },
  ];
}
