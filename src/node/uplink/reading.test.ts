/** Rounds that read on end with the books of rounds that read everything, whatever is killed, linked, replaced or indexed anew. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { address, IndexRows, seededInts } from '../../../test/kit/books/index-rows.ts';
import { startTestPostgres, type TestPostgres } from '../../../test/kit/postgres.ts';
import { BALANCE_STEP_NEL as STEP } from '../../protocol/index.ts';
import { balanceAccount, balanceOf, move, TRANSIT } from '../books/money/balance.ts';
import { connect, type Sql } from '../db/index.ts';
import { movesOf } from './moves.ts';
import { forgetRead, type Reading, readFrom } from './reading.ts';
import { endedBy, inForce, type Term } from './treasuries.ts';
import { postTreasury } from './treasury.ts';

const MAIN = 'electra-main-5eed0002';
const [FIRST, SECOND] = ['first', 'second'].map(address);
const MEMBERS = ['ann', 'bea', 'cyd'].map(address);
const ACCOUNTS = ['a', 'b', 'c', 'd', 'stranger'].map(address);
/** Of the index; two that follow it, one of them reading on; one that is made from nothing in the end. */
const databases: TestPostgres[] = [];
let [main, onward, whole, late] = [] as unknown as Sql[];
let index: IndexRows;
beforeAll(async () => {
  for (let i = 0; i < 4; i++) databases.push(await startTestPostgres());
  const meters = [{ meter: address('uplink'), member: FIRST, maxWh: 5000 }];
  index = await IndexRows.create({
    ...{ indexerUrl: databases[0].urls.indexer, chainId: MAIN, nodeKey: '11'.repeat(32), meters, shared: true },
  });
  [main, onward, whole, late] = databases.map(({ urls }) => connect({ url: urls.books, max: 1, application: 'test reading' }));
}, 60_000);
afterAll(async () => {
  await Promise.all([main, onward, whole, late].map((sql) => sql?.end()));
  await index?.end();
  for (const database of databases) await database.stop();
});

interface Row {
  height: number;
  sender: string;
  receiver: string;
  steps: number;
  counter: number | null;
}

/** What a main chain does, drawn; and what members ask of both databases alike. */
class Played {
  readonly rows: Row[] = [];
  readonly #draw: (below: number) => number;
  readonly #counters = new Map<string, number>();
  readonly #linked = new Set<string>();
  height = 10;
  replacedAt: number | null = null;

  constructor(seed: number) {
    this.#draw = seededInts(seed);
  }
  get terms(): Term[] {
    const at = this.replacedAt;
    return at === null
      ? [{ treasury: FIRST, from: 0, to: null }]
      : [{ treasury: FIRST, from: 0, to: at }, { treasury: SECOND, from: at, to: null }]; // biome-ignore format: two terms
  }
  #any = <T>(some: readonly T[]): T => some[this.#draw(some.length)];

