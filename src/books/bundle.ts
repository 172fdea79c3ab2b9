// A day's audit bundle as path → text: public data only, from released books, with the day before it for the register links. Before the release only
// the node itself may see one, for its own audit.
import { canonicalJson, compareAddresses, dayToDate, encodeChainFile, encodeRosterFile } from '../protocol/index.ts';
import type { Json } from '../protocol/index.ts';
import { chainHead, genesisOf, rosterOf, rulesOf, tariffOf } from './chain-view.ts';
import type { ChainHead, Db } from './chain-view.ts';
import { BooksError } from './errors.ts';

/** path → text, with `/` */
export type BundleFiles = Record<string, string>;

type BookRow = { version: number; state: string; book: string | null; proofs: string | null };
const suffix = (version: number): string => (version === 1 ? '' : `.v${version}`);

/** The bundle of some released days (any order), or null when one of them is not released. `keys`: verification keys by hash, as canonical text. */
export async function bundleOfDays(sql: Db, days: readonly number[], keys: Readonly<Record<string, string>>): Promise<BundleFiles | null> {
  const released = await sql<{ day: number }[]>`select day from books.day where version = 1 and state = 'released' and day = any(${days as number[]})`;
  if (days.length === 0 || released.length !== new Set(days).size) return null;
  return collect(sql, days, keys, 'released');
}

/** The bundle of one day that may still be a draft: for the node's audit of itself, before it anchors. */
export const draftBundle = (sql: Db, day: number, keys: Readonly<Record<string, string>>): Promise<BundleFiles> => collect(sql, [day], keys, 'draft');

async function collect(sql: Db, days: readonly number[], keys: Readonly<Record<string, string>>, stage: 'released' | 'draft'): Promise<BundleFiles> {
  const head = await chainHead(sql);
  if (!head) throw new BooksError('no-index', 'the index is empty');
  const rules = await rulesOf(sql);
  const files: BundleFiles = { 'genesis.json': canonicalJson((await genesisOf(sql)) as unknown as Json) };
  for (const hash of new Set(Object.values(rules.keys))) if (Object.hasOwn(keys, hash)) files[`keys/${hash}.json`] = keys[hash];
  const wanted = new Set(days);
  for (const day of [...wanted].sort((a, b) => a - b)) {
    if (!wanted.has(day - 1)) Object.assign(files, await dayFiles(sql, day - 1, { head, stage, withProofs: false }));
    Object.assign(files, await dayFiles(sql, day, { head, stage, withProofs: true }));
  }
  return files;
}

async function dayFiles(sql: Db, day: number, { head, stage, withProofs }: { head: ChainHead; stage: 'released' | 'draft'; withProofs: boolean }): Promise<BundleFiles> {
  const rows = await sql<BookRow[]>`select version, state, book, proofs from books.day where day = ${day} and book is not null order by version`;
  // The day before a draft may itself not be released yet: its book is needed for the links, and the node shows it to nobody else.
  const books = rows.filter((row) => stage === 'draft' || row.state === 'released');
  const frozen = await rosterOf(sql, day, { upTo: head.height });
  if (books.length === 0 || !frozen) return {};
  const folder = `days/${dayToDate(day)}`;
  const files: BundleFiles = { [`${folder}/roster.json`]: encodeRosterFile(frozen.roster, frozen.digest), [`${folder}/chain.json`]: await chainFile(sql, day, head) };
  for (const { version, book, proofs } of books) {
    files[`${folder}/book${suffix(version)}.json`] = book!;
    if (withProofs && proofs !== null) files[`${folder}/proofs${suffix(version)}.json`] = proofs;
  }
  return files;
}

/** What the index says of a day, as chain.json. */
export async function chainFile(sql: Db, day: number, head: ChainHead): Promise<string> {
  const frozen = await rosterOf(sql, day, { upTo: head.height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const late = await rosterOf(sql, day, { late: true, upTo: head.height });
  const { id: _, ...tariff } = await tariffOf(sql, day, head.height);
  const anchors = await sql<{ version: number; book_hash: Buffer; height: number; unix_s: string }[]>`
    select version, book_hash, height, unix_s from chain.anchor where day = ${day} and height <= ${head.height} order by version`;
  const disputes = await sql<{ meter: string; reason: string }[]>`select meter, reason from chain.dispute where day = ${day} and height <= ${head.height}`;
  const noBills = await sql<{ meter: string; open: boolean }[]>`
    select meter, bool_or(withdrawn_height is null or withdrawn_height > ${head.height}) as open from chain.no_bill where day = ${day} and open_height <= ${head.height} group by meter`;
  const byMeter = (a: { meter: string }, b: { meter: string }) => compareAddresses(a.meter, b.meter);
  return encodeChainFile({
    chainId: head.chainId, day, frozenUnixS: frozen.unixS, frozenHeight: frozen.height, rosterDigest: frozen.digest, tariff,
    anchors: anchors.map((a) => ({ version: a.version, bookHash: a.book_hash.toString('hex'), height: a.height, unixS: Number(a.unix_s) })),
    disputes: disputes.map(({ meter, reason }) => ({ meter, reason })).sort(byMeter),
    noBills: noBills.map(({ meter, open }) => ({ meter, open })).sort(byMeter),
    keys: (await rulesOf(sql)).keys,
    lateRoster: late ? { digest: late.digest, frozenUnixS: late.unixS, frozenHeight: late.height, meters: late.roster.meters } : null,
    provenance: 'exported',
  });
}
