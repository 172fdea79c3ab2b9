/**
 * `electra export`: the audit bundle of a day or a range of days, with the day before the first where there is one. With `--since`, for
 * whoever goes on from an earlier audit: also the days that the chain's log names since. Public data only.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { areReleased, type BundleFiles, bundleOfDays, type Seen } from '../../node/books/index.ts';
import { type DataFolder, dataFolder } from '../../node/processes/data-folder.ts';
import { sleep } from '../../node/shared/wait.ts';
import { dayToDate, ProtocolError } from '../../protocol/index.ts';
import { parseResume, type Resume } from '../../reader/audit/index.ts';
import { writeZip } from '../../reader/zip.ts';
import { daysBetween, filesFromNode } from '../bundle-from-node.ts';
import { withDatabase } from '../database.ts';
import { CliError } from '../errors.ts';
import { dataOption, example, jsonOption, parseDate } from '../options.ts';

const wordsOf = (days: readonly number[]): string =>
  days.length === 1 ? dayToDate(days[0]) : `every day from ${dayToDate(days[0])} to ${dayToDate(days.at(-1)!)}`;

function parseHeight(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError('expected the height of a block.');
  return Number(text);
}

/** How long an export waits for what is on its way. */
const READY_MS = 30_000;
const READY_POLL_MS = 250;

function writeFolder(files: Readonly<Record<string, string>>, out: string): void {
  if (existsSync(out) && readdirSync(out).length > 0) throw new CliError(`--out: ${out} is not empty`);
  for (const [path, text] of Object.entries(files)) {
    const target = join(out, path);
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, text);
  }
}

function writeZipFile(files: Readonly<Record<string, string>>, out: string): void {
  if (existsSync(out)) throw new CliError(`--out: ${out} is there already`);
  writeFileSync(out, writeZip(files));
}

/** What an earlier audit has seen. The days of a run that is not closed come with the days after them: these may be of the run too. */
const seenOf = ({ firstDay, lastDay, nextSeq, corrections, runs }: Resume): Seen => {
  const open = corrections.flatMap(({ day }) => [day, day + 1]).filter((day) => day <= lastDay);
  return { firstDay, lastDay, nextSeq, open, runs };
};

/**
 * The bundle of released days; null where a day is not released, or not proven. Beside a running node something is always on its way: a
 * correction is anchored but not yet released, the chain has news that the index proves with the next block. For that it waits.
 */
async function bundleWhenReady(data: DataFolder, days: readonly number[], since: Seen | null): Promise<BundleFiles | null> {
  return withDatabase(data, 'books', async (sql) => {
    for (const endMs = Date.now() + READY_MS; ; await sleep(READY_POLL_MS)) {
      const files = await bundleOfDays(sql, days, since);
      if (files || Date.now() > endMs || !(await areReleased(sql, days))) return files;
    }
  });
}

/** Writes the bundle of released days into an empty or new folder, or a new zip file. @returns the files written */
export async function exportDays(data: DataFolder, days: readonly number[], out: string, since: Resume | null = null): Promise<string[]> {
  const files = await bundleWhenReady(data, days, since && seenOf(since));
  if (!files)
    throw new CliError(
      `from: no released book for ${wordsOf(days)} yet, or the index has not yet proven what the chain says of it ` +
        '(electra doctor shows which days there are)',
    );
  return write(files, out);
}

function write(files: Readonly<Record<string, string>>, out: string): string[] {
  if (out.endsWith('.zip')) writeZipFile(files, out);
  else writeFolder(files, out);
  return Object.keys(files);
}

/** What an earlier audit saved, where the days go on from it. */
function readSince(path: string, from: number): Resume {
  let since: Resume;
  try {
    since = parseResume(readFileSync(path, 'utf8'));
  } catch (error) {
    const why =
      error instanceof ProtocolError ? error.message : `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    throw new CliError(`--since: ${path}: ${why}`);
  }
  if (from > since.lastDay + 1)
    throw new CliError(
      `from: the earlier audit ended with ${dayToDate(since.lastDay)}; expected ${dayToDate(since.lastDay + 1)} or earlier`,
    );
  return since;
}

export function register(program: Command): void {
  const c = program
    .command('export')
    .argument('<from>', 'the day, or the first of a range, YYYY-MM-DD (UTC)', parseDate)
    .argument('[to]', 'the last day of the range', parseDate)
    .description('write the audit bundle of a day or a range: books, proofs, rosters, state proofs, headers, genesis')
    .requiredOption('--out <path>', 'folder to write, empty or new; or a new file with the ending .zip')
    .option('--since <file>', 'what an earlier audit saved: days of it that the chain has news of are added')
    .option('--rpc <url>', 'a node of the chain, whoever runs it: all of the bundle is made from its blocks and proofs, nothing from here')
    .option('--height <block>', 'with --rpc: the block as of which the chain is asked; default: the newest', parseHeight)
    .addOption(dataOption())
    .addOption(jsonOption());
  example(
    c,
    'npx electra export 2026-11-01 2026-11-30 --since audited.json --out november',
    'npx electra audit november --since audited.json --save audited.json --development-keys',
  );
  c.action(async (from: number, to: number = from) => {
    const o = c.opts();
    const days = daysBetween(from, to);
    const since = o.since === undefined ? null : readSince(o.since, from);
    const files = o.rpc
      ? write(await filesFromNode(o.rpc, days, { height: o.height, since }), o.out)
      : await exportDays(dataFolder(o.data), days, o.out, since);
    if (o.json) process.stdout.write(`${JSON.stringify({ out: o.out, files })}\n`);
    else process.stdout.write(`✓ ${files.length} files in ${o.out}\n`);
  });
}
