/**
 * What a member asks for about its balance: that an account is its own, and payouts. What is written down here moves nothing: the node
 * judges it by its signatures once more (src/node/uplink/requests.ts). Refused at the door is what cannot hold, cheapest first, so that a
 * member learns of it at once and nobody fills the books with it.
 */
import { accountLinkFault, type TextSignature, type Withdrawal, withdrawalFault } from '../../../protocol/balance/texts.ts';
import { ProtocolError } from '../../../protocol/values/errors.ts';
import { type Context, viewerOf } from '../context.ts';
import { ApiError, badInput, notFound } from '../errors.ts';
import { bytesOf, checkAddress, countOf } from '../forms.ts';
import { LIMITS } from '../limits.ts';
import * as rows from '../rows/balance.ts';
import { countPayouts, findPayout, lockRequests, writeLink, writePayout } from '../rows/balance-requests.ts';
import { accountsOf, isLinked, isOpen, mostOf, newestPayout, type OwnAccount, placeOf } from './balance.ts';
import { limit } from './sign-in.ts';

const KEY_BYTES = 33;
const SIGNATURE_BYTES = 64;
const DAY_S = 86_400;

/** Whose balance, between which chains. @throws ApiError NOT_FOUND where there are no balances */
async function scopeOf(context: Context, account: string) {
  checkAddress(account, 'account');
  const place = await placeOf(context);
  if (!place) throw notFound('the community shares on no main chain: there are no balances in ELECTRA here');
  return { ...place, member: viewerOf(context).address, account };
}

const signatureOf = (key: [string, string], signature: [string, string]): TextSignature => ({
  publicKey: bytesOf(key[1], key[0], KEY_BYTES),
  signature: bytesOf(signature[1], signature[0], SIGNATURE_BYTES),
});

/** What the text itself does not take: the argument is called as in the protocol, or by its name here. */
function refuseText(error: unknown, names: Readonly<Record<string, string>>): never {
  const field = error instanceof ProtocolError && error.field !== undefined ? names[error.field] : undefined;
  if (field !== undefined) throw badInput(field, (error as ProtocolError).expected ?? 'another value');
  throw error;
}

/** Throws for a fault of a signature, by the arguments of its key and itself. */
function refuseSignature(fault: string | null, { whose, key, signature }: { whose: string; key: string; signature: string }): void {
  if (fault === 'public-key') throw badInput(key, 'a compressed secp256k1 public key');
  if (fault === 'address') throw badInput(key, `the key of ${whose}`);
  if (fault === 'signature') throw badInput(signature, `the signature of this very text, between these chains, by ${whose}`);
}

interface LinkArgs {
  account: string;
  memberKey: string;
  memberSignature: string;
  accountKey: string;
  accountSignature: string;
}

export async function linkAccount(_: unknown, args: LinkArgs, context: Context): Promise<OwnAccount> {
  limit(context);
  const link = await scopeOf(context, args.account);
  const byMember = signatureOf(['memberKey', args.memberKey], ['memberSignature', args.memberSignature]);
  const byAccount = signatureOf(['accountKey', args.accountKey], ['accountSignature', args.accountSignature]);
  checkLink(link, { byMember, byAccount });
  await lockRequests(context.tx, link.member);
  const ownAs = async () => (await accountsOf(context)).find(({ address }) => address === args.account);
  const known = await ownAs();
  if (known && known.fault === null) return known;
  checkRoom(await rows.readAccounts(context.tx, link.member, link.mainChainId), known);
  await writeLink(context.tx, { ...link, byMember, byAccount });
  return (await ownAs())!;
}

/** A request for good of a member that has room for it. */
function checkRoom(accounts: readonly rows.AccountRow[], known: OwnAccount | undefined): void {
  if (accounts.filter(({ fault }) => fault === null).length >= LIMITS.accountsPerMember)
    throw badInput('account', `at most ${LIMITS.accountsPerMember} accounts of a member`);
  if (!known && accounts.length >= LIMITS.accountsAsked)
    throw badInput('account', `one of the ${LIMITS.accountsAsked} that this member has asked for`);
}

function checkLink(link: Parameters<typeof accountLinkFault>[0], by: Parameters<typeof accountLinkFault>[1]): void {
  let fault: string | null = null;
  try {
    fault = accountLinkFault(link, by);
  } catch (error) {
    refuseText(error, { account: 'account' });
  }
  const [who, what = null] = fault?.split(' ') ?? [];
  if (who === 'member') refuseSignature(what, { whose: 'the member who is signed in', key: 'memberKey', signature: 'memberSignature' });
  refuseSignature(what, { whose: 'the account', key: 'accountKey', signature: 'accountSignature' });
}

interface PayoutArgs {
  account: string;
  number: string;
  amountNel: string;
  pubKey: string;
  signature: string;
}

export async function askPayout(_: unknown, args: PayoutArgs, context: Context): Promise<rows.PayoutRow> {
  limit(context);
  const scope = await scopeOf(context, args.account);
  const { treasury } = scope;
  if (treasury === null) throw new ApiError('UNAVAILABLE', 'the treasury in force is not known just now: try again later');
  const asked = {
    ...{ ...scope, treasury },
    ...{ counter: countOf(args.number, 'number'), amountNel: countOf(args.amountNel, 'amountNel') },
  };
  const by = signatureOf(['pubKey', args.pubKey], ['signature', args.signature]);
  checkPayout(asked, by);
  await lockRequests(context.tx, asked.member);
  const known = await findPayout(context.tx, asked);
  if (known && BigInt(known.amount_nel) === asked.amountNel) return known;
  await checkPayable(asked, context);
  if (!(await writePayout(context.tx, { ...asked, by }))) throw badInput('number', 'none while another payout is under way');
  return (await newestPayout(context))!;
}

function checkPayout(asked: Withdrawal, by: TextSignature): void {
  let fault: string | null = null;
  try {
    fault = withdrawalFault(asked, by);
  } catch (error) {
    refuseText(error, { account: 'account', counter: 'number', amountNel: 'amountNel' });
  }
  refuseSignature(fault, { whose: 'the member who is signed in', key: 'pubKey', signature: 'signature' });
}

/** What the node would refuse, as far as can be seen from here. */
async function checkPayable(asked: Withdrawal, context: Context): Promise<void> {
  const account = (await accountsOf(context)).find(({ address }) => address === asked.account);
  if (!account || !isLinked(account)) throw badInput('account', 'an account that is linked to the member who is signed in');
  const newest = await newestPayout(context);
  if (newest && isOpen(newest)) throw badInput('number', `none while payout ${newest.counter} to ${newest.account} is under way`);
  if (asked.counter !== account.nextNumber) throw badInput('number', String(account.nextNumber));
  const { balanceNel } = await rows.readElectraBalance(context.tx, asked.member);
  if (asked.amountNel > balanceNel) throw badInput('amountNel', `at most ${mostOf(balanceNel)}: the balance has ${balanceNel}`);
  if ((await countPayouts(context.tx, asked.member, DAY_S)) >= LIMITS.payoutsPerDay)
    throw new ApiError('RATE_LIMITED', `at most ${LIMITS.payoutsPerDay} payouts in 24 hours: try again later`, { retryAfterS: 3_600 });
}
