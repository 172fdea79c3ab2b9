/**
 * The files of a bundle that say what one day was, as path → text, for bundles of a community's days (bundle.ts) and of communities'
 * (shared-bundle.ts): genesis, roster, what the chain said, books with their proofs, state proofs, and the chain's log.
 */
import {
  bookPath,
  canonicalJson,
  dayPath,
  dayToDate,
  encodeChainFile,
  encodeLogFile,
  encodeOperatorsFile,
  encodeRosterFile,
  encodeStateFile,
  GENESIS_PATH,
  OPERATORS_PATH,
  parseLogFile,
  parseStateFile,
  proofsPath,
} from '../../../protocol/index.ts';
import { BooksError } from '../errors.ts';
import { logProofOf, seqWhenProven, stateProofsOf } from '../intake/chain-proofs.ts';
import type { Db } from '../intake/chain-view.ts';
import {
  anchorsOf,
  anyGenesisOf,
  disputesOf,
  finalReadingsOf,
  noBillsOf,
  rosterOf,
  rotationsOf,
  slotPricesOf,
  tariffOf,
} from '../intake/chain-view.ts';

/** path → text, with `/` */
export type BundleFiles = Record<string, string>;

interface BookRow {
  version: number;
  state: string;
  book: string | null;
  proofs: string | null;
  anchor_height: number | null;
}

/** `height`: the block as of which the chain's word on the operators is. */
export async function common(sql: Db, height: number): Promise<BundleFiles> {
  const { document, chainId } = await anyGenesisOf(sql);
  const rotations = await rotationsOf(sql, height);
  return {
    [GENESIS_PATH]: canonicalJson(document),
    ...(rotations.length > 0 && { [OPERATORS_PATH]: encodeOperatorsFile({ chainId, rotations }) }),
  };
}

/** The state proofs of a day. What they say of the day after matters at the end of a range only. */
export async function stateFile(sql: Db, day: number, { isLast }: { isLast: boolean }): Promise<{ height: number; text: string } | null> {
  const row = await stateProofsOf(sql, day);
  if (!row) return null;
  return { height: row.height, text: isLast ? row.state : encodeStateFile({ ...parseStateFile(row.state), following: null }) };
}

/** `height`: the block up to which the index is asked, so that all files speak of one moment. `bare`: of a day without a book, too. */
export async function dayFiles(
  sql: Db,
  day: number,
  { height, stage, withProofs, bare = false }: { height: number; stage: 'released' | 'draft'; withProofs: boolean; bare?: boolean },
): Promise<BundleFiles> {
  const rows = await sql<BookRow[]>`
    select version, state, book, proofs, anchor_height from books.day where day = ${day} and book is not null order by version`;
  // The day before a draft may itself not be released yet: its book is needed for the links, and the node shows it to nobody else.
  const books = rows.filter((row) => stage === 'draft' || (row.state === 'released' && row.anchor_height! <= height));
  const frozen = await rosterOf(sql, day, { upTo: height });
  if ((books.length === 0 && !bare) || !frozen) return {};
  const date = dayToDate(day);
  const files: BundleFiles = {
    [dayPath(date, 'roster')]: encodeRosterFile(frozen.roster, frozen.digest),
    [dayPath(date, 'chain')]: await chainFile(sql, day, height),
  };
  for (const { version, book, proofs } of books) {
    files[bookPath(date, version)] = book!;
    if (withProofs && proofs !== null) files[proofsPath(date, version)] = proofs;
  }
  return files;
}

/** What the index says of a day after block `height`, as chain.json. */
async function chainFile(sql: Db, day: number, height: number): Promise<string> {
  const { chainId } = await anyGenesisOf(sql);
  const frozen = await rosterOf(sql, day, { upTo: height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const late = await rosterOf(sql, day, { late: true, upTo: height });
  const { id: _, ...tariff } = await tariffOf(sql, day, height);
  return encodeChainFile({
    chainId,
    day,
    frozenUnixS: frozen.unixS,
    frozenHeight: frozen.height,
    rosterDigest: frozen.digest,
    tariff,
    slotPrices: await slotPricesOf(sql, day, height),
    anchors: await anchorsOf(sql, day, height),
    disputes: await disputesOf(sql, day, height),
    noBills: await noBillsOf(sql, day, height),
    finalReadings: await finalReadingsOf(sql, day, height),
    lateRoster: late ? { digest: late.digest, frozenUnixS: late.unixS, frozenHeight: late.height, meters: late.roster.meters } : null,
    provenance: 'exported',
  });
}

/** The log from where the days were proven, or the earlier audit stopped. */
export async function logFile(
  sql: Db,
  days: readonly number[],
  since: { nextSeq: number } | null,
): Promise<{ height: number; text: string } | null> {
  const row = await logProofOf(sql);
  if (!row) return null;
  const from = Math.max(row.firstSeq, Math.min(await seqWhenProven(sql, days), since?.nextSeq ?? Number.POSITIVE_INFINITY));
  const file = parseLogFile(row.file);
  return { height: row.height, text: encodeLogFile({ ...file, from, proofs: file.proofs.slice(from - file.from) }) };
}
