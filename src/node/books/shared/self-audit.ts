/** The check of one's own book of communities before it is anchored: by what the index says of the day, and the genesis' own keys. */
import type { SharedGenesis } from '../../../protocol/genesis/index.ts';
import { overTariff, type Roster, type Tariff } from '../../../protocol/index.ts';
import type { ChainHead, Sql } from '../../db/index.ts';
import { BooksError } from '../errors.ts';
import { disputesOf, rosterOf, sharedGenesisOf, slotPricesOf, tariffOf } from '../intake/chain-view.ts';

interface Line {
  status: string;
  id: string;
  name: string;
  detail: string;
}

/** auditSharedDraft of src/reader/audit: whether book and proofs are what roster, disputes, tariff and keys say. */
export type SharedAudit = (draft: {
  genesis: SharedGenesis;
  book: string;
  proofs: string;
  facts: { roster: Roster; disputed: ReadonlySet<string>; tariff: Tariff };
}) => Promise<readonly Line[]>;

/** As a verdict on a draft: of what is not on the chain yet a check is partial at best. */
export async function sharedSelfAudit(
  sql: Sql,
  head: ChainHead,
  day: number,
  audit: SharedAudit,
): Promise<{ exitCode: number; checks: readonly Line[] }> {
  const [row] = await sql<{ book: string; proofs: string }[]>`select book, proofs from books.day where day = ${day} and version = 1`;
  const frozen = await rosterOf(sql, day, { upTo: head.height });
  if (!frozen) throw new BooksError('no-index', `day ${day} has no frozen roster in the index`);
  const tariff = overTariff(await tariffOf(sql, day, head.height), day, await slotPricesOf(sql, day, head.height));
  const disputed = new Set((await disputesOf(sql, day, head.height)).map(({ meter }) => meter));
  const checks = await audit({ genesis: await sharedGenesisOf(sql), ...row, facts: { roster: frozen.roster, disputed, tariff } });
  return { exitCode: checks.every(({ status }) => status === 'passed') ? 4 : 1, checks };
}
