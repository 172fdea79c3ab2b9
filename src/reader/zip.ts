/**
 * A bundle as one zip file. Reading refuses what a stranger may have put in: paths that lead out of the folder, a name twice (two programs
 * would read two bundles), and archives that grow beyond the limits when unpacked. Writing gives the same bytes for the same bundle. Runs
 * in browsers.
 *
 * Sizes are those that the archive states; no entry is unpacked beyond its own. The whole may lie in one folder of the archive, as file
 * managers make them.
 */
import { strToU8, type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import { U32_MAX } from '../protocol/values/time.ts';
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

/** Signatures of an entry in the archive's list, and of the list's end; how long each is without names. */
const [LISTED, LISTED_BYTES, END, END_BYTES] = [0x02014b50, 46, 0x06054b50, 22];
/** The place of a list that the archive's longer form has elsewhere. */
const ELSEWHERE = U32_MAX;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** What the archive says that its entries' bytes come to, in its own order; null where its list is one of zip64. */
function statedCrcs(bytes: Uint8Array, count: number): number[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  while (end > 0 && view.getUint32(end, true) !== END) end--;
  let at = view.getUint32(end + 16, true);
  if (at === ELSEWHERE) return null;
  const crcs: number[] = [];
  for (let i = 0; i < count; i++) {
    if (at + LISTED_BYTES > bytes.length || view.getUint32(at, true) !== LISTED) return null;
    crcs.push(view.getUint32(at + 16, true));
    at += LISTED_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return crcs;
}

/**
 * Bytes that changed on their way are no finding about a book: whoever has them gets the file again, and accuses nobody.
 * @throws BundleError `damaged`
 */
function checkCrcs(bytes: Uint8Array, name: string, entries: readonly UnzipFileInfo[], unpacked: Record<string, Uint8Array>): void {
  const crcs = statedCrcs(bytes, entries.length);
  const damaged = crcs && entries.find(({ name: path }, i) => path in unpacked && crc32(unpacked[path]) !== crcs[i]);
  if (damaged) throw new BundleError('damaged', `${name}: ${damaged.name} is not what was packed: damaged on its way, get the file again`);
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
  checkCrcs(bytes, name, entries, unpacked);
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
