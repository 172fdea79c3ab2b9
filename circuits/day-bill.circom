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
// k, v, s, u0, u1 and blinding are any field elements: whoever holds them gains nothing from an unusual one.
// The statement does not say that x_i ≤ maxWhPerSlot (the node refuses such statements), nor that prices follow the rule (clearing.circom does).

include "../node_modules/circomlib/circuits/bitify.circom";
include "p4.circom";
include "words.circom";
include "mask.circom";

// Two registers below 2^56 in one field element. Their distance of 2^64 is the statement's u64 layout.
template Registers() {
    signal input importWh;
    signal input exportWh;
    signal output word;

    component importBits = Num2Bits(56);
    importBits.in <== importWh;
    component exportBits = Num2Bits(56);
    exportBits.in <== exportWh;
    word <== importWh + exportWh * (1 << 64);
}

// root: 16 words of 12 values, hashed four by four. The first eight words hold import, the others export.
template DayRoot() {
    signal input importWh[96];
    signal input exportWh[96];
    signal output out;

    component words[2];
    words[0] = Words(96, 12, 20, 8);
    words[0].value <== importWh;
    words[1] = Words(96, 12, 20, 8);
    words[1].value <== exportWh;

    component node[4];
    component top = P4();
    for (var n = 0; n < 4; n++) {
        var side = n < 2 ? 0 : 1;
        var first = n < 2 ? 4 * n : 4 * n - 8;
        node[n] = P4();
        node[n].in <== [words[side].word[first], words[side].word[first + 1], words[side].word[first + 2], words[side].word[first + 3]];
    }
    top.in <== [node[0].out, node[1].out, node[2].out, node[3].out];
    out <== top.out;
}

template DayBill() {
    var SLOTS = 96;

    // Public, in the order of the protocol.
    signal input C;
    signal input K;
    signal input B;
    signal input L0;
    signal input L1;
    signal input S;
    signal input rho;
    signal input gridId;
    signal input meterTag;
    signal input day;
    signal input feePerDay;
    signal input buy[SLOTS];
    signal input sell[SLOTS];

    // Private.
    signal input importWh[SLOTS];
    signal input exportWh[SLOTS];
    signal input importStart;
    signal input exportStart;
    signal input blinding;
    signal input k;
    signal input v;
    signal input s;
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
