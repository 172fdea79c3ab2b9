pragma circom 2.1.6;

// Clearing: a day's public prices are the rule of the true, hidden totals (protocol §6).
//
// STATEMENT. I know totals T (96 of import, then 96 of export), the sum M of all masks, a blinding x and remainders such that
//
//   · T_i < 2^24;
//   · X commits to T and M for this microgrid and day;
//   · ΣS = Σ T_i · rho^(192 − i) + M, where ΣS is the sum of S over the day's bills;
//   · in every slot buy and sell are the prices of slot-price.circom for T and the tariff.
//
// WHY THE TOTALS ARE TRUE. Every DayBill shows S_m = Σ x_mi · rho^(192 − i) + k_m with x_m and k_m fixed by C_m and K_m. The book fixes all C, K and
// X, hence T, M; rho is the book's hash. So ΣS gives Σ (T_i − Σ x_mi) · rho^(192 − i) + (M − Σ k_m) = 0 at a point drawn after all coefficients:
// all are 0, except with probability 192/r. Over the integers too: rosters keep Σ x_mi below 2^24.
//
// PUBLIC INPUTS, in this order (389):
//
//   X rho ΣS gridId day R[96] F[96] buy[96] sell[96]          prices in ticks: nELECTRA per Wh divided by tick; negative ones as r − |p|
//
// CONSTRAINTS: 192 · 24 for the range of T; 9 hashes for gridDay and X; 192 for ΣS; 96 slots. Public prices are not range-checked (see slot-price.circom):
// the verifier makes them from integers, R and F even in ticks.

include "../node_modules/circomlib/circuits/bitify.circom";
include "p4.circom";
include "words.circom";
include "mask.circom";
include "slot-price.circom";

// X = P4(6, gridDay, P4(n0..n3), P4(n4, M, x, 0)), ten 24-bit totals to a word, four words to a node.
template TotalsCommitment() {
    signal input totalWh[192];
    signal input M;
    signal input x;
    signal input gridId;
    signal input day;
    signal output out;

    component words = Words(192, 10, 24, 20);
    words.value <== totalWh;

    component node[5];
    for (var n = 0; n < 5; n++) {
        node[n] = P4();
        node[n].in <== [words.word[4 * n], words.word[4 * n + 1], words.word[4 * n + 2], words.word[4 * n + 3]];
    }
    component head = P4();
    head.in <== [node[0].out, node[1].out, node[2].out, node[3].out];
    component tail = P4();
    tail.in <== [node[4].out, M, x, 0];

    component gridDay = P4();
    gridDay.in <== [7, gridId, day, 0];

    component top = P4();
    top.in <== [6, gridDay.out, head.out, tail.out];
    out <== top.out;
}

template Clearing() {
    var SLOTS = 96;

    // Public, in the order of the protocol; S is ΣS.
    signal input X;
    signal input rho;
    signal input S;
    signal input gridId;
    signal input day;
    signal input R[SLOTS];
    signal input F[SLOTS];
    signal input buy[SLOTS];
    signal input sell[SLOTS];

    // Private.
    signal input T[2 * SLOTS];
    signal input M;
    signal input x;
    signal input rem[SLOTS];

    component totalBits[2 * SLOTS];
    for (var i = 0; i < 2 * SLOTS; i++) {
        totalBits[i] = Num2Bits(24);
        totalBits[i].in <== T[i];
    }

    component commitment = TotalsCommitment();
    commitment.totalWh <== T;
    commitment.M <== M;
    commitment.x <== x;
    commitment.gridId <== gridId;
    commitment.day <== day;
    X === commitment.out;

    component sum = MaskedSum(2 * SLOTS);
    sum.value <== T;
    sum.rho <== rho;
    sum.mask <== M;
    S === sum.out;

    component slot[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        slot[i] = SlotPrice();
        slot[i].demandWh <== T[i];
        slot[i].supplyWh <== T[SLOTS + i];
        slot[i].retail <== R[i];
        slot[i].feedIn <== F[i];
        slot[i].buy <== buy[i];
        slot[i].sell <== sell[i];
        slot[i].rem <== rem[i];
    }
}

component main {public [X, rho, S, gridId, day, R, F, buy, sell]} = Clearing();
