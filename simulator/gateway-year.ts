/**
 * A household's year through every source, with everything that goes wrong, by seed: `npm run gateway:year`, or of some days, another seed,
 * some sources: `npm run gateway:year -- 30 9 SML`. Each source is a worker of its own; a table says what came of it.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { SOURCES } from '../gateway/testing/sources.ts';
import { runYear, type YearResult } from '../gateway/testing/year.ts';
import { householdsOf } from './gateway-household.ts';

interface Job {
  name: string;
  days: number;
  seed: number;
}

const RUNS = [
  { name: 'whole', oneIn: 0 },
  { name: 'jitter', oneIn: 0, jitterS: 4 },
  { name: 'faults', oneIn: 40 },
  { name: 'faults and jitter', oneIn: 40, jitterS: 4 },
];

async function lived({ name, days, seed }: Job): Promise<YearResult[]> {
  const household = await householdsOf(days);
  const results: YearResult[] = [];
  for (const { name: _, ...options } of RUNS) results.push(await runYear({ source: SOURCES[name], seed, ...options, ...household }));
  return results;
}

const inWorker = (job: Job): Promise<YearResult[]> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function row(name: string, results: readonly YearResult[]): string {
  const cells = results.map(({ stated, slots, allowed, unwritten, missed, wrong, stop }) => {
    const shown = `${percent(stated, slots)}${unwritten > 0 ? `, ${percent(unwritten, allowed)} unwritten` : ''}`;
    return stop ? `stopped: ${stop}` : `${shown}, ${missed.length} missed, ${wrong.length} wrong`;
  });
  return `| ${name} | ${cells.join(' | ')} |`;
}

/** A whole number from 1 on. */
const upTo =
  (max: number) =>
  (text: string): number => {
    if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > max) throw new InvalidArgumentError(`Expected a whole number from 1 to ${max}.`);
    return Number(text);
  };

/** The sources whose names hold `part`. */
function sourcesNamed(part: string, before: readonly string[] = []): string[] {
  const named = Object.keys(SOURCES).filter((name) => name.includes(part));
  if (named.length === 0) throw new InvalidArgumentError(`Expected a part of one of: ${Object.keys(SOURCES).join(', ')}.`);
  return [...before, ...named.filter((name) => !before.includes(name))];
}

const program = new Command('npm run gateway:year --')
  .description(
    'play a household’s days through every kind of meter, with everything that goes wrong; exit 1 if a quarter-hour is wrong or missed',
  )
  .argument('[days]', 'how many days', upTo(364), 364)
  .argument('[seed]', 'of what goes wrong', upTo(999_999_999), 16)
  .argument('[sources...]', 'parts of names of meters; default: all', sourcesNamed);

async function main(): Promise<number> {
  const [days, seed, names] = program.parse().processedArgs as [number, number, string[]]; // none named: an empty list
  const waiting = names.length > 0 ? [...names] : Object.keys(SOURCES);
  const faults: Record<string, number> = {};
  let [failed, telegrams] = [0, 0];
  const beganMs = Date.now();
  console.log(`${days} days, seed ${seed}: quarter-hours that were stated; of those that telegrams showed: unwritten, where the power`);
  console.log('went before a full disk took them, and missed\n');
  console.log(`| source | ${RUNS.map(({ name }) => name).join(' | ')} |\n|---|${'---|'.repeat(RUNS.length)}`);
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const results = await inWorker({ name, days, seed });
      console.log(row(name, results));
      for (const result of results) {
        telegrams += result.telegrams;
        failed += result.wrong.length + result.missed.length + (result.stop ? 1 : 0);
        for (const [fault, times] of Object.entries(result.faults)) faults[fault] = (faults[fault] ?? 0) + times;
        for (const why of [...result.wrong.slice(0, 3), ...result.missed.slice(0, 3)]) console.log(`  ${name}: ${why}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  console.log(`\n${telegrams} telegrams in ${Math.round((Date.now() - beganMs) / 1000)} s; faults: ${JSON.stringify(faults)}`);
  return failed === 0 ? 0 : 1;
}

if (isMainThread) process.exitCode = await main();
else parentPort!.postMessage(await lived(workerData as Job));
