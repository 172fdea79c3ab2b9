/**
 * What the reader's commands share. They run in two programs: the package's own (`electra-audit`, …), which needs nothing but the reader,
 * and the node's `electra`, which hands in its faster backend. For Node.
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ElectraError } from '../../protocol/values/errors.ts';
import type { Resume } from '../audit/index.ts';
import { BundleError, readBundle } from '../folder.ts';

/** The program around a command. */
export interface Host {
  /** its name, in front of what it says on stderr */
  name: string;
  /** how a command of it is typed */
  typed: (command: string) => string;
  /** a backend faster than the reader's own: see verifier/threads.ts */
  backendModule?: URL;
  /** the bundle of the days between two dates, from a node of the chain; without it there is no such option */
  bundleFromNode?: (rpcUrl: string, dates: readonly string[], since: Resume | null) => Promise<ReadonlyMap<string, string>>;
}

/** A command that cannot go on: one sentence for a person, an exit code for a script. */
export class CommandError extends ElectraError<'usage'> {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super('usage', message);
    this.exitCode = exitCode;
  }
}

/** What could not be read, and what was asked for wrongly: never 1, which says that the books are false. */
export const UNREADABLE = 2;

export const jsonOption = () => new Option('--json', 'print JSON for programs');

function parseGenesisHash(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('expected 32 bytes in lower-case hex.');
  return text;
}

/** What a command exits with when it is asked for wrongly. */
export const whenWrong = (command: Command): Command =>
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : UNREADABLE));

/** Options of every command that looks at a bundle, and what it exits with when they are wrong. */
export const withTrust = (command: Command): Command =>
  whenWrong(command)
    .option('--development-keys', 'accept the development keys that ship with the project')
    .option('--genesis-hash <hex>', 'hash of the genesis you trust, from a source of your own; any other is refused', parseGenesisHash);

/** Adds a worked example under the command's help. */
export const example = (command: Command, ...lines: string[]): Command =>
  command.addHelpText('after', () => `\nExample:\n${lines.map((line) => `  $ ${line}`).join('\n')}${folderHint(command, lines)}`);

/** Where the example says no data folder and the command has one. */
function folderHint({ options }: Command, lines: readonly string[]): string {
  const folder = options.find(({ long }) => long === '--data');
  if (!folder || lines.some((line) => line.includes('--data'))) return '';
  return `\n  (add --data DIR for a folder other than ${folder.defaultValue})`;
}

const why = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

export function readText(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${option}: ${path}: cannot be read (${why(error)})`, UNREADABLE);
  }
}

export async function bundleOf(option: string, path: string): Promise<Map<string, string>> {
  try {
    return await readBundle(path);
  } catch (error) {
    throw error instanceof BundleError ? new CommandError(`${option}: ${error.message}`, UNREADABLE) : error;
  }
}

/** Asks before the work, which may take minutes, whether its result can be kept. */
export function assertWritable(option: string, path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (existsSync(path) && statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw new CommandError(`${option}: ${path}: cannot be written (${why(error)})`, UNREADABLE);
  }
}

export function makeFolder(option: string, path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new CommandError(`${option}: ${path}: cannot be made (${why(error)})`, UNREADABLE);
  }
}

/** The whole file or none of it. */
export function writeWhole(option: string, path: string, text: string, mode: number): void {
  try {
    writeFileSync(`${path}.new`, text, { mode });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new CommandError(`${option}: ${path}: cannot be written (${why(error)})`, UNREADABLE);
  }
}

/** Runs one command as a program of its own. */
export async function runAlone(
  command: 'audit' | 'verify-bill' | 'verify-evidence',
  define: (c: Command, host: Host) => Command,
): Promise<void> {
  const name = `electra-${command}`;
  const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = define(new Command(name), { name, typed: (other) => `npx --no electra-${other}` }).version(version);
  try {
    await program.showHelpAfterError(`(${name} --help shows the options and an example)`).parseAsync(process.argv);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(error instanceof CommandError ? error.exitCode : UNREADABLE);
  }
}
