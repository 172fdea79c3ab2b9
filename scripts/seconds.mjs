/**
 * How long tests take: `npm test -- --seconds` runs every suite alone, one file at a time, and writes it down here. Into test/seconds.json,
 * by which a whole run begins with its longest files; and into the table of rooms in HACKING.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const TABLE = '<!-- rooms -->';
const rounded = (seconds) => (seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0));

/** The room of a file is the longest that it lies in; a suite without files has a room's own name. */
const roomOf = (path, rooms) =>
  rooms
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .reduce((longest, room) => (room.length > longest.length ? room : longest), '');

/** @param {ReadonlyMap<string, number>} taken test file, or room, → seconds */
export function keepSeconds(taken) {
  const long = [...taken].filter(([path, seconds]) => path.endsWith('.test.ts') && seconds >= 1).sort(([, a], [, b]) => b - a);
  writeFileSync(
    join(root, 'test/seconds.json'),
    `${JSON.stringify(Object.fromEntries(long.map(([path, seconds]) => [path, Number(seconds.toFixed(1))])), null, 2)}\n`,
  );
  const page = join(root, 'HACKING.md');
  const [before, table, after] = readFileSync(page, 'utf8').split(TABLE);
  const lines = table.trim().split('\n');
  const rooms = lines.slice(2).map((line) => /^\| `([^`]+)`/.exec(line)[1]);
  const sums = Object.fromEntries(rooms.map((room) => [room, 0]));
  for (const [path, seconds] of taken) if (roomOf(path, rooms)) sums[roomOf(path, rooms)] += seconds;
  const rows = lines.slice(2).map((line, i) => `${line.split('|').slice(0, 3).join('|')}| ${rounded(sums[rooms[i]])} |`);
  const text = ['', '| room | command | seconds |', '|---|---|---:|', ...rows, ''].join('\n');
  writeFileSync(page, [before, text, after].join(TABLE));
}
