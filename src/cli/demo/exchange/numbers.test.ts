import { expect, test } from 'vitest';
import { linesOf } from './numbers.ts';

const NONE = { takenWh: [0, 0], givenWh: [0, 0], amountNel: '250000000' };

test('of a community is said what it took, what it pays, and what it has', () => {
  const day = { takenWh: [1000, 1500], givenWh: [0, 0], amountNel: '727500000' };
  expect(linesOf('rural', { balanceNel: '300000000000', escrowNel: '199272500000', sharedDays: [day] })).toEqual([
    '  rural    took 2.5 kWh and gave 0.0 kWh; pays 0.727500000 ELECTRA for it, fee included',
    '           its treasury has 300.000000000 ELECTRA, and in escrow 199.272500000 ELECTRA',
  ]);
});

test('one that earned more than the fee is paid, and what is not known is not said to be nothing', () => {
  expect(linesOf('village', { balanceNel: null, escrowNel: null, sharedDays: [{ ...NONE, amountNel: '-227500000' }] })).toEqual([
    '  village  took 0.0 kWh and gave 0.0 kWh; is paid 0.227500000 ELECTRA for it, fee included',
    '           its treasury has an amount not known here yet, and in escrow an amount not known here yet',
  ]);
});
