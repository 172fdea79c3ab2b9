pragma circom 2.1.6;

// BillSum: what a meter owes for seven days in a row, and nothing of any single one.
//
// STATEMENT. I know amounts and blindings such that total is the sum of the amounts of all days with a bill, where
//
//   · B_i ≠ 0  commits to amount_i for this microgrid and meter and the day firstDay + i, as DayBill made it;
//   · B_i = 0  says that there is no bill of that day: it adds nothing.
//
// PUBLIC INPUTS, in this order (11):
//
//   gridId meterTag firstDay B[7] total                    a total that the meter is owed enters as r − |total|
//
// CONSTRAINTS (4,144), by group, with what goes wrong without the group:
//
//   bill        B_i opens, where it is not 0 (two hashes and 1 each). Otherwise the amount of a day could be any, or that of another day or meter.
//   none        B_i = 0 or not (2 each). Otherwise a day that has a bill could be left out, or one without could add an amount at will.
//   part        amount_i where there is a bill, else 0 (1 each).
//   total       the sum (linear). Otherwise it could be any.
//
// B_i = 0 AS A TRUE COMMITMENT: nobody can find one, it is a hash's value. And which days have no bill is not the prover's to say: B is public,
// and the chain gives it from the books that it verified.
//
// NO WRAP. Amounts are not range-checked here: B binds one, and the DayBill that made it says that it is a fee below 2^48 and 192 products below
// 2^51. Seven of them stay below 2^62 in absolute value, so the sum mod r is the sum.
//
// LEFT TO THE CALLER: firstDay + 6 < 2^32, |total| < 2^62, and that each B is that of the day's proven book.

include "../node_modules/circomlib/circuits/comparators.circom";
include "p4.circom";

template BillSum(days) {
    // Public.
    signal input gridId;
    signal input meterTag;
    signal input firstDay;
    signal input B[days];
    signal input total;

    // Private. Of a day without a bill, anything.
    signal input amount[days];
    signal input s[days];

    component meterDay[days];
    component bill[days];
    component none[days];
    signal part[days];
    var sum = 0;
    for (var i = 0; i < days; i++) {
        // B = P4(4, meterDay, amount, s)
        meterDay[i] = P4();
        meterDay[i].in <== [1, gridId, meterTag, firstDay + i];
        bill[i] = P4();
        bill[i].in <== [4, meterDay[i].out, amount[i], s[i]];

        none[i] = IsZero();
        none[i].in <== B[i];
        (bill[i].out - B[i]) * (1 - none[i].out) === 0;

        part[i] <== amount[i] * (1 - none[i].out);
        sum += part[i];
    }
    total === sum;
}

component main {public [gridId, meterTag, firstDay, B, total]} = BillSum(7);
