/**
 * `npm run faults`: lets named faults happen to real processes and looks at what comes of it. Exit 1 when something is otherwise than it
 * should be.
 */
import { parseArgs } from 'node:util';
import { machine } from '../bench/frame.ts';
import { endOnSignals } from '../test/kit/signals.ts';
import { endAll, type Fault } from './fault.ts';
import { faults } from './list.ts';

const HELP = `npm run faults -- [options] [name…]

Runs every fault whose name contains one of the words given; all of them by default.

  --list       names, and what each does
  --quick      only those of seconds, without a community
  --times <n>  each so many times; a table of them at the end
  --json       that table as data, with commit and machine, on standard output; what happens goes to standard error
  --help       this text
`;

let json = false;
const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);

interface Tally {
  fault: Fault;
  right: number;
  wrong: number;
  cannot: number;
  longestS: number;
  /** what was seen or otherwise, each time */
  said: string[];
}

async function once(tally: Tally): Promise<void> {
  const { fault } = tally;
  const startMs = performance.now();
  const took = (): string => {
    const seconds = (performance.now() - startMs) / 1000;
    tally.longestS = Math.max(tally.longestS, seconds);
    return `${seconds.toFixed(1)} s`;
  };
  try {
    const seen = await fault.run();
    if (typeof seen === 'string') tally.right++;
    else tally.cannot++;
    tally.said.push(typeof seen === 'string' ? seen : seen.cannot);
    say(typeof seen === 'string' ? `✓ ${fault.name} (${took()}): ${seen}` : `- ${fault.name}: not here, ${seen.cannot}`);
  } catch (error) {
    tally.wrong++;
    tally.said.push((error as Error).message);
    say(`✗ ${fault.name} (${took()}): ${(error as Error).message}`);
  }
}

const row = ({ fault, right, wrong, cannot, longestS }: Tally): string =>
  `${wrong > 0 ? '✗' : right > 0 ? '✓' : '-'} ${fault.name.padEnd(24)} ${right} of ${right + wrong + cannot}` +
  `${cannot > 0 ? ' (not on this machine)' : ''}, at most ${longestS.toFixed(1)} s`;

const forPrograms = ({ fault: { name, quick }, right, wrong, cannot, longestS, said }: Tally): object => ({
  name,
  quick,
  right,
  wrong,
  cannot,
  longestS: Number(longestS.toFixed(1)),
  said,
});

const OPTIONS = {
  list: { type: 'boolean' },
  quick: { type: 'boolean' },
  times: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  json = values.json ?? false;
  const chosen = faults.filter(
    ({ name, quick }) => (!values.quick || quick) && (positionals.length === 0 || positionals.some((word) => name.includes(word))),
  );
  const times = Number(values.times ?? 1);
  if (chosen.length === 0) throw new Error(`no fault named like ${positionals.join(', ')}; --list shows all ${faults.length}`);
  if (!Number.isInteger(times) || times < 1) throw new Error('--times: expected a whole number from 1 on');
  if (values.help || values.list) {
    say(values.help ? HELP : chosen.map(({ name, does }) => `${name.padEnd(24)} ${does}`).join('\n'));
    return 0;
  }
  const tallies = chosen.map((fault): Tally => ({ fault, right: 0, wrong: 0, cannot: 0, longestS: 0, said: [] }));
  for (const tally of tallies) for (let i = 0; i < times; i++) await once(tally);
  await endAll();
  say(`\n${tallies.map(row).join('\n')}`);
  const sum = (of: 'right' | 'wrong' | 'cannot'): number => tallies.reduce((total, tally) => total + tally[of], 0);
  say(`\n${sum('right')} of ${chosen.length * times} as they should be, ${sum('wrong')} otherwise, ${sum('cannot')} not to be tried here`);
  if (json) process.stdout.write(`${JSON.stringify({ ...machine(), times, faults: tallies.map(forPrograms) })}\n`);
  return sum('wrong') === 0 ? 0 : 1;
}

endOnSignals();
main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`faults: ${error.message}\n`);
    process.exit(2);
  },
);
