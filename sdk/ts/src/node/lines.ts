/**
 * The lines of a store's file: `check fileId changes`, the check over the file's id, the line's place in the file and the changes. A line
 * therefore holds in one place of one file: old bytes that a power cut leaves behind a torn line (blocks of an earlier file are used again)
 * are no line of this one. So a broken line is torn exactly where no whole one follows it.
 */
import { createHash } from 'node:crypto';
import type { Change } from '../store.ts';
import { StoreError } from './store-error.ts';

const CHECK_CHARS = 16;
const ID_CHARS = 8;
const JSON_AT = CHECK_CHARS + ID_CHARS + 2;

const check = (fileId: string, at: number, json: string): string =>
  createHash('sha256').update(`electra/store-line/v2 ${fileId} ${at} ${json}`).digest('hex').slice(0, CHECK_CHARS);

export const jsonOf = (changes: readonly Change[]): string =>
  JSON.stringify(changes.map(([key, value]) => (value === undefined ? [key] : [key, value])));

/** One commit, as the line at byte `at`. */
export const line = (json: string, fileId: string, at: number): Buffer => Buffer.from(`${check(fileId, at, json)} ${fileId} ${json}\n`);

/** The id that a file's lines carry: its first line's. */
export const fileIdOf = (bytes: Buffer): string => bytes.toString('latin1', CHECK_CHARS + 1, CHECK_CHARS + 1 + ID_CHARS);

/** The changes of the line at `start`, undefined where it is none of this file. */
function read(bytes: Buffer, start: number, end: number, fileId: string): [string, unknown?][] | undefined {
  const text = bytes.toString('utf8', start, end);
  const json = text.slice(JSON_AT);
  const head = `${check(fileId, start, json)} ${fileId} `;
  return text.startsWith(head) ? JSON.parse(json) : undefined;
}

/** Whether a whole line of the file stands anywhere behind `start`. */
function anyFollows(bytes: Buffer, start: number, fileId: string): boolean {
  for (let next = bytes.indexOf(0x0a, start) + 1; next > 0; next = bytes.indexOf(0x0a, next) + 1) {
    const end = bytes.indexOf(0x0a, next);
    if (end >= 0 && read(bytes, next, end, fileId)) return true;
  }
  return false;
}

/** Reads the acknowledged commits; returns the map and the length of the file's good part. @throws StoreError store-damaged */
export function replay(bytes: Buffer, path: string): { content: Map<string, unknown>; goodBytes: number } {
  const content = new Map<string, unknown>();
  const fileId = fileIdOf(bytes);
  let start = 0;
  while (start < bytes.length || start === 0) {
    const end = bytes.indexOf(0x0a, start);
    const changes = end < 0 ? undefined : read(bytes, start, end, fileId);
    if (!changes) {
      if (start > 0 && !anyFollows(bytes, start, fileId)) break;
      throw new StoreError(
        'store-damaged',
        `${path}: the line at byte ${start} is damaged, and was whole once; restore the folder from a copy ` +
          '(docs/meter-sdk.md, "A damaged store")',
      );
    }
    for (const [key, ...value] of changes) {
      if (value.length === 0) content.delete(key);
      else content.set(key, value[0]);
    }
    start = end + 1;
  }
  return { content, goodBytes: start };
}
