/** Files of the keys folder. */
import { join } from 'node:path';
import { ProverError } from './errors.ts';

/** What is so again at the next start: no such file, or not for this account. All else (too many open files, a disk's hiccup) may pass. */
const LASTING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM']);

/** @throws ProverError `bad-key` when `work` cannot read the file, with `retry: 'later'` where that may pass */
export async function keyFile<T>(keysDir: string, name: string, work: (path: string) => Promise<T>): Promise<T> {
  try {
    return await work(join(keysDir, name));
  } catch (error) {
    if (error instanceof ProverError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const retry = code !== undefined && LASTING.has(code) ? 'never' : 'later';
    throw new ProverError('bad-key', `${name} cannot be read in the keys folder (${code})`, { retry });
  }
}
