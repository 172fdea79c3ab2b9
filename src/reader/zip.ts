/**
 * A bundle as one zip file. Reading refuses what a stranger may have put in: paths that lead out of the folder, a name twice (two programs
 * would read two bundles), and archives that grow beyond the limits when unpacked. Writing gives the same bytes for the same bundle. Runs
 * in browsers.
 *
 * Sizes are those that the archive states; no entry is unpacked beyond its own. The whole may lie in one folder of the archive, as file
 * managers make them.
 */
import { strToU8, type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import { BundleError, checkPaths, checkSizes, commonFolder, decodeText, ENTRIES_LIMIT, isRead } from './bundle-text.ts';

/** The earliest time that a zip file can hold: a bundle's bytes do not depend on when it was written. */
const NO_TIME = new Date(1980, 0, 1);

/** The archive's entries, files and folders, without unpacking one. */
function entriesOf(bytes: Uint8Array, name: string): UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  const listed = (entry: UnzipFileInfo): boolean => {
    if (entries.length === ENTRIES_LIMIT) throw new BundleError('too-large', `${name}: more than ${ENTRIES_LIMIT} entries`);
    entries.push(entry);
    return false;
  };
  unzip(bytes, name, listed);
  return entries;
}

function unzip(bytes: Uint8Array, name: string, filter: (entry: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError('no-zip', `${name}: expected a folder, or a zip file that can be read (is it truncated?)`);
  }
}

/**
 * The texts of a zipped bundle.
 * @param name of the archive, for messages
 * @returns path (relative, with `/`) → text
 * @throws BundleError
 */
export function readZip(bytes: Uint8Array, name = 'the zip file'): Map<string, string> {
  const entries = entriesOf(bytes, name);
  const names = entries.map((entry) => entry.name);
  checkPaths(names, name);
  const folder = commonFolder(names);
  const wanted = entries.filter((entry) => entry.name.startsWith(folder) && isRead(entry.name.slice(folder.length)));
  checkSizes(wanted.map(({ name: path, originalSize: bytes }) => ({ path, bytes })));
  const paths = new Set(wanted.map((entry) => entry.name));
  const unpacked = unzip(bytes, name, (entry) => paths.has(entry.name));
  return new Map(
    [...paths].sort().map((path) => [path.slice(folder.length), decodeText(unpacked[path], path.slice(folder.length))] as const),
  );
}

/** A bundle as a zip file: the same bytes for the same files. */
export const writeZip = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.keys(files)
        .sort()
        .map((path) => [path, strToU8(files[path])]),
    ),
    { mtime: NO_TIME },
  );
