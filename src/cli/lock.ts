/**
 * One owner per data folder. The lock is a folder kept fresh by its owner, so that a crash frees it after some seconds. Beside it stands
 * who the owner is: an owner that still lives holds the lock however old it looks, since a stopped process (Ctrl-Z) and a clock that jumps
 * make it look old; and an owner that finds another's name there, after a suspension in a place where processes cannot be asked, has lost
 * it.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import lockfile from 'proper-lockfile';
import { type Identity, lives, ownIdentity } from '../../sdk/ts/src/node/identity.ts';
import { type DataFolder, writeWhole } from '../node/processes/data-folder.ts';
import { CliError } from './errors.ts';

const STALE_MS = 6_000;

type Name = 'up' | 'database';

interface Owner extends Identity {
  /** of the folder: a copy of it is another one, a moved one is the same */
  inode: number;
  token: string;
}

export interface Lock {
  /** Whether it is still ours: to be asked before anything is started in the folder. */
  held: () => boolean;
  release: () => Promise<void>;
}

const fileOf = (data: DataFolder, name: Name): string => data.path('run', `${name}.owner`);

function ownerOf(data: DataFolder, name: Name): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(fileOf(data, name), 'utf8')) as Owner;
    return owner.inode === statSync(data.dir).ino ? owner : null;
  } catch {
    return null; // none, or a torn file: nobody is named
  }
}

function livingOwner(data: DataFolder, name: Name): Owner | null {
  const owner = ownerOf(data, name);
  return owner && lives(owner) ? owner : null;
}

const refusal = (data: DataFolder, by: string): CliError =>
  new CliError(
    `--data: ${data.dir} is in use by ${by}; stop it, or choose another folder ` +
      `(after a crash the lock frees itself within ${STALE_MS / 1000} s)`,
  );

/** Takes the folder. @throws CliError when another process holds it. */
export async function lock(data: DataFolder, name: Name, waitMs = 0): Promise<Lock> {
  mkdirSync(data.path('run'), { recursive: true, mode: 0o700 });
  const other = name === 'up' ? livingOwner(data, name) : null;
  if (other) throw refusal(data, `process ${other.pid}, which runs or is suspended (\`fg\`, or \`kill -CONT ${other.pid}\`)`);
  const options = {
    lockfilePath: data.path('run', `${name}.lock`),
    stale: STALE_MS,
    update: 2_000,
    realpath: false,
    retries: waitMs === 0 ? 0 : { retries: Math.ceil(waitMs / 500), minTimeout: 500, maxTimeout: 500 },
  };
  const token = randomBytes(16).toString('hex');
  let ours = true;
  try {
    // By its own file: the library knows one lock of a file in a process, which may hold both of a folder.
    const give = await lockfile.lock(fileOf(data, name), {
      ...options,
      // The lock's own check goes by times, which a jump of the clock upsets: while nobody else has put a name there, it is ours.
      onCompromised: () => {},
    });
    writeWhole(fileOf(data, name), JSON.stringify({ ...ownIdentity(), inode: statSync(data.dir).ino, token } satisfies Owner));
    const held = (): boolean => ours && ownerOf(data, name)?.token === token;
    return {
      held,
      release: async () => {
        if (held()) rmSync(fileOf(data, name), { force: true });
        ours = false;
        await give().catch(() => {}); // gone already
      },
    };
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error;
    throw refusal(data, 'another electra process');
  }
}

/** Whether somebody holds it now. */
export const isLocked = async (data: DataFolder, name: Name): Promise<boolean> =>
  livingOwner(data, name) !== null ||
  (await lockfile.check(data.dir, { lockfilePath: data.path('run', `${name}.lock`), stale: STALE_MS, realpath: false }).catch(() => false));
