/**
 * A meter's store in a folder: one append-only file of checksummed lines, each line one commit. A commit is durable when its line is
 * fdatasync'ed; a power cut can only tear the last line, which was never acknowledged and is cut off at the next load. A broken line in the
 * middle is damage, not a crash, and is refused instead of guessed at. When the file has grown to several times what it holds, it is
 * rewritten beside itself and renamed over (fsync file, rename, fsync folder).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ElectraError, laterFor } from '../../../../src/protocol/values/errors.ts';
import type { Change, MeterStore } from '../store.ts';

export class StoreError extends ElectraError<'store-locked' | 'store-damaged' | 'store-closed' | 'store-missing'> {
  static override retryOf = laterFor('store-locked');
}

const COMPACT_MIN_BYTES = 256 * 1024;
const COMPACT_RATIO = 4;
const openFolders = new Set<string>();

const checksum = (json: string): string => createHash('sha256').update(json).digest('hex').slice(0, 16);
const line = (changes: readonly Change[]): Buffer => {
  const json = JSON.stringify(changes.map(([key, value]) => (value === undefined ? [key] : [key, value])));
  return Buffer.from(`${checksum(json)} ${json}\n`);
};

/** Reads the acknowledged commits; returns the map and the length of the file's good part. */
function replay(bytes: Buffer, path: string): { content: Map<string, unknown>; goodBytes: number } {
  const content = new Map<string, unknown>();
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0) break; // torn: the newline is the last byte of a commit
    const text = bytes.toString('utf8', start, end);
    const json = text.slice(17);
    if (text.slice(0, 16) !== checksum(json)) {
      if (end + 1 === bytes.length) break; // torn: a block of the last line was not written
      throw new StoreError(
        'store-damaged',
        `${path}: the line at byte ${start} does not match its checksum; restore the folder from a copy`,
      );
    }
    for (const [key, ...value] of JSON.parse(json) as [string, unknown?][]) {
      if (value.length === 0) content.delete(key);
      else content.set(key, value[0]);
    }
    start = end + 1;
  }
  return { content, goodBytes: start };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes the folder for this process. A lock left by a process that is gone is taken over. */
async function takeLock(folder: string): Promise<string> {
  const path = join(folder, 'lock');
  if (openFolders.has(folder)) throw new StoreError('store-locked', `${folder}: already open in this process`);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      openFolders.add(folder);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(path, 'utf8'));
      if (pid > 0 && pid !== process.pid && isAlive(pid)) throw new StoreError('store-locked', `${folder}: in use by process ${pid}`);
      await unlink(path);
    }
  }
  throw new StoreError('store-locked', `${folder}: another process is taking it`);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opens (or creates, mode 0700) the store in `folder`. One process at a time. */
export async function openFileStore(folder: string): Promise<MeterStore> {
  const root = resolve(folder);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const lock = await takeLock(root);
  const store = new FileStore(root, lock);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * What a store holds, without taking it: for an export beside the running meter. A commit that is being written is not seen.
 * @throws StoreError store-damaged; store-missing
 */
export async function readFileStore(folder: string): Promise<Map<string, unknown>> {
  const path = join(resolve(folder), 'store.log');
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? new StoreError('store-missing', `${path}: missing; expected the folder of a meter's store`)
      : error;
  }
  return replay(bytes, path).content;
}

class FileStore implements MeterStore {
  readonly #folder: string;
  readonly #path: string;
  readonly #lock: string;
  #file: FileHandle | undefined;
  #content = new Map<string, unknown>();
  #goodBytes = 0;
  #liveBytes = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(folder: string, lock: string) {
    this.#folder = folder;
    this.#path = join(folder, 'store.log');
    this.#lock = lock;
  }

  async open(): Promise<void> {
    this.#file = await open(this.#path, 'a+', 0o600);
    const bytes = await this.#file.readFile();
    const { content, goodBytes } = replay(bytes, this.#path);
    if (goodBytes < bytes.length) await this.#file.truncate(goodBytes);
    await this.#file.sync();
    await syncFolder(this.#folder);
    this.#content = content;
    this.#goodBytes = goodBytes;
    this.#liveBytes = content.size === 0 ? 0 : line([...content]).length;
  }

  async load(): Promise<Map<string, unknown>> {
    return new Map(this.#content);
  }

  commit(changes: readonly Change[]): Promise<void> {
    const bytes = line(changes);
    const done = this.#queue.then(() => this.#append(bytes, changes));
    this.#queue = done.catch(() => {}); // a failed commit rejects its caller, not the next one
    return done;
  }

  async #append(bytes: Buffer, changes: readonly Change[]): Promise<void> {
    if (!this.#file) throw new StoreError('store-closed', `${this.#folder}: the store is closed`);
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#goodBytes).catch(() => this.#shut()); // half a line must not stay in front of the next
      throw error;
    }
    this.#goodBytes += bytes.length;
    for (const [key, value] of changes) {
      if (value === undefined) this.#content.delete(key);
      else this.#content.set(key, value);
    }
    if (this.#goodBytes > COMPACT_MIN_BYTES && this.#goodBytes > COMPACT_RATIO * this.#liveBytes) await this.#compact();
  }

  /** Saves space only: when it fails, the commit before it still stands, and the next commit tries again. */
  async #compact(): Promise<void> {
    const bytes = line([...this.#content]);
    const beside = `${this.#path}.new`;
    let next: FileHandle | undefined;
    try {
      next = await open(beside, 'w', 0o600);
      await next.writeFile(bytes);
      await next.sync();
      await rename(beside, this.#path);
      await syncFolder(this.#folder);
    } catch {
      await next?.close();
      if (!(await stat(beside).catch(() => undefined))) await this.#shut(); // renamed, but not surely on disk: stop rather than guess
      return;
    }
    await next.close();
    await this.#shut();
    this.#file = await open(this.#path, 'a+', 0o600).catch(() => undefined);
    this.#goodBytes = this.#liveBytes = bytes.length;
  }

  async #shut(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#shut();
    if (openFolders.delete(this.#folder)) await unlink(this.#lock).catch(() => {});
  }
}
