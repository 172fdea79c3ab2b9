/**
 * What members ask for about their balances, as it lies in Postgres: links of accounts, and payouts. The API has written it down; nothing
 * of it is believed here but what signatures say. A payout is taken off the balance before anybody is asked to pay it, so that nothing is
 * spent twice; it is over when the main chain shows the payment (moves.ts).
 */
import { accountLinkFault, dayOf, type Withdrawal, withdrawalFault } from '../../protocol/index.ts';
import { balanceAccount, balanceOf, lockBalances, move, TRANSIT } from '../books/money/balance.ts';
import type { Sql, Tx } from '../db/index.ts';
import { paymentPrefix } from './journals.ts';
import { inForce, since, type Term } from './treasuries.ts';

export interface Between {
  /** of the community */
  chainId: string;
  mainChainId: string;
}

interface LinkRow {
  account: string;
  member: string;
  main_chain_id: string;
  member_key: Buffer;
  member_signature: Buffer;
  account_key: Buffer;
  account_signature: Buffer;
}

function linkFault(row: LinkRow, { chainId, mainChainId }: Between): string | null {
  if (row.main_chain_id !== mainChainId) return `it was signed for ${row.main_chain_id}, expected ${mainChainId}`;
  const { member, account } = row;
  try {
    const fault = accountLinkFault(
      { chainId, mainChainId, member, account },
      {
        byMember: { publicKey: row.member_key, signature: row.member_signature },
        byAccount: { publicKey: row.account_key, signature: row.account_signature },
      },
    );
    return fault && `the signature does not hold: ${fault}`;
  } catch (error) {
    return (error as Error).message; // no address: what is asked for is anybody's, and stops nobody else's
  }
}

async function whyNoLink(tx: Tx, row: LinkRow, between: Between): Promise<string | null> {
  const fault = linkFault(row, between);
  if (fault) return fault;
  const [{ taken }] = await tx<{ taken: boolean }[]>`
    select exists (
      select from books.account_link
      where account = ${row.account} and main_chain_id = ${between.mainChainId} and since_posting is not null) as taken`;
  return taken ? 'the account is linked to another member' : null;
}

/** Judges links that are new. From then on the member's bills draw on its balance. Returns how many hold. */
export async function takeLinks(sql: Sql, between: Between): Promise<number> {
  return sql.begin(async (tx) => {
    await lockBalances(tx);
    const rows = await tx<LinkRow[]>`
      select account, member, main_chain_id, member_key, member_signature, account_key, account_signature
      from books.account_link where since_posting is null and fault is null order by linked_at, account, member`;
    let taken = 0;
    for (const row of rows) {
      const { account, member, main_chain_id: on } = row;
      const fault = await whyNoLink(tx, row, between);
      const own = tx`account = ${account} and member = ${member} and main_chain_id = ${on}`;
      if (fault) await tx`update books.account_link set fault = ${fault} where ${own}`;
      else await tx`update books.account_link set since_posting = (select coalesce(max(id), 0) from books.posting) where ${own}`;
      taken += fault ? 0 : 1;
    }
    return taken;
  }) as Promise<number>;
}

interface WithdrawalRow {
  id: string;
  account: string;
  member: string;
  main_chain_id: string | null;
  treasury: string | null;
  counter: string;
  amount_nel: string;
  public_key: Buffer;
  signature: Buffer;
}

/** Whose payouts they are: of one treasury, whose numbers the main chain counts. */
export interface Payer extends Between {
  /** in force */
  treasury: string;
}

const signedOf = ({ account, member, counter, amount_nel: amountNel }: WithdrawalRow, payer: Payer): Withdrawal => ({
  ...payer,
  ...{ account, member, counter: BigInt(counter), amountNel: BigInt(amountNel) },
});

/** What is asked of another treasury, or of another main chain's, is not this one's to pay. */
function elsewhere(row: Pick<WithdrawalRow, 'main_chain_id' | 'treasury'>, { mainChainId, treasury }: Payer): string | null {
  if (row.main_chain_id !== mainChainId) return `it was signed for ${row.main_chain_id ?? 'no main chain'}, expected ${mainChainId}`;
  return row.treasury === treasury ? null : `it was signed for the treasury ${row.treasury}, expected ${treasury}, which is in force`;
}

function signatureOf(row: WithdrawalRow, payer: Payer): string | null {
  try {
    const fault = withdrawalFault(signedOf(row, payer), { publicKey: row.public_key, signature: row.signature });
    return fault && `the signature does not hold: ${fault}`;
  } catch (error) {
    return (error as Error).message; // an amount that nobody may ask for
  }
}

