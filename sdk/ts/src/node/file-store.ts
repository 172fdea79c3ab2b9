/**
 * A meter's store in a folder: one append-only file of checksummed lines, each line one commit. A commit is durable when its line is
 * fdatasync'ed, and the next one begins only then; so a power cut can only tear the last line, which was never acknowledged and is cut off
 * at the next load, whatever old bytes of the disk follow it. A broken line that others follow is damage, not a crash, and is refused
 * instead of guessed at. When the file has grown to several times what it holds, it is rewritten beside itself and renamed over (fsync
 * file, rename, fsync folder); it is made in the same way, so a file without a whole first line is damage too.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Change, MeterStore } from '../store.ts';
import { fileIdOf, jsonOf, line, replay } from './lines.ts';
import { StoreError } from './store-error.ts';
import { giveLock, takeLock } from './store-lock.ts';

export { StoreError };

const COMPACT_MIN_BYTES = 256 * 1024;
const COMPACT_RATIO = 4;

const newFileId = (): string => randomBytes(4).toString('hex');

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
  await takeLock(root);
  const store = new FileStore(root);
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
  #file: FileHandle | undefined;
  #fileId = '';
  #content = new Map<string, unknown>();
  #goodBytes = 0;
  #liveBytes = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'store.log');
  }

  async open(): Promise<void> {
    if (!(await stat(this.#path).catch(() => undefined))) await this.#write();
    this.#file = await open(this.#path, 'a+', 0o600);
    const bytes = await this.#file.readFile();
    const { content, goodBytes } = replay(bytes, this.#path);
    if (goodBytes < bytes.length) await this.#file.truncate(goodBytes);
    await this.#file.sync();
    await syncFolder(this.#folder);
    this.#fileId = fileIdOf(bytes);
    this.#content = content;
    this.#goodBytes = goodBytes;
    this.#liveBytes = content.size === 0 ? 0 : line(jsonOf([...content]), this.#fileId, 0).length;
  }

  async load(): Promise<Map<string, unknown>> {
    return new Map(this.#content);
  }

  commit(changes: readonly Change[]): Promise<void> {
    const json = jsonOf(changes); // as they are now, whenever they are written
    const done = this.#queue.then(() => this.#append(json, changes));
    this.#queue = done.catch(() => {}); // a failed commit rejects its caller, not the next one
    return done;
  }

  async #append(json: string, changes: readonly Change[]): Promise<void> {
    if (!this.#file) throw new StoreError('store-closed', `${this.#folder}: the store is closed`);
    const bytes = line(json, this.#fileId, this.#goodBytes);
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
    const written = await this.#write().then(
      () => true,
      () => false,
    );
    if (!written) return;
    await this.#shut();
    this.#file = await open(this.#path, 'a+', 0o600).catch(() => undefined);
  }

  /** Writes what the store holds as a new file, and puts it in the place of the old one. */
  async #write(): Promise<void> {
    const fileId = newFileId();
    const bytes = line(jsonOf([...this.#content]), fileId, 0);
    const beside = `${this.#path}.new`;
    let isRenamed = false;
    const next = await open(beside, 'w', 0o600);
    try {
      await next.writeFile(bytes);
      await next.sync();
      await rename(beside, this.#path);
      isRenamed = true;
      await syncFolder(this.#folder);
    } catch (error) {
      if (isRenamed) await this.#shut(); // perhaps not on disk: stop rather than guess
      throw error;
    } finally {
      await next.close();
    }
    this.#fileId = fileId;
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
    await giveLock(this.#folder);
  }
}
