/**
 * What moved to and from the community's treasury on the main chain, as the verified index has it: messages of transactions that ended well
 * under a verified last_results_hash, amounts as the messages say. Each is posted once, by its place on the chain:
 *
 *   deposit:<chain>:<txHash>:<message>                from an account that is linked to a member: treasury against the member's balance
 *   payment:<chain>:<treasury>:<account>:<counter>    out of the treasury: against what was taken off a balance for it
 *
 * Whatever else moved lies in `suspense` (treasury.ts), and what moved from or to an account that is not linked yet does until it is: then
 * all of it is posted in the chain's order, so that what was topped up and paid out again is no balance.
 */
import { dayOf } from '../../protocol/index.ts';
import { balanceAccount, drawBills, move, payOff, TRANSIT } from '../books/money/balance.ts';
import { chainHead, type Sql, type Tx } from '../db/index.ts';
import { depositPrefix, paymentPrefix } from './journals.ts';
import type { From, Move, Reading } from './reading.ts';
import { isTreasury, since, type Term } from './treasuries.ts';

interface MoveRow {
  id: string;
  tx_hash: string;
  sender: string;
  receiver: string;
  amount_nel: string;
  counter: string | null;
  height: number;
  unix_s: string;
}

const INDEX_OF = /-(\d+)$/;

/**
 * Up to a height, oldest first: what came to whoever was the treasury then, and what a treasury has paid since it was one. One that was
 * replaced may still pay: a member who was paid by it has the money.
 * @param main the main chain's index: rows above its certain height are left out. It is asked once for height and rows, so that one that
 *   is made anew meanwhile is not taken for one without moves
 */
export async function movesOf(
  main: Sql,
  { mainChainId, terms, height, from }: { mainChainId: string; terms: readonly Term[]; height: number; from: From },
): Promise<Reading> {
  const none: Reading = { from, terms, moves: [], height: 0 };
  if ((await chainHead(main))?.chainId !== mainChainId) return none;
  const treasuries = [...new Set(terms.map(({ treasury }) => treasury))];
  const rows = await main<(MoveRow & { up_to: number })[]>`
    with certain as (select least(height, ${height}) as height from chain.head where chain_id = ${mainChainId})
    select c.height as up_to, t.id, tx_hash, sender, receiver, amount_nel::text, counter::text, t.height, unix_s::text
    from certain c left join chain.transfer t on t.height <= c.height and sender <> receiver
      and (receiver = any(${treasuries}) or sender = any(${treasuries}) and counter is not null)
      and (t.height > ${from.height} or sender = any(${from.accounts}) or receiver = any(${from.accounts}))
    order by t.height, split_part(t.id, '-', 2)::int, split_part(t.id, '-', 3)::int`;
  if (rows.length === 0) return none;
  const moves = rows.filter(({ id }) => id !== null).map(moveOf);
  return { from, terms, moves: moves.filter((one) => isOwn(one, terms)), height: rows[0].up_to };
}

const moveOf = (row: MoveRow): Move => ({
  ...{ txHash: row.tx_hash, index: Number(INDEX_OF.exec(row.id)![1]), sender: row.sender, receiver: row.receiver },
  ...{ amountNel: BigInt(row.amount_nel), counter: row.counter === null ? null : BigInt(row.counter) },
  ...{ height: row.height, unixS: Number(row.unix_s) },
});

function isOwn({ sender, receiver, counter, height }: Move, terms: readonly Term[]): boolean {
  if (counter === null) return isTreasury(terms, receiver, height);
  const from = since(terms, sender);
  return from !== undefined && height > from;
}

const journalOf = ({ txHash, index, sender, receiver, counter }: Move, mainChainId: string): string =>
  counter === null
    ? `${depositPrefix(mainChainId)}${txHash}:${index}`
    : `${paymentPrefix(mainChainId, { treasury: sender, account: receiver })}${counter}`;

/** Posts what is not posted yet. Returns how many journals. Under the lock of balances. */
export async function postMoves(tx: Tx, { moves, from }: Reading, mainChainId: string): Promise<number> {
  const memberOf = await membersOf(tx, from, mainChainId);
  const known = moves.map((one) => ({ one, journal: journalOf(one, mainChainId), member: memberOf.get(accountOf(one)) }));
  const ours = known.filter(({ one, member }) => member !== null && (member !== undefined || one.counter !== null));
  const posted = await postedOf(
    tx,
    ours.map(({ journal }) => journal),
  );
  let count = 0;
  for (const { one, journal, member } of ours) {
    if (posted.has(journal)) continue;
    const posting: Posting = { journal, day: dayOf(one.unixS), mainChainId };
    if (one.counter !== null) count += await postPayment(tx, one, member ?? undefined, posting);
    else if (member) count += await postTopUp(tx, one, member, posting);
  }
  return count;
}

/** The member's side of a move. */
const accountOf = ({ counter, sender, receiver }: Move): string => (counter === null ? sender : receiver);

