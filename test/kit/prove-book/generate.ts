/**
 * Makes sdk/vectors/prove-book.json from src/reader/audit/testdata: wholes that the chain and the audit judge alike.
 * `node scripts/run.mjs test/kit/prove-book/generate.ts`.
 */
import { writeFileSync } from 'node:fs';
import { toBase64 } from '@cosmjs/encoding';
import { bytesToHex as hex } from '@noble/hashes/utils.js';
import { encodeRoster, parseRosterFile } from '../../../src/protocol/index.ts';
import { filesOf } from '../audit/bundles.ts';
import { proveCases } from './cases.ts';
import { chainOf, type ProveCase, SOURCES, type Source, wholeOf } from './make.ts';

const ABOUT = [
  'docs/prove-book.md. genesis: src/reader/audit/testdata/common/genesis.json. wholes: base64, with the day that they are of; chain: what',
  'the state has of that day. cases: the whole `of` with `remove` bytes at `at` replaced by `insert` (hex), sent at chain time unix_s when',
  'the wholes `after` are proven and `anchor` is anchored (at the time of that day in `wholes`); refused: the error, null: taken; audit: a',
  'check that fails for the bundle of it.',
].join(' ');

/** What the state has of a day. */
function stateOf(source: Source) {
  const chain = chainOf(source);
  const { meters } = parseRosterFile(filesOf(source.bundle).get(`days/${source.date}/roster.json`)!);
  const late = chain.lateRoster;
  const { unixS, height } = chain.anchors.find(({ version }) => version === source.version)!;
  return {
    roster: { encoded: hex(encodeRoster({ day: chain.day, meters })), unix_s: chain.frozenUnixS, height: chain.frozenHeight },
    late_roster: late && {
      encoded: hex(encodeRoster({ day: chain.day, meters: late.meters })),
      unix_s: late.frozenUnixS,
      height: late.frozenHeight,
    },
    disputes: chain.disputes.map(({ meter, reason }) => ({ meter, reason })),
    anchored_unix_s: unixS,
    anchored_height: height,
    day: chain.day,
  };
}

function difference(before: Uint8Array, after: Uint8Array): { at: number; remove: number; insert: string } {
  let at = 0;
  while (at < before.length && at < after.length && before[at] === after[at]) at++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - at && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { at, remove: before.length - at - end, insert: hex(after.subarray(at, after.length - end)) };
}

function caseJson({ whole, name, of, anchor, after, unix_s, refused, audit }: ProveCase) {
  return { name, of, ...difference(wholeOf(SOURCES[of]), whole), anchor, after, unix_s, refused, audit };
}

export function proveBookVectors(): string {
  const wholes = Object.entries(SOURCES).map(([name, source]) => {
    const { day, ...chain } = stateOf(source);
    return { name, day, version: source.version, after: source.after, chain, whole: toBase64(wholeOf(source)) };
  });
  const list = (entries: readonly object[]): string => `[\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`;
  return `{\n  "about": ${JSON.stringify(ABOUT)},\n  "wholes": ${list(wholes)},\n  "cases": ${list(proveCases().map(caseJson))}\n}\n`;
}

if (import.meta.main) writeFileSync(new URL('../../../sdk/vectors/prove-book.json', import.meta.url), proveBookVectors());
