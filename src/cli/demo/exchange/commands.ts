/** The commands that operators give, given for them: each as a person would type it, by the same program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CliError } from '../../errors.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/** @returns what it printed. @throws CliError with its own last words */
export async function give(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
  });
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    if (code !== 0) throw new CliError(`electra ${args.slice(0, 2).join(' ')}: ${(complained || said).trim().split('\n').at(-1)}`);
    return said;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
