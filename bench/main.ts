/**
 * `npm run bench`: every number of the README, with machine and commit. `npm run bench -- proofs verify` runs some; `--json` prints data.
 */
import { fail } from '../src/cli/errors.ts';
import { endOnSignals } from '../test/kit/signals.ts';
import { type Figure, line, machine } from './frame.ts';

const SUITES: Record<string, { about: string; run: () => Promise<Figure[]> }> = {
  index: { about: 'indexing a chain of sealed transactions, verification on', run: async () => (await import('./index.ts')).benchIndex() },
  vault: { about: 'opening sealed boxes', run: async () => (await import('./vault.ts')).benchVault() },
  proofs: { about: 'proving bills and prices', run: async () => (await import('./proofs.ts')).benchProofs() },
  verify: { about: 'verifying proofs', run: async () => (await import('./verify.ts')).benchVerify() },
  'prove-book': {
    about: 'a validator’s time for a proven day',
    run: async () => (await import('./prove-book.ts')).benchProveBook(),
  },
  'close-day': {
    about: 'a main chain’s time and bytes for a community’s day',
    run: async () => (await import('./close-day.ts')).benchCloseDay(),
  },
  blocks: { about: 'a block as heavy as may be', run: async () => (await import('./blocks.ts')).benchBlocks() },
  member: { about: 'a member’s own check', run: async () => (await import('./member.ts')).benchMember() },
  strangers: {
    about: 'a member’s query beside a crowd of strangers',
    run: async () => (await import('./strangers.ts')).benchStrangers(),
  },
  'web-load': {
    about: 'a thousand members with open pages',
    run: async () => (await import('./web-load.ts')).benchWebLoad(),
  },
  web: { about: 'what pages cost their readers, in a browser', run: async () => (await import('./web.ts')).benchWeb() },
  disk: { about: 'a validator’s disk over a week of 13 meters', run: async () => (await import('./disk.ts')).benchDisk() },
  gateway: { about: 'a gateway on a small computer', run: async () => (await import('./gateway.ts')).benchGateway() },
  'shared-year': {
    about: 'a year of four communities that share, without proofs',
    run: async () => (await import('./shared-year.ts')).benchSharedYear(),
  },
  community: {
    about: 'a whole community on this machine: latency and memory',
    run: async () => (await import('./community.ts')).benchCommunity(),
  },
};

async function main(args: string[]): Promise<void> {
  const json = args.includes('--json');
  const wanted = args.filter((arg) => !arg.startsWith('--'));
  if (args.includes('--help')) {
    process.stdout.write(
      `npm run bench -- [--json] [suite…]\n\n${Object.entries(SUITES)
        .map(([name, s]) => `  ${name.padEnd(10)} ${s.about}`)
        .join('\n')}\n`,
    );
    return;
  }
  for (const name of wanted) if (!SUITES[name]) throw new Error(`no suite "${name}"; there are ${Object.keys(SUITES).join(', ')}`);
  const head = machine();
  const all: Record<string, Figure[]> = {};
  if (!json) for (const [key, value] of Object.entries(head)) process.stdout.write(`${key.padEnd(8)} ${value}\n`);
  for (const name of wanted.length > 0 ? wanted : Object.keys(SUITES)) {
    if (!json) process.stdout.write(`\n${SUITES[name].about} …\n`);
    all[name] = await SUITES[name].run();
    if (!json) for (const figure of all[name]) process.stdout.write(`${line(figure)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ ...head, figures: all })}\n`);
}

endOnSignals();
main(process.argv.slice(2)).then(() => process.exit(0), fail);
