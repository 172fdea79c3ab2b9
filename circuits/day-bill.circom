pragma circom 2.1.6;

// DayBill: one meter's day was billed as it was committed (protocol §4, §6).
//
// STATEMENT. I know 192 slot values, two registers and the blindings such that
//
//   · C   is the meter's commitment to just these values and registers for this microgrid, meter and day;
//   · K   commits to the mask k, and S is the masked sum of the values at the point rho;
//   · B   commits to amount = feePerDay + Σ ( buy_i · import_i − sell_i · export_i );
//   · L0  commits to the registers at 00:00 and L1 to those at 24:00, the latter being the former plus the day's sums.
//
// PUBLIC INPUTS, in this order (203):
//
//   C K B L0 L1 S rho gridId meterTag day feePerDay buy[96] sell[96]
//
// The verifier recomputes all but S from the book, so each is the number that it should be: prices and fee are integers of known size (negative
// ones enter as r − |p|), gridId and meterTag are byte strings below r, rho comes from the book's hash. None is range-checked here for that reason.
//
// CONSTRAINTS, by group, with what goes wrong without the group:
//
//   values      x_i < 2^20 (192 · 20). Otherwise a slot may be negative mod r (a bill made smaller), or trade places inside a packed word.
//   registers   importStart, exportStart and both closing registers < 2^56 (4 · 56). Otherwise one registers word has several openings, and a register
//               could run backwards through the field's order.
//   commitment  meterDay, root, C (7 hashes). Otherwise the bill need not be that of the signed statement.
//   mask        K (1 hash). Otherwise k could be chosen after rho, and any totals would fit.
//   bill        the amount (192 products) and B (1 hash).
//   links       L0, L1 (2 hashes). Otherwise energy could vanish between two days.
//   sum         S (192 products), exponents 192 … 1.
//
// WHERE THE PARTS STAND. Root and registers: day-values.circom. The masked sum: mask.circom. The hash: p4.circom.
//
// LEFT OPEN, and why that does no harm:
//
//   · k, v, s, u0, u1 and blinding are any field elements: whoever holds them gains nothing from an unusual one.
//   · x_i ≤ maxWhPerSlot: the node refuses such statements.
//   · that prices follow the rule: clearing.circom, or clearing-shared.circom.
//   · the amount's size. It follows from what enters: a fee below 2^48 and 192 products below 2^51 stay below 2^59 in absolute value, so that
//     the amount mod r is the amount.
//
// LEFT TO THE CALLER:
//
//   · that C is what the meter signed, or a substitute's, and that L0 is the L1 of the day before: the auditor compares them;
//   · that S is added to the others': the sum is the ΣS of the Clearing, which says that all bills together are what the
//     prices were made of.

include "../node_modules/circomlib/circuits/bitify.circom";
include "p4.circom";
include "day-values.circom";
include "mask.circom";

template DayBill() {
    var SLOTS = 96;

    // Public, in the order of the protocol.

    // commitments: to the day, the mask, the amount, the registers at both midnights
    signal input C;
    signal input K;
    signal input B;
    signal input L0;
    signal input L1;

    // the masked sum, and the point at which it is taken
    signal input S;
    signal input rho;

    // whose day it is, and which
    signal input gridId;
    signal input meterTag;
    signal input day;

    // nELECTRA a day
    signal input feePerDay;

    // nELECTRA per Wh
    signal input buy[SLOTS];
    signal input sell[SLOTS];

    // Private.

    // Wh of each quarter-hour
    signal input importWh[SLOTS];
    signal input exportWh[SLOTS];

    // registers at 00:00, in Wh
    signal input importStart;
    signal input exportStart;

    // of C
    signal input blinding;

    // the mask
    signal input k;

    // what hides it in K
    signal input v;

    // of B
    signal input s;

    // of L0 and L1
    signal input u0;
    signal input u1;

    // values: each in [0, 2^20).
    component importBits[SLOTS];
    component exportBits[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        importBits[i] = Num2Bits(20);
        importBits[i].in <== importWh[i];
        exportBits[i] = Num2Bits(20);
        exportBits[i].in <== exportWh[i];
    }

    // registers: opening ones, and closing = opening + Σ, all in [0, 2^56).
    var importSum = 0;
    var exportSum = 0;
    for (var i = 0; i < SLOTS; i++) {
        importSum += importWh[i];
        exportSum += exportWh[i];
    }
    component opening = Registers();
    opening.importWh <== importStart;
    opening.exportWh <== exportStart;
    component closing = Registers();
    closing.importWh <== importStart + importSum;
    closing.exportWh <== exportStart + exportSum;

    // commitment: C = P4(meterDay, registers, root, blinding).
    component meterDay = P4();
    meterDay.in <== [1, gridId, meterTag, day];
    component root = DayRoot();
    root.importWh <== importWh;
    root.exportWh <== exportWh;
    component commitment = P4();
    commitment.in <== [meterDay.out, opening.word, root.out, blinding];
    C === commitment.out;

    // mask: K = P4(3, meterDay, k, v).
    component mask = P4();
    mask.in <== [3, meterDay.out, k, v];
    K === mask.out;

    // bill: B = P4(4, meterDay, amount, s).
    signal cost[SLOTS];
    signal credit[SLOTS];
    var amount = feePerDay;
    for (var i = 0; i < SLOTS; i++) {
        cost[i] <== buy[i] * importWh[i];
        credit[i] <== sell[i] * exportWh[i];
        amount += cost[i] - credit[i];
    }
    component bill = P4();
    bill.in <== [4, meterDay.out, amount, s];
    B === bill.out;

    // links: L = P4(5, meterTag, registers, u) at both midnights. No day enters, so that one day's L1 can be the next day's L0.
    component linkOpening = P4();
    linkOpening.in <== [5, meterTag, opening.word, u0];
    L0 === linkOpening.out;
    component linkClosing = P4();
    linkClosing.in <== [5, meterTag, closing.word, u1];
    L1 === linkClosing.out;

    // sum: S = Σ x_i · rho^(192 − i) + k, import first.
    component sum = MaskedSum(2 * SLOTS);
    for (var i = 0; i < SLOTS; i++) {
        sum.value[i] <== importWh[i];
        sum.value[SLOTS + i] <== exportWh[i];
    }
    sum.rho <== rho;
    sum.mask <== k;
    S === sum.out;
}

component main {public [C, K, B, L0, L1, S, rho, gridId, meterTag, day, feePerDay, buy, sell]} = DayBill();
