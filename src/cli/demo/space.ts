/**
 * Space for the data folder. Before it is used up, everything is stopped in order, waits, and goes on when there is space again: what was
 * acknowledged is on disk, and nothing has to be written to stop.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { sleep } from '../../node/shared/wait.ts';

const MIB = 1024 ** 2;
/** Below this everything stops: enough for what Postgres and the chain still write while they end. */
const LOW_BYTES = 64 * MIB;
/** From this on it goes on again. */
const ENOUGH_BYTES = 2 * LOW_BYTES;
const LOOK_MS = 1_000;

function freeBytes(data: DataFolder): number {
  const { bavail, bsize } = statfsSync(data.dir);
  return bavail * bsize;
}

export const isOutOfSpace = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as { code?: string } | undefined)?.code ?? '');

export const isLow = (data: DataFolder): boolean => freeBytes(data) < LOW_BYTES;

/** A quota shows in no figure of the file system: whether something can be written is tried. */
function isWritable(data: DataFolder): boolean {
  const file = data.path('run', 'space');
  try {
    writeFileSync(file, Buffer.alloc(MIB));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

const mib = (bytes: number): string => `${Math.floor(bytes / MIB)} MiB`;

/** Says so once and waits until there is space again, or until the signal. */
export async function waitForSpace(data: DataFolder, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  say(
    `! the disk of ${data.dir} is full (${mib(freeBytes(data))} free): everything is stopped, nothing is lost, and it goes on by itself ` +
      `once ${mib(ENOUGH_BYTES)} are free`,
  );
  while (!signal.aborted && (freeBytes(data) < ENOUGH_BYTES || !isWritable(data))) await sleep(LOOK_MS, signal);
  if (!signal.aborted) say(`✓ there is space again (${mib(freeBytes(data))}); going on`);
}
