/**
 * What the treasury's key signs for members: their accounts, so that they may hold ELECTRA, and payouts. A payout's number is signed for by
 * the member and held by the chain: a signer that was killed after it has paid pays the same number again, and is refused. Whether it was
 * paid is no matter of notes: the main chain shows it (moves.ts).
 */
import { electra, mainTypeUrlOf } from '../../protocol/messages/main-messages.ts';
import type { EncodedMessage } from '../../protocol/messages/sign.ts';
import type { Sql } from '../db/index.ts';
import type { Log } from '../shared/log.ts';
import type { Submitted } from '../signer/client.ts';
import { isPayable, noteWaiting, type Payable, type Payer, payable, unregistered } from './requests.ts';

export interface PayOptions {
  /** the community's database, role electra_books */
  sql: Sql;
  payer: Payer;
  /** by the treasury's key */
  send: (messages: readonly EncodedMessage[]) => Promise<Submitted>;
  log: Pick<Log, 'info' | 'warn'>;
}

/** Codes of x/electra: registered already; not the next number, so it was paid before. */
const REGISTERED = 14;
const COUNTER = 22;

const isCode = (answer: Submitted, code: number): boolean => answer.codespace === 'electra' && answer.code === code;

/** `before`: there was nothing left to do */
type Fate = 'taken' | 'before' | 'refused';

async function register(account: string, { payer: { treasury }, send, log }: PayOptions): Promise<Fate> {
  const value = electra.MsgRegisterAccount.encode({ registrar: treasury, address: account, kind: 'member' }).finish();
  const answer = await send([{ typeUrl: mainTypeUrlOf('RegisterAccount'), value }]);
  if (answer.code === 0) return 'taken';
  if (isCode(answer, REGISTERED)) return 'before';
  log.warn({ code: answer.code }, `the main chain did not register an account: ${answer.codespace} ${answer.code}: ${answer.log}`);
  return 'refused';
}

async function pay({ id, account, counter, amountNel }: Payable, { sql, payer, send, log }: PayOptions): Promise<Fate> {
  const { treasury } = payer;
  if (!(await isPayable(sql, id))) return 'before'; // others before it may have taken long
  const value = electra.MsgPayMember.encode({ treasury, member: account, counter, amountNel }).finish();
  const answer = await send([{ typeUrl: mainTypeUrlOf('PayMember'), value }]);
  if (answer.code === 0 || isCode(answer, COUNTER)) {
    await noteWaiting(sql, id, null);
    return answer.code === 0 ? 'taken' : 'before';
  }
  const why = `${answer.codespace} ${answer.code}: ${answer.log}`.slice(0, 500);
  await noteWaiting(sql, id, why);
  log.warn({ code: answer.code }, `the main chain did not take a payout: ${why}`);
  return 'refused';
}

/** What `payMembers` would sign now. */
export async function toPay({
  sql,
  payer,
}: Pick<PayOptions, 'sql' | 'payer'>): Promise<{ accounts: number; payouts: number; amountNel: bigint }> {
  const [accounts, payouts] = [await unregistered(sql, payer), await payable(sql, payer)];
  const amountNel = payouts.reduce((sum, payout) => sum + payout.amountNel, 0n);
  return { accounts: accounts.length, payouts: payouts.length, amountNel };
}

export interface Paid {
  registered: number;
  paid: number;
  /** what the main chain has refused: it waits, and is tried again */
  refused: number;
}

/** Registers accounts and pays what is to be paid. Returns how many of each the main chain has taken now. */
export async function payMembers(options: PayOptions): Promise<Paid> {
  const accounts: Fate[] = [];
  for (const { account } of await unregistered(options.sql, options.payer)) accounts.push(await register(account, options));
  const payouts: Fate[] = [];
  for (const one of await payable(options.sql, options.payer)) payouts.push(await pay(one, options));
  const [registered, paid] = [accounts, payouts].map((fates) => fates.filter((fate) => fate === 'taken').length);
  const refused = [...accounts, ...payouts].filter((fate) => fate === 'refused').length;
  if (registered + paid > 0) options.log.info({ registered, paid }, 'the main chain has taken what the treasury signed for members');
  return { registered, paid, refused };
}
