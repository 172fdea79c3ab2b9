/** Looks for transactions that the chain and the index read differently: node scripts/run.mjs test/kit/decoders/fuzz.ts [SECONDS] [SEED] */
import { differences } from './compare.ts';

const ROUND = 50_000;
const [seconds = '600', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const end = Date.now() + Number(seconds) * 1000;
let from = 0;
for (; Date.now() < end && process.exitCode === undefined; from += ROUND) {
  const { differing } = await differences({ seed: Number(seed), from, count: ROUND });
  for (const line of differing) process.stdout.write(`${line}\n`);
  if (differing.length > 0) process.exitCode = 1;
}
process.stdout.write(`${from} transactions of seed ${seed}: ${process.exitCode === 1 ? 'read differently' : 'read alike'}\n`);
