/** `electra balance`: what a member has with its community, by its accounts, payouts, and what moved it last. */
import type { Command } from 'commander';
import type { AccountAnswer, PayoutAnswer } from '../../../protocol/balance/answers.ts';
import { printable } from '../../../reader/audit/format.ts';
import { electra } from '../../operator/amount.ts';
import { example } from '../../options.ts';
import { asMember, type Balance, type BalanceOptions, withMember } from './session.ts';

const because = (why: string | null): string => (why === null ? '' : `: ${printable(why)}`);

export function accountLine({ address, state, why, registeredHeight }: AccountAnswer): string {
  const held = registeredHeight === null ? 'not registered on the main chain yet' : `registered by block ${registeredHeight}`;
  return {
    LINKED: `linked ${address}, ${held}`,
    ASKED: `asked  ${address}: not judged yet`,
    REFUSED: `! refused ${address}${because(why)}`,
  }[state];
}

const HOW: Readonly<Record<PayoutAnswer['state'], string>> = {
  ASKED: 'asked, not judged yet',
  TAKEN: 'off the balance, to be paid',
  PAID: 'paid',
  REFUSED: 'refused',
};

export function payoutLine({ account, number, amountNel, state, why, paidHeight }: PayoutAnswer): string {
  const where = paidHeight === null ? '' : ` by block ${paidHeight} of the main chain`;
  return `payout ${number} to ${account}, ${electra(BigInt(amountNel))}: ${HOW[state]}${where}${because(why)}`;
}

const ENTRY: Readonly<Record<string, string>> = {
  ...{ TOP_UP: 'topped up', BILLS: 'bills', PAYOUT: 'payout', RETURNED: 'given back', PAID: 'paid out before' },
};

export const TREASURY_UNKNOWN = 'the community’s node does not know just now which treasury is in force: try again later';

/** Where top-ups go. Both names come from the API: whoever sends asks the operator, too. */
const topUpLines = ({ treasury, mainChainId }: Balance): string[] =>
  treasury === null
    ? [`! top up: ${TREASURY_UNKNOWN}`]
    : [
        `top up: send steps of 10 ELECTRA from a linked account to ${treasury} on ${mainChainId}`,
        'compare that treasury and chain with what your operator says before you send: they come from the API',
      ];

function balanceLines(found: Balance): string[] {
  const { balanceNel, transitNel, payableNel, accounts, payouts, entries } = found;
  return [
    `balance  ${electra(BigInt(balanceNel))} ELECTRA`,
    ...(transitNel === '0' ? [] : [`on its way to an account  ${electra(BigInt(transitNel))}`]),
    `can be paid out now  ${electra(BigInt(payableNel))}`,
    ...accounts.map(accountLine),
    ...(accounts.some(({ state }) => state === 'LINKED') ? topUpLines(found) : ['no account is linked: electra balance link']),
    ...payouts.map(payoutLine),
    ...entries.map(({ day, kind, amountNel, balanceNel: after }) =>
      [day, electra(BigInt(amountNel)).padStart(20), ` → ${electra(BigInt(after))}`.padEnd(20), ENTRY[kind] ?? kind].join('  '),
    ),
  ];
}

export function registerShow(balance: Command): void {
  const c = withMember(
    balance
      .command('show', { isDefault: true })
      .description('what a member has with its community, its accounts, payouts, and what moved the balance last'),
  );
  example(c, 'npx electra balance show --wallet-file .electra/meters/rural-001/wallet');
  c.action(async () => {
    const o = c.opts<BalanceOptions>();
    const found = await asMember(o, ({ balance: read }) => read());
    process.stdout.write(`${o.json ? JSON.stringify(found) : balanceLines(found).join('\n')}\n`);
  });
}
