/**
 * A bundle from a disk, as texts: a folder, or a zip file of one. For Node: the reader's other rooms never touch a disk.
 *
 * Nothing is opened through a symbolic link, and nothing but what the layout of bundles knows: see bundle-text.ts.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError, decodeText, ENTRIES_LIMIT, FILE_LIMIT_BYTES, isRead, TOTAL_LIMIT_BYTES, tooLarge, tooMuch } from './bundle-text.ts';
import { readZip } from './zip.ts';

export { BundleError } from './bundle-text.ts';

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
    if (stat.size > FILE_LIMIT_BYTES) throw tooLarge(path);
    const handle = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return decodeText(await handle.readFile(), path);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw explain(error, path);
  }
}

async function readFolder(dir: string): Promise<Map<string, string>> {
  const top = await names(dir, '');
  const paths: string[] = [...top];
  for (const folder of ['keys', 'earlier', 'communities'])
    if (top.includes(folder)) paths.push(...(await names(dir, folder)).map((name) => `${folder}/${name}`));
  if (top.includes('days'))
    for (const date of (await names(dir, 'days')).filter((name) => !name.startsWith('.')))
      paths.push(...(await names(dir, `days/${date}`)).map((name) => `days/${date}/${name}`));
  const files = new Map<string, string>();
  let total = 0;
  for (const path of paths.filter(isRead)) {
    const text = await readText(dir, path);
    total += text.length;
    if (total > TOTAL_LIMIT_BYTES) throw tooMuch();
    files.set(path, text);
  }
  return files;
}

async function readZipFile(path: string, bytes: number): Promise<Map<string, string>> {
  if (bytes > TOTAL_LIMIT_BYTES) throw tooMuch();
  return readZip(await readFile(path), path);
}

/**
 * Reads every file of a bundle's layout in a folder or a zip file.
 * @returns path (relative, with `/`) → text
 * @throws BundleError naming the path
 */
export async function readBundle(path: string): Promise<Map<string, string>> {
  try {
    const found = await stat(path);
    return found.isFile() ? await readZipFile(path, found.size) : await readFolder(path);
  } catch (error) {
    throw explain(error, path);
  }
}
