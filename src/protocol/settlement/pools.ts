/**
 * How debts between communities are paid and claims are served, for whoever replays the main chain's pools. The chain's own is
 * chain/x/settlement/pools; sdk/vectors/pools.json holds both together.
 *
 * A debtor's escrow pays its oldest unpaid pool first. With P = all that was ever paid into a pool, up to its claims, a creditor has
 * received exactly floor(claim · P / claims): a function of P alone, so no order of payments loses a unit. What comes in above claims is
 * the fund's. Receipts are escrow of who receives them, and the next pass passes them on.
 */
import { ProtocolError } from '../values/errors.ts';

/** Amounts stay below this; their sums may not. */
const AMOUNT_LIMIT_NEL = 1n << 62n;

export interface Pool {
  /** by party */
  claimsNel: ReadonlyMap<string, bigint>;
  /** what debtors have not paid yet: above 0, by party */
  leftNel: ReadonlyMap<string, bigint>;
  /** ever */
  paidNel: bigint;
}

/** The books of a settlement: pools in their order, the oldest first. */
export interface Pools {
  pools: readonly Pool[];
  escrowsNel: ReadonlyMap<string, bigint>;
  fundNel: bigint;
}

export const NO_POOLS: Pools = { pools: [], escrowsNel: new Map(), fundNel: 0n };

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((all, amount) => all + amount, 0n);
const inOrder = (amounts: ReadonlyMap<string, bigint>): [string, bigint][] => [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));

export const claimsOf = (pool: Pool): bigint => sum(pool.claimsNel.values());

/** What came in for the claims. */
function served(pool: Pool): bigint {
  const over = pool.paidNel - claimsOf(pool);
  return over > 0n ? pool.paidNel - over : pool.paidNel;
}

/** What a claim has been given. */
export function received(pool: Pool, party: string): bigint {
  const claims = claimsOf(pool);
  return claims === 0n ? 0n : ((pool.claimsNel.get(party) ?? 0n) * served(pool)) / claims;
}

const ofFund = (pool: Pool): bigint => pool.paidNel - served(pool);

/** A pool of what parties owe, negative: are owed, behind all others. @throws ProtocolError for an amount of 2^62 or more */
export function execute(books: Pools, amountsNel: ReadonlyMap<string, bigint>): Pools {
  const [claimsNel, leftNel] = [new Map<string, bigint>(), new Map<string, bigint>()];
  for (const [party, amount] of amountsNel) {
    if (amount >= AMOUNT_LIMIT_NEL || amount <= -AMOUNT_LIMIT_NEL)
      throw new ProtocolError('out-of-range', `amountsNel[${party}]`, '|amount| < 2^62 nELECTRA');
    if (amount > 0n) leftNel.set(party, amount);
    if (amount < 0n) claimsNel.set(party, -amount);
  }
  return { ...books, pools: [...books.pools, { claimsNel, leftNel, paidNel: 0n }] };
}

function withEscrow(books: Pools, party: string, amountNel: bigint): Pools {
  const escrowsNel = new Map(books.escrowsNel);
  if (amountNel === 0n) escrowsNel.delete(party);
  else escrowsNel.set(party, amountNel);
  return { ...books, escrowsNel };
}

export const escrowOf = (books: Pools, party: string): bigint => books.escrowsNel.get(party) ?? 0n;

/** What a party has not paid, into all pools. */
export const owedBy = (books: Pools, party: string): bigint => sum(books.pools.map((pool) => pool.leftNel.get(party) ?? 0n));

/** What pools have not given a party yet. */
export const owedTo = (books: Pools, party: string): bigint =>
  sum(books.pools.map((pool) => (pool.claimsNel.get(party) ?? 0n) - received(pool, party)));

export function deposit(books: Pools, party: string, amountNel: bigint): Pools {
  return withEscrow(books, party, escrowOf(books, party) + amountNel);
}

/** Without a result where the party owes anything, or has less. */
export function withdraw(books: Pools, party: string, amountNel: bigint): Pools | undefined {
  const left = escrowOf(books, party) - amountNel;
  return owedBy(books, party) > 0n || left < 0n ? undefined : withEscrow(books, party, left);
}

/** One pass over the unpaid debts, by pool and then by party. */
export function pass(books: Pools): { books: Pools; moved: boolean } {
  const escrows = new Map(books.escrowsNel);
  const behind = new Set<string>(); // who has an older debt: what it receives in this pass goes there first
  const give = (party: string, amount: bigint): unknown => escrows.set(party, (escrows.get(party) ?? 0n) + amount);
  let [moved, fundNel] = [false, books.fundNel];
  const pools = books.pools.map((pool): Pool => {
    const leftNel = new Map(pool.leftNel);
    let paid = 0n;
    for (const [party, left] of inOrder(pool.leftNel)) {
      const escrow = behind.has(party) ? 0n : (escrows.get(party) ?? 0n);
      const pays = escrow < left ? escrow : left;
      if (pays < left) behind.add(party);
      if (pays === 0n) continue;
      give(party, -pays);
      if (pays === left) leftNel.delete(party);
      else leftNel.set(party, left - pays);
      paid += pays;
    }
    if (paid === 0n) return pool;
    moved = true;
    const later = { ...pool, leftNel, paidNel: pool.paidNel + paid };
    fundNel += ofFund(later) - ofFund(pool);
    for (const party of pool.claimsNel.keys()) give(party, received(later, party) - received(pool, party));
    return later;
  });
  if (!moved) return { books, moved };
  return { books: { pools, escrowsNel: new Map([...escrows].filter(([, amount]) => amount > 0n)), fundNel }, moved };
}

/** All that deposits have brought and withdrawals have left: in escrows, in the fund, and in pools until it is whole units of creditors. */
export function heldIn(books: Pools): bigint {
  const inPools = books.pools.map((pool) => served(pool) - sum([...pool.claimsNel.keys()].map((party) => received(pool, party))));
  return books.fundNel + sum(books.escrowsNel.values()) + sum(inPools);
}