export interface LastCounters {
  /** of all that the treasury in force has paid, also before it was this community's: the chain goes on from there */
  shown: bigint;
  /** of what is this community's to post, by treasury, those that were replaced too */
  own: ReadonlyMap<string, bigint>;
}

/** Accounts of members whose payouts are to be judged: those that they name, and all that are linked. */
export async function askedAccounts(sql: Sql, { mainChainId }: Between): Promise<{ ids: string[]; accounts: string[] }> {
  const rows = await sql<{ id: string; account: string; linked: string[] }[]>`
    select id::text, account, array(
      select account from books.account_link l
      where l.member = w.member and main_chain_id = ${mainChainId} and since_posting is not null) as linked
    from books.withdrawal w where state = 'asked' order by id`;
  return { ids: rows.map(({ id }) => id), accounts: [...new Set(rows.flatMap(({ account, linked }) => [account, ...linked]))] };
}

/** The numbers of the last payments to each of some accounts, as the main chain shows them. */
export async function lastCounters(
  main: Sql,
  { terms, height, accounts }: { terms: readonly Term[]; height: number; accounts: readonly string[] },
): Promise<ReadonlyMap<string, LastCounters>> {
  const treasuries = [...new Set(terms.map(({ treasury }) => treasury))];
  const rows = await main<{ account: string; treasury: string; shown: string; own: string }[]>`
    select receiver as account, treasury, max(counter)::text as shown,
      coalesce(max(counter) filter (where height > since), 0)::text as own
    from chain.transfer join unnest(${treasuries}::text[], ${treasuries.map((one) => since(terms, one)!)}::int[]) t(treasury, since)
      on sender = treasury
    where counter is not null and sender <> receiver and height <= ${height} and receiver = any(${[...accounts]})
    group by receiver, treasury`;
  const lastOf = (some: readonly (typeof rows)[number][]): LastCounters => ({
    shown: BigInt(some.find(({ treasury }) => treasury === inForce(terms))?.shown ?? 0),
    own: new Map(some.filter(({ own }) => own !== '0').map(({ treasury, own }) => [treasury, BigInt(own)])),
  });
  return new Map([...Map.groupBy(rows, ({ account }) => account)].map(([account, some]) => [account, lastOf(some)]));
}

/** The number of a treasury's last payment to an account that is posted. An index that is made anew knows less for a while. */
async function lastPosted(tx: Tx, account: string, { mainChainId, treasury }: Omit<Payer, 'chainId'>): Promise<bigint> {
  const [{ last }] = await tx<{ last: string }[]>`
    select coalesce(max(split_part(journal, ':', 5)::int8), 0)::text as last from books.posting
    where starts_with(journal, ${paymentPrefix(mainChainId, { treasury, account })})`;
  return BigInt(last);
}

/**
 * Whether the chain shows anything paid to a member, on any of its accounts and by whoever was the treasury, that is not off its balance
 * yet: a database that was restored has not posted it when it judges again what is asked for. Of an account whose moves are not read it is
 * not known yet.
 */
async function hasUnposted(tx: Tx, member: string, { payer: { mainChainId }, last }: Omit<TakeOptions, 'chainUnixS'>): Promise<boolean> {
  const links = await tx<{ account: string; moves_read: boolean }[]>`
    select account, moves_read from books.account_link
    where member = ${member} and main_chain_id = ${mainChainId} and since_posting is not null`;
  if (links.some(({ moves_read: isRead }) => !isRead)) return true;
  for (const { account } of links)
    for (const [treasury, own] of last.get(account)?.own ?? [])
      if (own > (await lastPosted(tx, account, { mainChainId, treasury }))) return true;
  return false;
}

interface TakeOptions {
  payer: Payer;
  /** of `askedAccounts` */
  last: ReadonlyMap<string, LastCounters>;
  /** those of `askedAccounts`; left out: all */
  ids?: readonly string[];
  chainUnixS: number;
}