  async step(): Promise<void> {
    const events = [this.#topUp, this.#topUp, this.#payment, this.#link, this.#asked, this.#madeAnew, this.#replaced];
    await this.#any(events).call(this);
    this.height++;
    await this.#reaches(this.height);
  }
  async #reaches(height: number): Promise<void> {
    await index.sql`update chain.cursor set results_height = ${height}, height = ${height + 1}`;
  }
  async #write({ height, sender, receiver, steps, counter }: Row): Promise<void> {
    await index.sql`
      insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
      values (${`${height}-0-0`}, ${`TX${height}`}, ${sender}, ${receiver}, ${String(BigInt(steps) * STEP)}, ${counter}, ${height}, 1)`;
  }
  async #moved(row: Omit<Row, 'height'>): Promise<void> {
    this.rows.push({ height: ++this.height, ...row });
    await this.#write(this.rows.at(-1)!);
  }
  async #topUp(): Promise<void> {
    await this.#moved({ sender: this.#any(ACCOUNTS), receiver: this.#any([FIRST, SECOND]), steps: 1 + this.#draw(4), counter: null });
  }
  #next(sender: string, receiver: string): number {
    const counter = (this.#counters.get(`${sender}:${receiver}`) ?? 0) + 1;
    this.#counters.set(`${sender}:${receiver}`, counter);
    return counter;
  }
  async #payment(): Promise<void> {
    const [sender, receiver] = [this.#any([FIRST, SECOND]), this.#any(ACCOUNTS)];
    await this.#moved({ sender, receiver, steps: 1, counter: this.#next(sender, receiver) });
  }
  async #link(): Promise<void> {
    const account = this.#any(ACCOUNTS.slice(0, -1));
    if (this.#linked.has(account)) return;
    this.#linked.add(account);
    const member = MEMBERS[ACCOUNTS.indexOf(account) % MEMBERS.length];
    for (const sql of [onward, whole, late]) await linked(sql, member, account);
  }
  /** Taken off balances, and then paid, in one amount or another. */
  async #asked(): Promise<void> {
    const account = this.#any(ACCOUNTS.slice(0, -1));
    const member = MEMBERS[ACCOUNTS.indexOf(account) % MEMBERS.length];
    if (!this.#linked.has(account) || (await balanceOf(onward, member)) < STEP) return;
    const treasury = inForce(this.terms);
    const counter = this.#next(treasury, account);
    for (const sql of [onward, whole]) await taken(sql, { member, account, treasury, counter });
    await this.#moved({ sender: treasury, receiver: account, steps: 1 + this.#draw(2), counter });
  }
  /** The index begins anew, is followed while it is behind, and comes back to where it was. */
  async #madeAnew(): Promise<void> {
    const reached = this.#draw(this.height);
    await index.sql`delete from chain.transfer where height > ${reached}`;
    await this.#reaches(reached);
    const back = this.height;
    for (const sql of [onward, whole]) await round(sql, this, reached);
    for (const row of this.rows.filter(({ height }) => height > reached)) await this.#write(row);
    this.height = back;
  }
  async #replaced(): Promise<void> {
    if (this.#draw(3) === 0) this.replacedAt ??= this.height;
  }
  reset = async (): Promise<void> => {
    await index.sql`delete from chain.transfer`;
    await this.#reaches(this.height);
  };
}

const linked = (sql: Sql, member: string, account: string) => {
  const [key, signature] = [Buffer.alloc(33), Buffer.alloc(64)];
  return sql`
    insert into books.account_link (account, member, main_chain_id, member_key, member_signature, account_key, account_signature,
      since_posting)
    values (${account}, ${member}, ${MAIN}, ${key}, ${signature}, ${key}, ${signature},
      (select coalesce(max(id), 0) from books.posting))`;
};
interface Asked {
  member: string;
  account: string;
  treasury: string;
  counter: number;
}
const taken = (sql: Sql, { member, account, treasury, counter }: Asked) =>
  sql.begin(async (tx) => {
    const open = await tx`select 1 from books.withdrawal where member = ${member} and state = 'taken'`;
    if (open.length > 0) return;
    const [{ id }] = await tx<{ id: string }[]>`
      insert into books.withdrawal (account, member, main_chain_id, treasury, counter, amount_nel, public_key, signature, state)
      values (${account}, ${member}, ${MAIN}, ${treasury}, ${counter}, ${String(STEP)}, ${Buffer.alloc(33)}, ${Buffer.alloc(64)}, 'taken')
      returning id::text`;
    await move(tx, { journal: `withdrawal:${id}`, day: 1, from: TRANSIT, to: balanceAccount(member), amountNel: STEP });
  });

type Followed = Pick<Played, 'terms' | 'rows' | 'height'>;

