import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { claimsOf, deposit, execute, heldIn, NO_POOLS, owedBy, owedTo, type Pools, pass, withdraw } from './pools.ts';

interface Move {
  party: string;
  amountNel: string;
  accepted: boolean;
}
interface Played {
  name: string;
  events: { execute?: Record<string, string>; deposit?: Move; withdraw?: Move; pass?: boolean }[];
  end: {
    escrowsNel: Record<string, string>;
    fundNel: string;
    pools: { claimsNel: string; paidNel: string; leftNel: Record<string, string> }[];
  };
}

const { cases } = JSON.parse(readFileSync(new URL('../../../sdk/vectors/pools.json', import.meta.url), 'utf8')) as { cases: Played[] };
const amounts = (of: Record<string, string>): Map<string, bigint> =>
  new Map(Object.entries(of).map(([party, text]) => [party, BigInt(text)]));
const texts = (of: ReadonlyMap<string, bigint>): Record<string, string> =>
  Object.fromEntries([...of].map(([party, amount]) => [party, String(amount)]));

const end = (books: Pools): Played['end'] => ({
  escrowsNel: texts(books.escrowsNel),
  fundNel: String(books.fundNel),
  pools: books.pools.map((pool) => ({
    ...{ claimsNel: String(claimsOf(pool)), paidNel: String(pool.paidNel), leftNel: texts(pool.leftNel) },
  })),
});

/** Plays a case, and holds the books after every event to what deposits have brought and withdrawals have taken. */
function play({ events }: Played): Pools {
  let [books, brought] = [NO_POOLS, 0n];
  for (const event of events) {
    if (event.execute) books = execute(books, amounts(event.execute));
    if (event.deposit) {
      books = deposit(books, event.deposit.party, BigInt(event.deposit.amountNel));
      brought += BigInt(event.deposit.amountNel);
    }
    if (event.withdraw) {
      const { party, amountNel, accepted } = event.withdraw;
      const left = withdraw(books, party, BigInt(amountNel));
      expect(left !== undefined).toBe(accepted);
      if (left) brought -= BigInt(amountNel);
      books = left ?? books;
    }
    if (event.pass !== undefined) {
      const after = pass(books);
      expect(after.moved).toBe(event.pass);
      books = after.books;
    }
    expect(heldIn(books)).toBe(brought);
  }
  return books;
}

describe('pools are paid as the chain pays them', () => {
  test.each(cases.map((c): [string, Played] => [c.name, c]))('%s', (_, played) => {
    expect(end(play(played))).toEqual(played.end);
  });
});

describe('a pool', () => {
  const owing = (debt: bigint): Pools =>
    execute(
      NO_POOLS,
      new Map([
        ['A', debt],
        ['B', -30n],
      ]),
    );

  test('takes an amount just below 2^62', () => {
    expect(owedBy(owing((1n << 62n) - 1n), 'A')).toBe((1n << 62n) - 1n);
  });

  test('refuses an amount of 2^62', () => {
    expect(() => owing(1n << 62n)).toThrow('|amount| < 2^62');
  });

  test('owes its creditors what debtors have not paid, and a debtor who has paid nothing', () => {
    const half = pass(deposit(owing(40n), 'A', 15n)).books;
    expect([owedTo(half, 'B'), owedBy(half, 'A')]).toEqual([15n, 25n]);
    const paid = pass(deposit(half, 'A', 25n)).books;
    expect([owedTo(paid, 'B'), owedBy(paid, 'A'), paid.fundNel]).toEqual([0n, 0n, 10n]);
  });
});
