/**
 * The `electra` command. Each subcommand is a file that exports `register`; what a command needs to run is loaded when it runs, so that
 * `--help` and small commands start at once.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CliError, fail } from './errors.ts';

const COMMANDS: Record<string, () => Promise<{ register: (program: Command) => void }>> = {
  up: () => import('./demo/up.ts'),
  init: () => import('./node/init.ts'),
  vault: () => import('./node/processes.ts'),
  sign: () => import('./node/processes.ts'),
  index: () => import('./node/processes.ts'),
  account: () => import('./node/processes.ts'),
  prove: () => import('./node/processes.ts'),
  serve: () => import('./node/processes.ts'),
  meters: () => import('./node/processes.ts'),
  meter: () => import('./operator/meter.ts'),
  tariff: () => import('./operator/tariff.ts'),
  key: () => import('./operator/key.ts'),
  dispute: () => import('./operator/dispute.ts'),
  redraft: () => import('./operator/redraft.ts'),
  'sign-in': () => import('./member/sign-in.ts'),
  report: () => import('./operator/report.ts'),
  export: () => import('./operator/export.ts'),
  audit: () => import('./auditor/audit.ts'),
  'verify-bill': () => import('./member/verify-bill.ts'),
  'verify-evidence': () => import('./member/verify-bill.ts'),
  invoice: () => import('./operator/invoice.ts'),
  'no-bill': () => import('./member/no-bill.ts'),
  auditor: () => import('./operator/auditor.ts'),
  doctor: () => import('./node/doctor.ts'),
};

async function main(argv: string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = new Command('electra')
    .description('Microgrid software: sealed meter readings on a permissioned chain, proven bills, offline audit.')
    .version(version)
    .showHelpAfterError('(electra <command> --help shows the options and an example)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx electra up\n  $ npx electra report 2026-11-20 --json\n  $ npx electra audit ./bundle --development-keys',
    );
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