async function read(sql: Sql, { terms }: Followed, height: number): Promise<Reading> {
  const from = await readFrom(sql, { mainChainId: MAIN, terms });
  return movesOf(main, { mainChainId: MAIN, terms, height, from });
}
async function round(sql: Sql, played: Followed, height = played.height): Promise<Reading> {
  const { terms } = played;
  if (sql !== onward) await forgetRead(sql, MAIN);
  const reading = await read(sql, played, height);
  const totalNel = BigInt(played.rows.filter((row) => row.height <= height).length);
  const none = { balanceNel: totalNel, escrowNel: 0n, claimsNel: 0n, debtsNel: 0n, totalNel, settled: [], waiting: [], voidClaims: [] };
  const at = { height, chainUnixS: height, mainChainId: MAIN, treasury: inForce(terms), ended: endedBy(terms, height) };
  await postTreasury(sql, none, { ...at, reading });
  return reading;
}
const books = (sql: Sql) => sql`select journal, account, amount_nel::text from books.posting order by journal, account`;
const sums = (sql: Sql) => sql`
  select regexp_replace(account, '^(balance|member):', '') as whose, sum(amount_nel)::text from books.posting
  where account <> 'suspense' group by 1 having sum(amount_nel) <> 0 order by 1`;

async function emptied(): Promise<void> {
  for (const [i, { urls }] of databases.entries()) {
    if (i === 0) continue;
    const owner = connect({ url: urls.owner, max: 1, application: 'test reading' });
    for (const table of ['posting', 'withdrawal', 'account_link', 'main_reading'].map((name) => owner(`books.${name}`))) {
      await owner`alter table ${table} disable trigger user`;
      await owner`delete from ${table}`;
      await owner`alter table ${table} enable trigger user`;
    }
    await owner.end();
  }
}

test.each([1, 2, 3, 4])(
  'of drawn moves, links, payouts, kills and indexes that are made anew: %i',
  async (seed) => {
    await emptied();
    const played = new Played(seed);
    await played.reset();
    const kills = seededInts(seed + 1000);
    for (let i = 0; i < 60; i++) {
      await played.step();
      if (kills(3) === 0) continue; // a round is not due yet
      if (kills(3) === 0) await read(onward, played, played.height); // killed before it has posted
      if (kills(8) === 0) await forgetRead(onward, MAIN); // started again
      for (const sql of [onward, whole]) await round(sql, played);
      expect(await books(onward)).toEqual(await books(whole));
    }
    await round(onward, played);
    await round(late, played); // restored from before everything, but for its links
    expect(await sums(late)).toEqual(await sums(onward));
    expect((await round(onward, played)).moves).toEqual([]);
  },
  60_000,
);

const later = (from: number): Term[] => [{ treasury: FIRST, from, to: null }];
/** With what has all of it read again, after which an index shows what it did not show before. */
const AGAIN: [string, (followed: { terms: Term[] }) => Promise<unknown>][] = [
  ['the index is found behind', (followed) => behind(5).then(() => round(onward, { ...followed, rows: [], height: 5 }))],
  ['the index is away for a round', (followed) => behind(0).then(() => round(onward, { ...followed, rows: [], height: 30 }))],
  ['the process starts', () => forgetRead(onward, MAIN)],
  ['another account was the treasury, or since another block', async (followed) => followed.terms.splice(0, 1, ...later(1))],
];
const behind = (height: number) => index.sql`update chain.cursor set results_height = ${height}, height = ${height + 1}`;
test.each(AGAIN)('what was read is read again once %s, and until then not', async (_, cause) => {
  await emptied();
  await index.sql`delete from chain.transfer`;
  await linked(onward, MEMBERS[0], ACCOUNTS[0]);
  const followed = { terms: later(0), rows: [], height: 30 };
  const topUp = (height: number) => index.sql`
    insert into chain.transfer (id, tx_hash, sender, receiver, amount_nel, counter, height, unix_s)
    values (${`${height}-0-0`}, ${`TX${height}`}, ${ACCOUNTS[0]}, ${FIRST}, ${String(STEP)}, null, ${height}, 1)`;
  const has = async () => {
    await behind(30);
    await round(onward, followed);
    return balanceOf(onward, MEMBERS[0]);
  };
  await topUp(20);
  expect(await has()).toBe(STEP);
  await topUp(15);
  expect(await has()).toBe(STEP);
  await cause(followed);
  expect(await has()).toBe(2n * STEP);
});
