/** A prover process for the benchmark: proves real bills until its time is over, then prints how many. Arguments: milliseconds. */
import { KEYS_DIR } from '../src/node/processes/paths.ts';
import { createProver } from '../src/node/proofs/prover.ts';
import { billSignals } from './day.ts';

const prover = await createProver(KEYS_DIR);
await prover.dayBill(billSignals[0]); // loads keys and circuit
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const endMs = performance.now() + Number(process.argv[2]);
let proofs = 0;
while (performance.now() < endMs) await prover.dayBill(billSignals[proofs++ % billSignals.length]);
process.send?.({ proofs, rssMb: process.memoryUsage.rss() / 1024 ** 2 });
process.disconnect?.();
process.exit(0);
