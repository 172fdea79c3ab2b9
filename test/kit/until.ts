/** Waiting for what another process does: asked again until it is so. An error counts as "not yet", and the wait as what it was for. */
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;

export async function until(holds: () => boolean | Promise<boolean>, timeoutMs: number, what: string): Promise<void> {
  for (const endMs = Date.now() + timeoutMs; Date.now() < endMs; await sleep(PAUSE_MS)) {
    try {
      if (await holds()) return;
    } catch {
      // not yet
    }
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
}

/** The first answer that is one. */
export async function firstAnswer<T>(ask: () => T | undefined | Promise<T | undefined>, timeoutMs: number, what: string): Promise<T> {
  const answers: T[] = [];
  const answered = async () => {
    const answer = await ask();
    if (answer !== undefined) answers.push(answer);
    return answers.length > 0;
  };
  await until(answered, timeoutMs, what);
  return answers[0];
}