/** By account; null: linked while the moves were read, so that not all of its own are here: the next round has them, in their order. */
async function membersOf(tx: Tx, from: From, mainChainId: string): Promise<Map<string, string | null>> {
  const links = await tx<{ account: string; member: string; here: boolean }[]>`
    select account, member, moves_read or account = any(${from.accounts}) as here from books.account_link
    where main_chain_id = ${mainChainId} and since_posting is not null`;
  return new Map(links.map(({ account, member, here }) => [account, here ? member : null]));
}

async function postedOf(tx: Tx, journals: readonly string[]): Promise<Set<string>> {
  const rows = await tx<{ journal: string }[]>`select distinct journal from books.posting where journal = any(${[...journals]})`;
  return new Set(rows.map(({ journal }) => journal));
}

interface Posting {
  journal: string;
  day: number;
  mainChainId: string;
}

async function postTopUp(tx: Tx, topUp: Move, member: string, { journal, day }: Posting): Promise<number> {
  await move(tx, { journal, day, from: balanceAccount(member), to: 'treasury', amountNel: topUp.amountNel });
  await drawBills(tx, { cause: journal, day });
  return 1;
}

/**
 * A payment ends the withdrawal that asked for it; one of another amount ends it too, and gives back what was taken. One that this database
 * knows nothing of, because it was restored from before, is taken off the balance, and owed beyond it: nobody is paid twice. To whom it was
 * paid, where the link is lost too, is known once that is there again. One that was ended as paid before it is seen here (left.ts) is off
 * the balance already, and was booked out of `suspense`.
 */
async function postPayment(tx: Tx, payment: Move, member: string | undefined, posting: Posting): Promise<number> {
  const { amountNel } = payment;
  const { journal, day, mainChainId } = posting;
  const [asked] = await tx<(Asked & { is_over: boolean })[]>`
    select id::text, member, amount_nel::text, state = 'paid' as is_over from books.withdrawal
    where main_chain_id = ${mainChainId} and treasury = ${payment.sender} and account = ${payment.receiver}
      and counter = ${String(payment.counter)}::int8 and state in ('taken', 'paid')`;
  if (asked?.is_over) return move(tx, { journal, day, from: 'treasury', to: 'suspense', amountNel });
  if (asked && BigInt(asked.amount_nel) === amountNel) {
    await move(tx, { journal, day, from: 'treasury', to: TRANSIT, amountNel });
    await tx`
      update books.withdrawal
      set state = 'paid', waiting = null, done_at = now(), paid_height = ${payment.height}, paid_tx = ${payment.txHash}
      where id = ${asked.id}::int8`;
    return 1;
  }
  const owner = member ?? asked?.member;
  if (owner === undefined) return 0;
  if (asked) await giveBack(tx, asked, { day, why: `the treasury has paid ${amountNel} nELECTRA under this number` });
  await payOff(tx, { journal, day, member: owner, amountNel });
  return asked ? 2 : 1;
}

export interface Asked {
  id: string;
  member: string;
  amount_nel: string;
}

export interface Replaced {
  mainChainId: string;
  /** in force */
  treasury: string;
  /** that were, and are known to be no more (endedBy) */
  ended: readonly string[];
  day: number;
}

/**
 * What was taken off balances for a treasury whose time is over, and is not shown paid: that one pays no more for the community. It is
 * given back; whoever wants it signs anew, for the one in force. Should the old one pay it even so, it is taken off the balance then.
 * Returns how many. Under the lock of balances, and after all moves up to the block that replaced it.
 */
export async function endReplaced(tx: Tx, { mainChainId, treasury, ended, day }: Replaced): Promise<number> {
  const open = await tx<Asked[]>`
    select id::text, member, amount_nel::text from books.withdrawal
    where state = 'taken' and main_chain_id = ${mainChainId} and treasury = any(${[...ended]}) order by id`;
  const why = `the community’s treasury is ${treasury} on ${mainChainId} now: ask again, for that one`;
  for (const asked of open) await giveBack(tx, asked, { day, why });
  return open.length;
}

/**
 * What was taken for a payout on a main chain that was left stays taken, and says so: it may have been paid there, where nobody looks any
 * more but the operator (docs/balance.md).
 */
export const noteLeft = (tx: Tx, mainChainId: string) => {
  const why = 'the main chain of this payout was left: the operator looks there whether it was paid, and ends it';
  return tx`
    update books.withdrawal set waiting = ${why}
    where state = 'taken' and main_chain_id is distinct from ${mainChainId} and waiting is distinct from ${why}`;
};

/** What was taken for a payout that is not paid. Under the lock of balances. */
export async function giveBack(tx: Tx, asked: Asked, { day, why }: { day: number; why: string }): Promise<void> {
  const journal = `returned:${asked.id}`;
  await move(tx, { journal, day, from: balanceAccount(asked.member), to: TRANSIT, amountNel: BigInt(asked.amount_nel) });
  await tx`update books.withdrawal set state = 'refused', waiting = ${why}, done_at = now() where id = ${asked.id}::int8`;
}
