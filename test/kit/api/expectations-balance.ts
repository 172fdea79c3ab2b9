/** Members' balances in ELECTRA, of a community that shares nowhere: balance.test.ts asks one that shares. */
import { type Expectation, listed, node } from './expectation.ts';

export const BALANCE: Expectation[] = [
  {
    type: 'OwnElectra',
    at: 'member { electra { @ } }',
    fields: {
      U00FF: 'chainId mainChainId treasury balanceNel owedNel transitNel stepNel mostNel payableNel accounts accountsMost entries payouts',
    },
  },
  {
    type: 'OwnAccount',
    at: 'member { electra { accounts { @ } } }',
    fields: { U00FF: 'address state why askedAt registeredHeight nextNumber' },
  },
  {
    type: 'BalanceEntry',
    at: node('member { electra { entries @ } }'),
    fields: { U00FF: 'day kind amountNel balanceNel journal' },
  },
  ...listed('BalanceEntry', 'member { electra { entries @ } }', 'U00FF'),
  {
    type: 'Payout',
    at: node('member { electra { payouts @ } }'),
    fields: { U00FF: 'account number amountNel askedAt state why doneAt paidHeight paidTx' },
  },
  ...listed('Payout', 'member { electra { payouts @ } }', 'U00FF'),
  {
    type: 'CommunityMoney',
    at: 'operation { money { @ } }',
    fields: {
      UFFF0: 'mainChainId treasury balancesNel transitNel treasuryNel holdsNel suspenseNel shortNel suspense openPayouts',
    },
  },
  { type: 'SuspenseEntry', at: node('operation { money { suspense @ } }'), fields: { UFFF0: 'day amountNel journal' } },
  ...listed('SuspenseEntry', 'operation { money { suspense @ } }', 'UFFF0'),
  {
    type: 'OpenPayout',
    at: node('operation { money { openPayouts @ } }'),
    fields: { UFFF0: 'account number amountNel askedAt state why' },
  },
  ...listed('OpenPayout', 'operation { money { openPayouts @ } }', 'UFFF0'),
];
