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
// CONSTRAINTS, by group, with what goes wrong without the group:
//
//   totals      T_i < 2^24 (192 · 24). Otherwise one word of X has several openings, and a comparison of slot-price.circom may be decided at will.
//   X           the commitment (totals.circom: nine hashes). Otherwise the prices could be those of totals that no book fixed.
//   S           the masked sum (192). Otherwise X could hold any totals, whatever the bills are about.
//   slots       the prices (96 · 82). Otherwise they could be any.
//
// LEFT TO THE CALLER:
//
//   · rho is drawn from the book's hash. Whoever may choose it makes any S fit;
//   · public prices are not range-checked (see slot-price.circom): the verifier makes them from integers, R and F even in ticks;
//   · slots in which nothing is shared, for F > R, have another rule. They enter as four zeros (protocol §9.10), and the verifier says of them
//     that the prices are the outside's.

include "../node_modules/circomlib/circuits/bitify.circom";
include "totals.circom";
include "mask.circom";
include "slot-price.circom";

template Clearing() {
    var SLOTS = 96;

    // Public, in the order of the protocol.

    // commitment to T and M
    signal input X;

    // the point at which S is taken: of the book's hash, which fixes everything else
    signal input rho;

    // ΣS, over the day's bills
    signal input S;

    // the microgrid, and days since 1970
    signal input gridId;
    signal input day;

    // outside prices: retail and feed-in, in ticks
    signal input R[SLOTS];
    signal input F[SLOTS];

    // inside prices, in ticks
    signal input buy[SLOTS];
    signal input sell[SLOTS];

    // Private.

    // Wh of a quarter-hour over all meters: 96 of import, then 96 of export
    signal input T[2 * SLOTS];

    // sum of the masks of all bills
    signal input M;

    // blinding of X
    signal input x;

    // what rounding the longer side's price left over (slot-price.circom)
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
