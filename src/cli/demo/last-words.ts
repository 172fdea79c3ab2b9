/** What a part said before it ended, for the message about it: the sentence that names the cause, not the last line of a stack. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const TAIL_BYTES = 256 * 1024;
const LONGEST = 400;
const SILENT = 'it said nothing';

export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The end of a file, from `fromByte` on at the earliest. */
function tail(path: string, fromByte: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Math.max(size < fromByte ? 0 : fromByte, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}

// A Go program's sentence; of several the first, since a panic repeats what was said before it.
const CAUSE = /^(panic: |fatal error: |Error: |error: )/;
// A Go stack: "goroutine 1 [running]:", "pkg/path.Function(0x1, …)", "\t/path/file.go:27 +0x8a", "created by …", registers of a signal.
const STACK = /^(\s|goroutine \d|created by |\[signal |exit status )|^[\w./*()[\]{}·-]+\(.*\)$|^r\w{1,2}\s+0x/;

/** The sentence at the end of a log: of what was written there from `fromByte` on. */
export function lastWords(path: string, fromByte = 0): string {
  try {
    // Colours are for terminals.
    const lines = tail(path, fromByte)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape of a colour
      .replaceAll(/\u001b\[[0-9;]*m/g, '')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const plain = lines.filter((line) => !line.startsWith('{') && !STACK.test(line));
    return (plain.find((line) => CAUSE.test(line)) ?? plain.at(-1) ?? lines.at(-1) ?? SILENT).trim().slice(0, LONGEST);
  } catch {
    return SILENT;
  }
}

/** The same behind a colon, where there is a sentence for people: what a log says for machines stays in the log. */
export function because(path: string, fromByte: number): string {
  const words = lastWords(path, fromByte);
  return words === SILENT || words.startsWith('{') ? '' : `: ${words}`;
}
