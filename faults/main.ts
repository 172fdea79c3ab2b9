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
  --times <n>  each so many times
  --help       this text
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function once(fault: Fault): Promise<boolean> {
  const startMs = performance.now();
  const took = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  try {
    const seen = await fault.run();
    say(typeof seen === 'string' ? `✓ ${fault.name} (${took()}): ${seen}` : `- ${fault.name}: not here, ${seen.cannot}`);
    return true;
  } catch (error) {
    say(`✗ ${fault.name} (${took()}): ${(error as Error).message}`);
    return false;
  }
}

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
  let right = 0;
  for (const fault of chosen) for (let i = 0; i < times; i++) if (await once(fault)) right++;
  say(`\n${right} of ${chosen.length * times} as they should be`);
  return right === chosen.length * times ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`faults: ${error.message}\n`);
    process.exit(2);
  },
);
