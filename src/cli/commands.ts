/**
 * The commands, and who loads each. A command's file exports `register`; what a command needs to run is loaded when it runs, so that
 * `--help` and small commands start at once.
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CliError } from './errors.ts';

interface CommandFile {
  register: (program: Command) => void;
}

const COMMANDS: Record<string, () => Promise<CommandFile>> = {
  up: () => import('./demo/up.ts'),
  init: () => import('./node/init.ts'),
  migrate: () => import('./node/migrate.ts'),
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
  operator: () => import('./operator/rotation.ts'),
  genesis: () => import('./operator/genesis.ts'),
  uplink: () => import('./operator/uplink.ts'),
  dispute: () => import('./operator/dispute.ts'),
  redraft: () => import('./operator/redraft.ts'),
  'sign-in': () => import('./member/sign-in.ts'),
  balance: () => import('./member/balance.ts'),
  exchange: () => import('./operator/exchange.ts'),
  money: () => import('./main-chain/money.ts'),
  report: () => import('./operator/report.ts'),
  export: () => import('./operator/export.ts'),
  audit: () => import('./auditor/audit.ts'),
  'verify-bill': () => import('./member/verify-bill.ts'),
  'verify-evidence': () => import('./member/verify-bill.ts'),
  'verify-reading': () => import('./member/verify-bill.ts'),
  invoice: () => import('./operator/invoice.ts'),
  'no-bill': () => import('./member/no-bill.ts'),
  'object-reading': () => import('./member/object-reading.ts'),
  auditor: () => import('./operator/auditor.ts'),
  invite: () => import('./operator/invite.ts'),
  doctor: () => import('./node/doctor.ts'),
  ceremony: () => import('./ceremony/ceremony.ts'),
};

function bareProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return new Command('electra')
    .description('Microgrid software: sealed meter readings on a permissioned chain, proven bills, offline audit.')
    .version(version)
    .enablePositionalOptions() // an option behind `index digest` is that command's, not `index`'s
    .showHelpAfterError('(electra <command> --help shows the options and an example)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx electra up\n  $ npx electra report 2026-11-20 --json\n  $ npx electra audit ./bundle --development-keys',
    );
}

/** The program with one command, or with all of them. @throws CliError when there is no such command */
export async function makeProgram(name?: string): Promise<Command> {
  const wanted = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name !== undefined && !wanted) throw new CliError(`no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  // One after the other: Node cannot load the same CommonJS package twice at once.
  const files = new Set<CommandFile>();
  for (const load of wanted ? [wanted] : Object.values(COMMANDS)) files.add(await load());
  const program = bareProgram();
  for (const { register } of files) register(program);
  return program;
}
