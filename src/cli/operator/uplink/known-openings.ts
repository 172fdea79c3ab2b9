/**
 * Openings of own bills that `electra uplink settle` goes by: those that are kept, and what the exchange hands out now. What the exchange
 * does wrong is said of it; what fails here, a node of the main chain or the disk, is not.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeWhole } from '../../../node/processes/data-folder.ts';
import { chosenOpenings, newOpenings } from '../../../node/uplink/index.ts';
import { type BillOpening, dayToDate, encodeOpenings, type Openings, parseOpenings } from '../../../protocol/index.ts';
import { CliError } from '../../errors.ts';

/** @throws CliError naming the option */
export function readOpenings(option: string, file: string, chainId: string): BillOpening[] {
  let read: Openings;
  try {
    read = parseOpenings(readFileSync(file, 'utf8').trimEnd());
  } catch (error) {
    throw new CliError(`${option}: ${file}: ${(error as Error).message}`);
  }
  if (read.chainId !== chainId) throw new CliError(`${option}: ${file}: expected openings of ${chainId}, it has those of ${read.chainId}`);
  return [...read.openings];
}

export interface KnownOpenings {
  openings: BillOpening[];
  /** why nothing was handed out now, or why that could not be kept: to be said, and in the way of no week */
  failed?: Error;
}

export interface OpeningSources {
  /** where they are kept */
  file: string;
  mainChainId: string;
  /** of the exchange's API, whose root is `url`; absent: nobody is asked */
  api?: { url: string; ask: () => Promise<Openings> };
  /** what the main chain has of bills (provenBills) */
  bills: (news: readonly BillOpening[]) => Promise<readonly (bigint | null)[]>;
  note: (words: string) => void;
}

async function handedOut({ url, ask }: NonNullable<OpeningSources['api']>, chainId: string): Promise<Openings | CliError> {
  try {
    const fresh = await ask();
    if (fresh.chainId === chainId) return fresh;
    return new CliError(`--api: expected the exchange node of ${chainId}, it is that of ${fresh.chainId}`);
  } catch (error) {
    return error instanceof CliError ? error : new CliError(`--api: ${url}: ${(error as Error).message}`);
  }
}

/** Kept for the time when nobody answers. Where the disk takes nothing they still settle what is due now. */
function keep(file: string, openings: Openings): Error | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeWhole(file, encodeOpenings(openings));
    return undefined;
  } catch (error) {
    return new CliError(
      `--data: ${file}: what was handed out could not be kept, and has to be asked for again: ${(error as Error).message}`,
    );
  }
}

/**
 * All that are known: of what is handed out, what opens the bill that the chain has.
 * @throws CliError when the file is none of openings, and what `bills` throws
 */
export async function knownOpenings({ file, mainChainId, api, bills, note }: OpeningSources): Promise<KnownOpenings> {
  const kept = existsSync(file) ? readOpenings('--data', file, mainChainId) : [];
  if (!api) return { openings: kept };
  const fresh = await handedOut(api, mainChainId);
  if (fresh instanceof CliError) return { openings: kept, failed: fresh };
  const news = newOpenings(kept, fresh.openings);
  const { openings, refused } = chosenOpenings(mainChainId, kept, news, await bills(news));
  for (const { day } of refused)
    note(`--api: ${dayToDate(day)}: expected an opening of the bill that the main chain has; what was handed out is another, and left out`);
  const failed = keep(file, { ...fresh, openings });
  return failed ? { openings, failed } : { openings };
}
