/**
 * What this node's own index has of the main chain (docs/indexer.md): verified blocks with certain results, and what the chain's modules
 * hold, proven. The uplink goes by it wherever a day or money depends on the answer; no node of the main chain is believed.
 */
import { chainHead, type Sql } from '../db/index.ts';
import { endedBy, inForce, type Term, termsAt, treasuriesOf } from './treasuries.ts';
import { type Treasury, type TreasuryFacts, treasuryFrom } from './treasury.ts';

export interface MainView {
  /** what the chain certainly has of a day of the uplink's, before its freeze or after */
  commitment(day: number): Promise<Uint8Array | undefined>;
  /** whether the day is certainly frozen: what is not stated by now is missed */
  isFrozen(day: number): Promise<boolean>;
  /** days whose book the chain has certainly verified, of the newest `most`, oldest first */
  provenDays(most: number): Promise<ProvenMainDay[]>;
  /**
   * what was certainly shown of this community's own chain, with its days or to keep the view of it from running out, and no conflict has
   * certainly been taken since, as bytes of an Evidence: the newest `most`
   */
  shown(most: number): Promise<Uint8Array[]>;
  /** undefined until the modules have been proven */
  treasury(): Promise<ProvenTreasury | undefined>;
}

export interface ProvenMainDay {
  day: number;
  version: 1;
  /** of the block with the last part of the book */
  height: number;
  /** as anchored, lower-case hex */
  bookHash: string;
}

export interface ProvenTreasury extends Treasury {
  /** the state after this block */
  height: number;
  /** chain time of the block that holds it */
  chainUnixS: number;
  /** who was the treasury when, up to that block as far as results are certain; the amounts are of the last one */
  terms: Term[];
  /** who of them pays no more for the community, as far as the index knows by its newest block */
  ended: string[];
}

/**
 * `sql`: of the index of the main chain, role electra_books. An index of another chain has nothing to say. `treasury`: as the community
 * joined.
 */
export function mainView(sql: Sql, { chainId, uplink, treasury }: { chainId: string; uplink: string; treasury: string }): MainView {
  /** Up to which block results are certain; 0 where nothing is known. */
  const certain = async (): Promise<number> => {
    const head = await chainHead(sql);
    return head?.chainId === chainId ? head.height : 0;
  };
  return {
    async commitment(day) {
      const height = await certain();
      if (height === 0) return undefined;
      const [row] = await sql<{ commitment: Buffer }[]>`
        select commitment from chain.sealed_statement where id = ${`${uplink}-${day}`} and height <= ${height}`;
      return row && new Uint8Array(row.commitment);
    },
    async isFrozen(day) {
      const height = await certain();
      if (height === 0) return false;
      const [{ frozen }] = await sql<{ frozen: boolean }[]>`
        select exists (select from chain.roster where day = ${day} and not late and height <= ${height}) as frozen`;
      return frozen;
    },
    async provenDays(most) {
      const height = await certain();
      if (height === 0) return [];
      const rows = await sql<{ day: number; height: number; book_hash: Buffer }[]>`
        select p.day, p.height, a.book_hash from chain.proven_book p join chain.anchor a on a.day = p.day and a.version = 1
        where p.version = 1 and p.parts > 0 and p.height <= ${height} order by p.day desc limit ${most}`;
      return rows
        .map((row) => ({ ...{ day: row.day, version: 1 as const, height: row.height }, bookHash: row.book_hash.toString('hex') }))
        .reverse();
    },
    async shown(most) {
      const height = await certain();
      if (height === 0) return [];
      const rows = await sql<{ evidence: Buffer }[]>`
        select e.evidence from (
          select evidence, height from chain.day_evidence where meter = ${uplink}
          union all select evidence, height from chain.client_update where uplink = ${uplink}) e
        where e.height <= ${height} and not exists (
          select from chain.chain_conflict c where c.uplink = ${uplink} and c.height between e.height and ${height})
        order by e.height desc limit ${most}`;
      return rows.map(({ evidence }) => new Uint8Array(evidence));
    },
    async treasury() {
      const height = await certain();
      return height === 0 ? undefined : provenTreasury(sql, { uplink, joined: treasury, certain: height });
    },
  };
}

interface AskedTreasury {
  uplink: string;
  joined: string;
  certain: number;
}

async function provenTreasury(sql: Sql, { uplink, joined, certain }: AskedTreasury): Promise<ProvenTreasury | undefined> {
  const [proven] = await sql<{ height: number }[]>`select height from chain.main_state where name = 'unix-s'`;
  if (!proven) return undefined;
  const known = await treasuriesOf(sql, { uplink, joined, height: certain });
  const terms = termsAt(known, proven.height);
  const when = { terms, ended: endedBy(known, proven.height) };
  const own = { uplink, treasury: inForce(terms) };
  const rows = await sql<{ name: string; value: string; height: number }[]>`
    select name, value, height from chain.main_state
    where name = any(${['unix-s', `balance:${own.treasury}`, ...['escrow', 'claim', 'owed'].map((what) => `${what}:${own.uplink}`)]})
      or starts_with(name, ${`entry:${own.uplink}:`}) or starts_with(name, 'period:')`;
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  const chainUnixS = values.get('unix-s');
  if (chainUnixS === undefined) return undefined;
  return { ...treasuryFrom(factsOf(values, own)), height: rows[0].height, chainUnixS: Number(chainUnixS), ...when };
}

function factsOf(values: ReadonlyMap<string, string>, { uplink, treasury }: { uplink: string; treasury: string }): TreasuryFacts {
  const amount = (name: string): bigint => BigInt(values.get(name) ?? 0);
  const behind = (prefix: string) => [...values].filter(([name]) => name.startsWith(prefix));
  const dayOf = (name: string): number => Number(name.slice(name.lastIndexOf(':') + 1));
  return {
    ...{ balanceNel: amount(`balance:${treasury}`), escrowNel: amount(`escrow:${uplink}`) },
    ...{ claimsNel: amount(`claim:${uplink}`), debtsNel: amount(`owed:${uplink}`) },
    entries: behind(`entry:${uplink}:`).map(([name, value]) => {
      const { amountNel, pool } = JSON.parse(value) as { amountNel: string; pool: string };
      return { fromDay: dayOf(name), amountNel: BigInt(amountNel), pool: BigInt(pool) };
    }),
    executed: new Set(
      behind('period:')
        .filter(([, value]) => (JSON.parse(value) as { executedUnixS: string }).executedUnixS !== '0')
        .map(([name]) => dayOf(name)),
    ),
  };
}
