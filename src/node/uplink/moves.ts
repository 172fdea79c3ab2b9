/**
 * What moved to and from the community's treasury on the main chain, as the verified index has it: messages of transactions that ended well
 * under a verified last_results_hash, amounts as the messages say. Each is posted once, by its place on the chain:
 *
 *   deposit:<txHash>:<message>    from an account that is linked to a member: treasury against the member's balance
 *   payment:<account>:<counter>   out of the treasury: against what was taken off a balance for it
 *
 * Whatever else moved lies in `suspense` (treasury.ts).
 */
import { dayOf } from '../../protocol/index.ts';
import { balanceAccount, drawBills, move, payOff, TRANSIT } from '../books/money/balance.ts';
import { chainHead, type Sql, type Tx } from '../db/index.ts';

export interface Move {
  txHash: string;
  /** of the message, in its transaction */
  index: number;
  sender: string;
  receiver: string;
  amountNel: bigint;
  /** of a PayMember, else null */
  counter: bigint | null;
  height: number;
  unixS: number;
}

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

/** Up to a height, oldest first. @param main the main chain's index: rows above its certain height are left out */
export async function movesOf(main: Sql, { treasury, height }: { treasury: string; height: number }): Promise<Move[]> {
  const certain = Math.min(height, (await chainHead(main))?.height ?? 0);
  const rows = await main<MoveRow[]>`
    select id, tx_hash, sender, receiver, amount_nel::text, counter::text, height, unix_s::text from chain.transfer
    where (receiver = ${treasury} or sender = ${treasury} and counter is not null) and sender <> receiver
      and height <= ${certain}
    order by height, length(id), id`;
  return rows.map((row) => ({
    ...{ txHash: row.tx_hash, index: Number(INDEX_OF.exec(row.id)![1]), sender: row.sender, receiver: row.receiver },
    ...{ amountNel: BigInt(row.amount_nel), counter: row.counter === null ? null : BigInt(row.counter) },
    ...{ height: row.height, unixS: Number(row.unix_s) },
  }));
}

const journalOf = ({ txHash, index, receiver, counter }: Move): string =>
  counter === null ? `deposit:${txHash}:${index}` : `payment:${receiver}:${counter}`;

/** Posts what is not posted yet. Returns how many journals. Under the lock of balances. */
export async function postMoves(tx: Tx, moves: readonly Move[]): Promise<number> {
  const links = await tx<{ account: string; member: string }[]>`
    select account, member from books.account_link where since_posting is not null`;
  const memberOf = new Map(links.map(({ account, member }) => [account, member]));
  const journals = await tx<{ journal: string }[]>`
    select distinct journal from books.posting where journal like 'deposit:%' or journal like 'payment:%'`;
  const posted = new Set(journals.map(({ journal }) => journal));
  let count = 0;
  for (const one of moves) {
    if (posted.has(journalOf(one))) continue;
    const member = memberOf.get(one.counter === null ? one.sender : one.receiver);
    if (one.counter !== null) count += await postPayment(tx, one, member);
    else if (member !== undefined) count += await postTopUp(tx, one, member);
  }
  return count;
}

async function postTopUp(tx: Tx, topUp: Move, member: string): Promise<number> {
  const [journal, day] = [journalOf(topUp), dayOf(topUp.unixS)];
  await move(tx, { journal, day, from: balanceAccount(member), to: 'treasury', amountNel: topUp.amountNel });
  await drawBills(tx, { cause: journal, day });
  return 1;
}

/**
 * A payment ends the withdrawal that asked for it; one of another amount ends it too, and gives back what was taken. One that this database
 * knows nothing of, because it was restored from before, is taken off the balance as far as that goes: nobody is paid twice by that.
 */
async function postPayment(tx: Tx, payment: Move, member: string | undefined): Promise<number> {
  const { amountNel } = payment;
  const [journal, day] = [journalOf(payment), dayOf(payment.unixS)];
  const [asked] = await tx<{ id: string; member: string; amount_nel: string }[]>`
    select id::text, member, amount_nel::text from books.withdrawal
    where account = ${payment.receiver} and counter = ${String(payment.counter)}::int8 and state = 'taken'`;
  if (asked && BigInt(asked.amount_nel) === amountNel) {
    await move(tx, { journal, day, from: 'treasury', to: TRANSIT, amountNel });
    await tx`update books.withdrawal set state = 'paid', waiting = null, done_at = now() where id = ${asked.id}::int8`;
    return 1;
  }
  if (asked) await giveBack(tx, asked, { day, paidNel: amountNel });
  await payOff(tx, { journal, day, member, amountNel });
  return asked ? 2 : 1;
}

async function giveBack(
  tx: Tx,
  asked: { id: string; member: string; amount_nel: string },
  { day, paidNel }: { day: number; paidNel: bigint },
): Promise<void> {
  const journal = `returned:${asked.id}`;
  await move(tx, { journal, day, from: balanceAccount(asked.member), to: TRANSIT, amountNel: BigInt(asked.amount_nel) });
  const why = `the treasury has paid ${paidNel} nELECTRA under this number`;
  await tx`update books.withdrawal set state = 'refused', waiting = ${why}, done_at = now() where id = ${asked.id}::int8`;
}
