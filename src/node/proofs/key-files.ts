/** Files of the keys folder. */
import { join } from 'node:path';
import { ProverError } from './errors.ts';

/** @throws ProverError `bad-key` when `work` cannot read the file */
export async function keyFile<T>(keysDir: string, name: string, work: (path: string) => Promise<T>): Promise<T> {
  try {
    return await work(join(keysDir, name));
  } catch (error) {
    throw new ProverError('bad-key', `${name} cannot be read in the keys folder (${(error as NodeJS.ErrnoException).code})`);
  }
}
