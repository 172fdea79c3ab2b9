/**
 * A prover process for the benchmark: proves real bills, as many together as a prover takes from its queue, until its time is over; then
 * says how many, and what it weighed at most. Arguments: milliseconds, `native` or `wasm`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { createProver } from '../src/node/proofs/prover.ts';
import { billSignals, clearingSignals } from './day.ts';

const TOGETHER = 4;
const [, , windowMs, engine] = process.argv;

/** The most that electra-prove, this process's only child, has weighed. */
function childMb(): number {
  const list = `/proc/${process.pid}/task/${process.pid}/children`;
  const children = existsSync(list) ? readFileSync(list, 'utf8').trim().split(' ').filter(Boolean) : [];
  const peakKb = (pid: string): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return children.reduce((sum, pid) => sum + peakKb(pid), 0) / 1024;
}

const prover = await createProver(KEYS_DIR, engine === 'wasm' ? { binary: null } : {});
if (prover.engine !== engine) throw new Error('electra-prove is not built: node scripts/chain.mjs');
await prover.clearing(clearingSignals); // loads keys and circuits
await prover.dayBill(billSignals[0]);
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const startMs = performance.now();
let proofs = 0;
while (performance.now() < startMs + Number(windowMs)) {
  const batch = Array.from({ length: TOGETHER }, () => ({
    circuit: 'day-bill' as const,
    signals: billSignals[proofs++ % billSignals.length],
  }));
  for (const result of await prover.proveAll(batch)) if (result.status === 'rejected') throw result.reason;
}
process.send?.({
  perMinute: (proofs / (performance.now() - startMs)) * 60_000,
  peakMb: process.resourceUsage().maxRSS / 1024 + childMb(),
});
process.disconnect?.();
process.exit(0);
