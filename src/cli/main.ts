/**
 * The `electra` command. Each subcommand is a file that exports `register`; what a command needs to run is loaded when it runs, so that
 * `--help` and small commands start at once.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { fail } from './errors.ts';

const COMMANDS: Record<string, () => Promise<{ register: (program: Command) => void }>> = {
  up: () => import('./up.ts'),
  init: () => import('./init.ts'),
  vault: () => import('./processes.ts'),
  sign: () => import('./processes.ts'),
  index: () => import('./processes.ts'),
  account: () => import('./processes.ts'),
  prove: () => import('./processes.ts'),
  serve: () => import('./processes.ts'),
  meters: () => import('./processes.ts'),
  meter: () => import('./meter.ts'),
  tariff: () => import('./tariff.ts'),
  key: () => import('./key.ts'),
  dispute: () => import('./dispute.ts'),
  'sign-in': () => import('./sign-in.ts'),
  report: () => import('./report.ts'),
  export: () => import('./export.ts'),
  audit: () => import('./audit.ts'),
  auditor: () => import('./auditor.ts'),
  doctor: () => import('./doctor.ts'),
};

async function main(argv: string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = new Command('electra')
    .description('Microgrid software: sealed meter readings on a permissioned chain, proven bills, offline audit.')
    .version(version)
    .showHelpAfterError('(electra <command> --help shows the options and an example)')
    .addHelpText('after', '\nExamples:\n  $ npx electra up\n  $ npx electra report 2026-11-20 --json\n  $ npx electra audit ./bundle --development-keys');
  const wanted = COMMANDS[argv[2]];
  // One command is loaded where one is named; the list of all only where it is asked for.
  const modules = wanted ? [await wanted()] : await Promise.all([...new Set(Object.values(COMMANDS))].map((load) => load()));
  for (const { register } of new Set(modules)) register(program);
  if (argv.length <= 2) return program.outputHelp();
  await program.parseAsync(argv);
}

main(process.argv).catch(fail);
