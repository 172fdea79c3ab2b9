/**
 * The `electra` command. Each subcommand is a file that exports `register`; what a command needs to run is loaded when it runs, so that
 * `--help` and small commands start at once.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CliError, fail } from './errors.ts';

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
  redraft: () => import('./redraft.ts'),
  'sign-in': () => import('./sign-in.ts'),
  report: () => import('./report.ts'),
  export: () => import('./export.ts'),
  audit: () => import('./audit.ts'),
  'verify-bill': () => import('./verify-bill.ts'),
  'verify-evidence': () => import('./verify-bill.ts'),
  invoice: () => import('./invoice.ts'),
  'no-bill': () => import('./no-bill.ts'),
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
  const wanted = Object.hasOwn(COMMANDS, argv[2] ?? '') ? COMMANDS[argv[2]] : undefined;
  if (!wanted && argv.length > 2 && !argv[2].startsWith('-') && argv[2] !== 'help') {
    throw new CliError(`no command "${argv[2]}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  }
  // One command is loaded where one is named; all only where the list is asked for. One after the other: Node cannot load the same CommonJS
  // package twice at once.
  const modules = new Set<{ register: (program: Command) => void }>();
  for (const load of wanted ? [wanted] : Object.values(COMMANDS)) modules.add(await load());
  for (const { register } of modules) register(program);
  if (argv.length <= 2) return program.outputHelp();
  await program.parseAsync(argv);
}

main(process.argv).catch(fail);
