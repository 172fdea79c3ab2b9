/**
 * `npm run faults`: lets named faults happen to real processes and looks at what comes of it. Exit 1 when something is otherwise than it
 * should be.
 */
import { parseArgs } from 'node:util';
import type { Fault } from './fault.ts';
import { faults } from './list.ts';

const HELP = `npm run faults -- [options] [name…]

Runs every fault whose name contains one of the words given; all of them by default.

  --list       names, and what each does
  --quick      only those of seconds, without a community
  --times <n>  each so many times; a table of them at the end
  --help       this text
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Tally {
  fault: Fault;
  right: number;
  wrong: number;
  cannot: number;
  longestS: number;
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
    say(typeof seen === 'string' ? `✓ ${fault.name} (${took()}): ${seen}` : `- ${fault.name}: not here, ${seen.cannot}`);
  } catch (error) {
    tally.wrong++;
    say(`✗ ${fault.name} (${took()}): ${(error as Error).message}`);
  }
}

const row = ({ fault, right, wrong, cannot, longestS }: Tally): string =>
  `${wrong > 0 ? '✗' : right > 0 ? '✓' : '-'} ${fault.name.padEnd(24)} ${right} of ${right + wrong + cannot}` +
  `${cannot > 0 ? ' (not on this machine)' : ''}, at most ${longestS.toFixed(1)} s`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean' }, quick: { type: 'boolean' }, times: { type: 'string' }, help: { type: 'boolean' } },
  });
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
  const tallies = chosen.map((fault): Tally => ({ fault, right: 0, wrong: 0, cannot: 0, longestS: 0 }));
  for (const tally of tallies) for (let i = 0; i < times; i++) await once(tally);
  say(`\n${tallies.map(row).join('\n')}`);
  const sum = (of: 'right' | 'wrong' | 'cannot'): number => tallies.reduce((total, tally) => total + tally[of], 0);
  say(`\n${sum('right')} of ${chosen.length * times} as they should be, ${sum('wrong')} otherwise, ${sum('cannot')} not to be tried here`);
  return sum('wrong') === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`faults: ${error.message}\n`);
    process.exit(2);
  },
);
