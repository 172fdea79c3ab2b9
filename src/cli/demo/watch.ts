/** Watches over the data folder while a community runs in it: that it is still ours, and that there is space. */
import type { DataFolder } from '../../node/processes/data-folder.ts';
import { CliError } from '../errors.ts';
import type { Lock } from '../lock.ts';
import { rememberPids } from './leftovers.ts';
import { isLow, isOutOfSpace } from './space.ts';

const LOOK_MS = 500;

/** The folder is somebody else's now: whatever we started must end, and nothing of the other's be touched. */
export class FolderLost extends CliError {}

/** Everything has to be stopped until there is space. */
export class NoSpace extends CliError {}

export interface Watch {
  /** resolves with the reason to stop */
  failed: Promise<CliError>;
  end: () => void;
}

export function watchFolder(data: DataFolder, lock: Lock, pids: () => Record<string, number>): Watch {
  let fail: (error: CliError) => void;
  const failed = new Promise<CliError>((resolve) => {
    fail = resolve;
  });
  const look = (): void => {
    try {
      if (!lock.held())
        fail(
          new FolderLost(`--data: ${data.dir} was taken by another electra process while this one was suspended; it is left to that one`),
        );
      else if (isLow(data)) fail(new NoSpace('no space'));
      else rememberPids(data, pids());
    } catch (error) {
      if (isOutOfSpace(error)) fail(new NoSpace('no space'));
      else fail(new CliError(`--data: ${data.dir} can no longer be used: ${(error as Error).message}`));
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return { failed, end: () => clearInterval(timer) };
}
