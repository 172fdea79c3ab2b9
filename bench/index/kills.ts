/** `npm run bench:kills`: 200 kills of the indexer at random moments over the 6,000 blocks of *sparse*; exit 1 unless all ends well. */
import { fail } from '../../src/cli/errors.ts';
import { killAgainAndAgain } from '../../test/kit/made-chain/kills.ts';

const plan = { chain: 'sparse', kills: 200, seed: `${process.argv[2] ?? 'kills'}` } as const;

async function main(): Promise<number> {
  const { kills, progressed, blocks, killed, clean, wrong } = await killAgainAndAgain(plan, (text) => process.stdout.write(`${text}\n`));
  const equal = killed !== undefined && killed.digest === clean?.digest;
  process.stdout.write(`${kills} kills over ${blocks} blocks; in ${progressed} lives something was written\n`);
  process.stdout.write(`killed ${killed?.digest}\nclean  ${clean?.digest}\n`);
  for (const sentence of wrong) process.stdout.write(`✗ ${sentence}\n`);
  process.stdout.write(equal && wrong.length === 0 ? '✓ one digest, rows true\n' : '✗ not the same\n');
  return equal && wrong.length === 0 ? 0 : 1;
}

main().then((code) => process.exit(code), fail);
