/**
 * `electra balance link|withdraw`: what a member signs about its balance. The text is shown, and signed by `--yes` alone: it names both
 * chains, which whoever signs knows, and the API might not.
 */
import { type Command, InvalidArgumentError } from 'commander';
import type { AccountAnswer } from '../../../protocol/balance/answers.ts';
import { accountLinkText, BALANCE_STEP_NEL, WITHDRAWAL_MAX_NEL, withdrawalText } from '../../../protocol/balance/texts.ts';
import { keySigner } from '../../../protocol/messages/sign.ts';
import { CliError } from '../../errors.ts';
import { yesOption } from '../../main-chain/order.ts';
import { electra, parseElectra } from '../../operator/amount.ts';
import { printDone } from '../../operator/operator.ts';
import { example, parseAddress } from '../../options.ts';
import { keyOf } from '../wallet.ts';
import { asMember, type Balance, type BalanceOptions, signedBy, withMember } from './session.ts';
import { accountLine, payoutLine, TREASURY_UNKNOWN } from './show.ts';

type Yes = BalanceOptions & { yes?: true };

/** @throws CliError with the text, where it is not to be signed */
function assertYes({ yes }: Yes, words: string, text: string): void {
  if (!yes) throw new CliError(`--yes: expected, to ${words} by signing\n\n${text}`);
}

export function registerLink(balance: Command): void {
  const c = withMember(
    balance
      .command('link')
      .description('say by two signatures that an account of the main chain is the member’s own, for good: bills then draw on its balance')
      .requiredOption('--account-file <file>', '0600 file with the account’s private key in hex')
      .addOption(yesOption()),
  );
  example(c, 'npx electra balance link --wallet-file .electra/meters/rural-001/wallet --account-file account.wallet --yes');
  c.action(async () => {
    const o = c.opts<Yes & { accountFile: string }>();
    const accountKey = keyOf(o.accountFile, '--account-file');
    try {
      const account = keySigner(accountKey).address;
      const done = await asMember(o, async ({ address, secretKey, balance: read, link }) => {
        if (account === address)
          throw new CliError('--account-file: expected another key than the member’s: everybody would see whose it is');
        const { chainId, mainChainId } = await read();
        const text = accountLinkText({ chainId, mainChainId, member: address, account });
        assertYes(o, `link ${account} to ${address} for good`, text);
        const [byMember, byAccount] = [signedBy(secretKey, address, text), signedBy(accountKey, account, text)];
        return link({
          account,
          ...{ memberKey: byMember.key, memberSignature: byMember.signature },
          ...{ accountKey: byAccount.key, accountSignature: byAccount.signature },
        });
      });
      printDone(Boolean(o.json), accountLine(done), done);
    } finally {
      accountKey.fill(0);
    }
  });
}

/** ELECTRA in steps of a payout, as nELECTRA. */
function parsePayout(text: string): bigint {
  const amountNel = parseElectra(text);
  if (amountNel === 0n || amountNel % BALANCE_STEP_NEL !== 0n || amountNel > WITHDRAWAL_MAX_NEL)
    throw new InvalidArgumentError('expected ELECTRA in steps of 10, up to 1000.');
  return amountNel;
}

/** The account that is meant, or the only one. */
function accountOf({ accounts }: Pick<Balance, 'accounts'>, said: string | undefined): AccountAnswer {
  const linked = accounts.filter(({ state }) => state === 'LINKED');
  if (linked.length === 0) throw new CliError('--account: no account is linked: electra balance link');
  if (said === undefined && linked.length > 1)
    throw new CliError(`--account: expected one of ${linked.map(({ address }) => address).join(', ')}`);
  const found = said === undefined ? linked[0] : linked.find(({ address }) => address === said);
  if (!found) throw new CliError(`--account: expected a linked one: ${linked.map(({ address }) => address).join(', ')}`);
  return found;
}

/** @throws CliError while nobody can say out of which treasury a payout would be */
function placeOf({ chainId, mainChainId, treasury }: Balance, { nextNumber }: AccountAnswer) {
  if (treasury === null || nextNumber === null) throw new CliError(`--api: ${TREASURY_UNKNOWN}`);
  return { chainId, mainChainId, treasury, next: BigInt(nextNumber) };
}

/** What is signed again where it was asked for already: the one under way, so that asking twice asks once. */
function numberOf(
  { payouts }: Pick<Balance, 'payouts'>,
  account: AccountAnswer,
  { amountNel, next }: Record<'amountNel' | 'next', bigint>,
): bigint {
  const open = payouts.find(({ state }) => state === 'ASKED' || state === 'TAKEN');
  if (!open) return next;
  if (open.account === account.address && BigInt(open.amountNel) === amountNel) return BigInt(open.number);
  throw new CliError(`<amount>: one payout at a time: ${payoutLine(open)}`);
}

export function registerWithdraw(balance: Command): void {
  const c = withMember(
    balance
      .command('withdraw')
      .argument('<amount>', 'ELECTRA in steps of 10, up to 1000', parsePayout)
      .description('ask for a payout of a member’s balance to its linked account')
      .option('--account <address>', 'the account, where several are linked', parseAddress)
      .addOption(yesOption()),
  );
  example(c, 'npx electra balance withdraw 20 --wallet-file .electra/meters/rural-001/wallet --yes');
  c.action(async (amountNel: bigint) => {
    const o = c.opts<Yes & { account?: string }>();
    const done = await asMember(o, async ({ address, secretKey, balance: read, ask }) => {
      const found = await read();
      const account = accountOf(found, o.account);
      const { next, ...place } = placeOf(found, account);
      const counter = numberOf(found, account, { amountNel, next });
      const isAsked = counter !== next;
      if (!isAsked && amountNel > BigInt(found.payableNel))
        throw new CliError(
          `<amount>: expected at most ${electra(BigInt(found.payableNel))}: the balance has ${electra(BigInt(found.balanceNel))}; ` +
            'a top-up is on it once the community’s node has seen it on the main chain, a minute or two after it was sent',
        );
      const text = withdrawalText({ ...place, member: address, account: account.address, counter, amountNel });
      assertYes(o, `pay ${electra(amountNel)} ELECTRA out to ${account.address}`, text);
      const { key, signature } = signedBy(secretKey, address, text);
      return ask({ account: account.address, number: String(counter), amountNel: String(amountNel), pubKey: key, signature });
    });
    printDone(Boolean(o.json), payoutLine(done), done);
  });
}
