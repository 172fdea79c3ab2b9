/**
 * A bundle's folder as text. Node only: the audit itself never touches a disk.
 *
 * The folder may come from anybody. Only files whose paths the bundle's layout knows are opened, never through a symbolic link, none larger than a
 * limit, and text must be UTF-8 exactly: a decoder that repairs bytes would hash other bytes than were written.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ElectraError } from '../../protocol/values/errors.ts';

const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
const TOTAL_LIMIT_BYTES = 512 * 1024 * 1024;
const ENTRIES_LIMIT = 10_000;

/** A folder that is no readable bundle: nothing was read that could be refused, so it is no ProtocolError. `code`: missing, no-folder, too-large, symbolic-link, not-utf8, no-access. */
export class BundleError extends ElectraError {}

const explain = (error: unknown, path: string): BundleError => {
  const code = (error as { code?: unknown }).code;
  if (error instanceof BundleError) return error;
  if (code === 'ENOENT') return new BundleError('missing', `${path}: missing`);
  if (code === 'ENOTDIR') return new BundleError('no-folder', `${path}: expected a folder`);
  return new BundleError('no-access', `${path}: cannot be read (${typeof code === 'string' ? code : 'unknown error'})`);
};

async function names(root: string, folder: string): Promise<string[]> {
  const path = join(root, folder);
  try {
    const stat = await lstat(path);
    if (folder !== '' && stat.isSymbolicLink()) throw new BundleError('symbolic-link', `${folder}: expected a folder, not a symbolic link`);
    const found = await readdir(path);
    if (found.length > ENTRIES_LIMIT) throw new BundleError('too-large', `${folder || path}: more than ${ENTRIES_LIMIT} entries`);
    return found.sort();
  } catch (error) {
    throw explain(error, folder || path);
  }
}

async function readText(root: string, path: string): Promise<string> {
  try {
    const stat = await lstat(join(root, path));
    if (stat.isSymbolicLink()) throw new BundleError('symbolic-link', `${path}: expected a file, not a symbolic link`);
    if (!stat.isFile()) throw new BundleError('no-access', `${path}: expected a file`);
    if (stat.size > FILE_LIMIT_BYTES) throw new BundleError('too-large', `${path}: larger than ${FILE_LIMIT_BYTES} bytes`);
    const handle = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const bytes = await handle.readFile();
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      throw error instanceof TypeError ? new BundleError('not-utf8', `${path}: expected UTF-8 text`) : error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * Reads every file of a bundle's layout below `dir`.
 * @returns path (relative, with `/`) → text
 * @throws BundleError naming the path
 */
export async function readBundle(dir: string): Promise<Map<string, string>> {
  const top = await names(dir, '');
  const paths: string[] = top.filter((name) => name === 'genesis.json' || name === 'light.json');
  for (const folder of ['keys', 'days']) {
    if (!top.includes(folder)) continue;
    const inside = await names(dir, folder);
    if (folder === 'keys') paths.push(...inside.filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).map((name) => `keys/${name}`));
    else
      for (const date of inside.filter((name) => !name.startsWith('.')))
        paths.push(...(await names(dir, `days/${date}`)).filter((name) => name.endsWith('.json')).map((name) => `days/${date}/${name}`));
  }
  const files = new Map<string, string>();
  let total = 0;
  for (const path of paths) {
    const text = await readText(dir, path);
    total += text.length;
    if (total > TOTAL_LIMIT_BYTES) throw new BundleError('too-large', `the bundle is larger than ${TOTAL_LIMIT_BYTES} bytes`);
    files.set(path, text);
  }
  return files;
}
