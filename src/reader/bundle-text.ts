/**
 * What a bundle's files must be before anybody parses them, wherever they come from: a folder, a zip file. Both may be a stranger's: limits
 * on number and size, only paths that the layout knows, and UTF-8 exactly, for a decoder that repairs bytes would hash other bytes than
 * were written.
 */
import { ElectraError, placeOf } from '../protocol/index.ts';

export const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
export const TOTAL_LIMIT_BYTES = 512 * 1024 * 1024;
export const ENTRIES_LIMIT = 10_000;

/**
 * A folder or zip file that is no readable bundle: nothing was read that could be refused, so it is no ProtocolError. `code`: missing,
 * no-folder, no-zip, damaged, too-large, symbolic-link, bad-path, not-utf8, no-access.
 */
export class BundleError extends ElectraError {}

/** Whether a file is read: those of the layout, and what lies below days/ and looks like one of a day, so that a verdict can name it. */
export function isRead(path: string): boolean {
  const place = placeOf(path);
  return (place !== null && !path.startsWith('days/')) || /^days\/[^./][^/]*\/[^/]+\.json$/.test(path);
}

/** @throws BundleError `not-utf8` */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new BundleError('not-utf8', `${path}: expected UTF-8 text`);
  }
}

export const tooLarge = (path: string): BundleError => new BundleError('too-large', `${path}: larger than ${FILE_LIMIT_BYTES} bytes`);
export const tooMuch = (): BundleError => new BundleError('too-large', `the bundle is larger than ${TOTAL_LIMIT_BYTES} bytes`);

const isWithin = (path: string): boolean =>
  !/^[/\\]|^[A-Za-z]:|[\\\0]/.test(path) && !path.split('/').some((part) => part === '..' || part === '.');

/** The folder in which everything lies, with a slash; empty where it is the bundle itself. File managers and browsers put one around it. */
export function commonFolder(paths: readonly string[]): string {
  const [first] = paths;
  const folder = first?.slice(0, first.indexOf('/') + 1) ?? '';
  return !paths.some(isRead) && paths.every((path) => path.startsWith(folder)) ? folder : '';
}

/**
 * Paths as a stranger gave them: none leads out of the bundle, and none is there twice, for two programs would read two bundles.
 * @throws BundleError `bad-path`
 */
export function checkPaths(paths: readonly string[], name: string): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (!isWithin(path)) throw new BundleError('bad-path', `${name}: ${JSON.stringify(path)}: expected a path inside the bundle`);
    if (seen.has(path)) throw new BundleError('bad-path', `${name}: ${JSON.stringify(path)}: expected each path once`);
    seen.add(path);
  }
}

/** @throws BundleError `too-large` */
export function checkSizes(files: readonly { path: string; bytes: number }[]): void {
  for (const { path, bytes } of files) if (bytes > FILE_LIMIT_BYTES) throw tooLarge(path);
  if (files.reduce((sum, { bytes }) => sum + bytes, 0) > TOTAL_LIMIT_BYTES) throw tooMuch();
}

/**
 * A bundle from files that somebody chose, as a browser hands them over.
 * @param files path inside what was chosen, and bytes
 * @param name of what was chosen, for messages
 * @returns path (relative, with `/`) → text
 * @throws BundleError
 */
export function readFiles(files: readonly (readonly [string, Uint8Array])[], name: string): Map<string, string> {
  if (files.length > ENTRIES_LIMIT) throw new BundleError('too-large', `${name}: more than ${ENTRIES_LIMIT} files`);
  const paths = files.map(([path]) => path);
  checkPaths(paths, name);
  const folder = commonFolder(paths);
  const wanted = files.flatMap(([path, bytes]) => {
    const inside = path.startsWith(folder) ? path.slice(folder.length) : '';
    return isRead(inside) ? [[inside, bytes] as const] : [];
  });
  checkSizes(wanted.map(([path, bytes]) => ({ path, bytes: bytes.length })));
  return new Map([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, bytes]) => [path, decodeText(bytes, path)] as const));
}
