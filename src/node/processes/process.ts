/**
 * How each long-running command lives: a log on stdout, a signal to stop on, an end when its supervisor dies, and two ways to fail.
 *
 * An error that may be tried again (`retry: 'later'`, and every error that is not one of ours) ends the process with 1: whoever keeps it
 * running starts it again. One that may not (`retry: 'never'`) ends it with 70, which says: not again, a person has to look. Where the
 * supervisor cannot tell the two apart (Compose restarts on any code), ELECTRA_STAY_DOWN names a file: the process then writes its sentence
 * there, does nothing any more, and waits to be stopped; a health check that finds the file reports it. The same file says why a process
 * waits that will go on by itself.
 */
import { rmSync, writeFileSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { retryOf } from '../../protocol/values/errors.ts';
import { explain } from './explain.ts';

export type { Logger };

/** Where a process that holds keys takes its passphrase from, if not from the data folder or systemd. */
export interface PassphraseOption {
  passphraseFile?: string;
}

export interface ProcessContext {
  log: Logger;
  /** aborted by SIGINT, SIGTERM or the end of the supervising process */
  signal: AbortSignal;
  /** says, where somebody looks, why the process does nothing for now (null: it does again); it goes on by itself */
  waiting: (sentence: string | null) => void;
}

/** Exit code of a process that must not simply be started again (a forked chain, a wrong passphrase, …). */
export const EXIT_FATAL = 70;
/** Exit code of a process that may be started again. */
export const EXIT_AGAIN = 1;

/** The file that says that the process stays down, where the environment names one. */
const stayDown = (): string | undefined => process.env.ELECTRA_STAY_DOWN || undefined;

export async function runProcess(name: string, work: (context: ProcessContext) => Promise<void>): Promise<never> {
  const log = pino({ name, level: process.env.ELECTRA_LOG_LEVEL ?? 'info', base: { name }, timestamp: pino.stdTimeFunctions.isoTime });
  const signal = stopSignal();
  const marker = stayDown();
  if (marker) rmSync(marker, { force: true });
  try {
    await work({ log, signal, waiting: (sentence) => mark(marker, sentence) });
    process.exit(signal.aborted ? 0 : EXIT_AGAIN); // nobody asked it to end
  } catch (error) {
    if (signal.aborted) process.exit(0);
    const sentence = explain(error);
    log.error({ code: (error as { code?: unknown }).code }, sentence);
    if (process.env.ELECTRA_DEBUG && error instanceof Error) log.error(error.stack);
    process.stderr.write(`electra ${name}: ${sentence}\n`);
    if (retryOf(error) === 'later') process.exit(EXIT_AGAIN);
    if (marker) await stayed(marker, sentence, signal);
    process.exit(EXIT_FATAL);
  }
}

/** Resolves when the process is to end. */
export const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function mark(marker: string | undefined, sentence: string | null): void {
  if (!marker) return;
  if (sentence === null) rmSync(marker, { force: true });
  else writeFileSync(marker, `${sentence}\n`);
}

async function stayed(marker: string, sentence: string, signal: AbortSignal): Promise<void> {
  mark(marker, sentence);
  const alive = setInterval(() => {}, 2 ** 30); // a promise alone keeps no process
  await stopped(signal);
  clearInterval(alive);
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.connected) process.on('disconnect', end);
  return stop.signal;
}