/** Why a payout is refused; `later`: not before what the chain shows paid to the member is taken off its balance. */
async function whyNot(tx: Tx, row: WithdrawalRow, { payer, last }: Omit<TakeOptions, 'chainUnixS'>): Promise<string | null> {
  const fault = elsewhere(row, payer) ?? signatureOf(row, payer);
  if (fault) return fault;
  const [link] = await tx<{ member: string }[]>`
    select member from books.account_link
    where account = ${row.account} and main_chain_id = ${payer.mainChainId} and since_posting is not null`;
  if (link?.member !== row.member) return 'the account is not linked to this member';
  if (await hasUnposted(tx, row.member, { payer, last })) return 'later';
  const shown = last.get(row.account)?.shown ?? 0n;
  const posted = await lastPosted(tx, row.account, payer);
  const next = (shown > posted ? shown : posted) + 1n;
  if (BigInt(row.counter) !== next) return `payout number ${row.counter}: expected ${next}`;
  const has = await balanceOf(tx, row.member);
  return has < BigInt(row.amount_nel) ? `the balance has ${has} nELECTRA` : null;
}

/** Takes what is asked for off balances, or says why not. Returns how many were taken. */
export async function takeWithdrawals(sql: Sql, options: TakeOptions): Promise<number> {
  return sql.begin(async (tx) => {
    await lockBalances(tx);
    const rows = await tx<WithdrawalRow[]>`
      select id::text, account, member, main_chain_id, treasury, counter::text, amount_nel::text, public_key, signature
      from books.withdrawal where state = 'asked' and (${options.ids === undefined} or id = any(${[...(options.ids ?? [])]}::int8[]))
      order by id for update`;
    let taken = 0;
    for (const row of rows) {
      const why = await whyNot(tx, row, options);
      if (why === 'later') continue;
      if (why) {
        await tx`update books.withdrawal set state = 'refused', waiting = ${why}, done_at = now() where id = ${row.id}::int8`;
        continue;
      }
      const [from, to] = [TRANSIT, balanceAccount(row.member)]; // out of the balance, which is negative
      const day = dayOf(options.chainUnixS);
      await move(tx, { journal: `withdrawal:${row.id}`, day, from, to, amountNel: BigInt(row.amount_nel) });
      await tx`update books.withdrawal set state = 'taken' where id = ${row.id}::int8`;
      taken++;
    }
    return taken;
  }) as Promise<number>;
}

export interface Payable {
  id: string;
  account: string;
  counter: bigint;
  amountNel: bigint;
  waiting: string | null;
}

/** What is to be paid: taken off a balance, and signed for as whoever holds the treasury's key sees for itself. */
export async function payable(sql: Sql, payer: Payer): Promise<Payable[]> {
  const rows = await sql<(WithdrawalRow & { waiting: string | null })[]>`
    select id::text, account, member, main_chain_id, treasury, counter::text, amount_nel::text, public_key, signature, waiting
    from books.withdrawal where state = 'taken' order by id`;
  return rows
    .filter((row) => (elsewhere(row, payer) ?? signatureOf(row, payer)) === null)
    .map(({ id, account, counter, amount_nel: amount, waiting }) => ({
      ...{ id, account, waiting, counter: BigInt(counter), amountNel: BigInt(amount) },
    }));
}

/** Whether it still is: it may have been given back meanwhile, since its treasury was replaced or its main chain left. */
export async function isPayable(sql: Sql, id: string): Promise<boolean> {
  const [row] = await sql`select 1 from books.withdrawal where id = ${id}::int8 and state = 'taken'`;
  return row !== undefined;
}

/** Says why it is not paid yet; null: nothing is in its way. */
export const noteWaiting = (sql: Sql, id: string, waiting: string | null) => sql`
  update books.withdrawal set waiting = ${waiting} where id = ${id}::int8 and state = 'taken' and waiting is distinct from ${waiting}`;

/** Accounts that hold ELECTRA once the treasury has registered them. */
export const unregistered = (sql: Sql, { mainChainId }: Between): Promise<{ account: string }[]> => sql<{ account: string }[]>`
  select account from books.account_link
  where main_chain_id = ${mainChainId} and since_posting is not null and registered_height is null order by linked_at, account`;

/** Notes which of them the main chain has registered, as far as it is certain. Returns how many. */
export async function noteRegistered(sql: Sql, main: Sql, { between, height }: { between: Between; height: number }): Promise<number> {
  const asked = (await unregistered(sql, between)).map(({ account }) => account);
  if (asked.length === 0) return 0;
  const found = await main<{ id: string; height: number }[]>`
    select id, height from chain.electra_account where id = any(${asked}) and height <= ${height}`;
  for (const { id, height } of found)
    await sql`
      update books.account_link set registered_height = ${height}
      where account = ${id} and main_chain_id = ${between.mainChainId} and since_posting is not null`;
  return found.length;
}
