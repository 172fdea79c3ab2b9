/**
 * One process per store. The lock is a file that names its owner, and counts as long as just that process lives: one that a power cut or a
 * killed process left behind is taken over, whoever has its number now. Two containers over one folder cannot ask about each other; keep a
 * store to one.
 */
import { readFileSync } from 'node:fs';
import { link, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lives, ownIdentity, readIdentity } from './identity.ts';
import { StoreError } from './store-error.ts';

const openFolders = new Set<string>();

const fileOf = (folder: string): string => join(folder, 'lock');

function ownerOf(path: string) {
  try {
    return readIdentity(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // gone meanwhile
  }
}

/** The file appears with its content, or is there already: nobody finds it empty. */
async function create(path: string): Promise<void> {
  const own = `${path}.${process.pid}`;
  await writeFile(own, JSON.stringify(ownIdentity()), { mode: 0o600 });
  try {
    await link(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await writeFile(path, JSON.stringify(ownIdentity()), { mode: 0o600, flag: 'wx' }); // a file system without links
  } finally {
    await unlink(own).catch(() => {});
  }
}

/** Takes the folder for this process. @throws StoreError store-locked */
export async function takeLock(folder: string): Promise<void> {
  const path = fileOf(folder);
  if (openFolders.has(folder)) throw new StoreError('store-locked', `${folder}: already open in this process`);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await create(path);
      openFolders.add(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(path);
      if (owner && lives(owner))
        throw new StoreError(
          'store-locked',
          `${folder}: in use by process ${owner.pid}, which runs; end it first (or, if it is none of a meter, remove ${path})`,
        );
      await unlink(path).catch(() => {});
    }
  }
  throw new StoreError('store-locked', `${folder}: another process is taking it`);
}

export async function giveLock(folder: string): Promise<void> {
  if (openFolders.delete(folder)) await unlink(fileOf(folder)).catch(() => {});
}
