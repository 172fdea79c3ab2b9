/**
 * How a wrapper runs the program behind it: with the terminal handed over, in an environment that no other program's settings reach into,
 * and such that one Ctrl-C is one Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

// Every address of a database that Electra has is complete; libpq's variables (a PGSSLMODE, a PGOPTIONS) could only change its meaning.
const DATABASE = /^PG[A-Z]+$/;
const OWN_MACHINE = ['127.0.0.1', 'localhost', '::1'];

/** @param {NodeJS.ProcessEnv} given @returns {NodeJS.ProcessEnv} what the program behind a wrapper gets */
function environment(given) {
  const env = Object.fromEntries(Object.entries(given).filter(([name]) => !DATABASE.test(name)));
  // A proxy is for the world outside: what runs on this machine is asked directly.
  const direct = [given.NO_PROXY ?? given.no_proxy, ...OWN_MACHINE].filter(Boolean).join(',');
  return { ...env, NO_PROXY: direct, no_proxy: direct };
}

/**
 * Runs a program and resolves with its exit code. The terminal's Ctrl-C reaches the program by itself, and the wrapper's own copy of it
 * would count as a second one: what is passed on is a plain request to end. Where we are killed, it notices by the channel (parent.mjs).
 * It leaves no image of its memory behind, whatever ends it: keys would stand in it. Node can't set that limit, but the shell before it.
 */
export function runChild(command, args, { cwd, env } = {}) {
  const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', command, ...args], {
    cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment({ ...process.env, ...env }),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
  // Node forgets that it was started with SIGHUP ignored (nohup); where no terminal is, none can have hung up.
  const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));
  process.on('SIGHUP', () => hasTerminal && child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Error(`${command} could not be run (${error.code ?? error.message})`)));
    child.on('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}
