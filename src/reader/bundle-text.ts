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
 * no-folder, no-zip, too-large, symbolic-link, bad-path, not-utf8, no-access.
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
