/** A bundle from a node of the chain, whoever runs it: for `electra export --rpc` and `electra audit --rpc`. */
import { bundleFromNode, FatalError, RetryableError } from '../node/indexer/index.ts';
import { dayToDate } from '../protocol/index.ts';
import type { Resume } from '../reader/audit/index.ts';
import { CommandError, UNREADABLE } from '../reader/cli/command.ts';
import { CliError } from './errors.ts';
import { parseDate } from './options.ts';

/** Days of a year and a month: a bundle's limits (src/reader/bundle-text.ts) are far above. */
const RANGE_DAYS_MAX = 400;
/** For all that is asked of a node together. */
const NODE_MS = 30 * 60_000;

/** Days between two, both included. @throws CliError */
export function daysBetween(from: number, to: number): number[] {
  if (to < from) throw new CliError(`to: expected ${dayToDate(from)} or later`);
  if (to - from >= RANGE_DAYS_MAX) throw new CliError(`to: expected at most ${RANGE_DAYS_MAX} days in a bundle`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** @throws CliError with what the node lacks, or what is wrong with its answers */
export async function filesFromNode(
  rpcUrl: string,
  days: readonly number[],
  { height, since = null }: { height?: number; since?: Resume | null } = {},
): Promise<Record<string, string>> {
  if (!/^https?:\/\//.test(rpcUrl) || !URL.canParse(rpcUrl)) throw new CliError('--rpc: expected the http(s) URL of a chain node');
  try {
    return await bundleFromNode({ rpcUrl, days, height, since, signal: AbortSignal.timeout(NODE_MS) });
  } catch (error) {
    if (error instanceof FatalError || error instanceof RetryableError) throw new CliError(`--rpc: ${error.message}`);
    throw error;
  }
}

/** As the reader's command asks: a day, or the first and the last. What fails here says nothing of the books: exit code 2. */
export async function bundleOfDates(rpcUrl: string, dates: readonly string[], since: Resume | null): Promise<ReadonlyMap<string, string>> {
  try {
    if (dates.length > 2) throw new CliError('bundle: with --rpc expected a day, or the first and the last of a range');
    const [from, to = from] = dates.map(parseDate);
    return new Map(Object.entries(await filesFromNode(rpcUrl, daysBetween(from, to), { since })));
  } catch (error) {
    throw error instanceof Error ? new CommandError(error.message, UNREADABLE) : error;
  }
}
