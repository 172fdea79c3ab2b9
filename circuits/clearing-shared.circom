pragma circom 2.1.6;

// ClearingShared: a day's public prices are the rule `shared/1` of the true, hidden totals. It stands where Clearing stands (clearing.circom), on
// a chain whose members share what was metered and settle nothing else: there are no outside prices, but one price of what is shared.
//
// STATEMENT. I know totals T (96 of import, then 96 of export), the sum M of all masks, a blinding x and remainders such that
//
//   · T_i < 2^24;
//   · X commits to T and M for this microgrid and day;
//   · ΣS = Σ T_i · rho^(192 − i) + M, where ΣS is the sum of S over the day's bills;
//   · in every slot buy and sell are the prices of shared-slot-price.circom for T and p.
//
// WHY THE TOTALS ARE TRUE: as in clearing.circom.
//
// PUBLIC INPUTS, in this order (293):
//
//   X rho ΣS gridId day p[96] buy[96] sell[96]             prices in ticks: nELECTRA per Wh divided by tick
//
// CONSTRAINTS (15,141), by group, with what goes wrong without the group:
//
//   totals      T_i < 2^24 (192 · 24). Otherwise one word of X has several openings, and the comparison of a slot may be decided at will.
//   X           the commitment (totals.circom: nine hashes). Otherwise the prices could be those of totals that no book fixed.
//   S           the masked sum (192). Otherwise X could hold any totals, whatever the bills are about.
//   slots       the prices (96 · 80). Otherwise they could be any.
//
// LEFT TO THE CALLER: public prices are integers, 0 ≤ p < 2^31 (see shared-slot-price.circom), and rho is drawn from the book's hash.

include "../node_modules/circomlib/circuits/bitify.circom";
include "totals.circom";
include "mask.circom";
include "shared-slot-price.circom";

template ClearingShared() {
    var SLOTS = 96;

    // Public; S is ΣS.
    signal input X;
    signal input rho;
    signal input S;
    signal input gridId;
    signal input day;
    signal input p[SLOTS];
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
        slot[i] = SharedSlotPrice();
        slot[i].demandWh <== T[i];
        slot[i].supplyWh <== T[SLOTS + i];
        slot[i].price <== p[i];
        slot[i].buy <== buy[i];
        slot[i].sell <== sell[i];
        slot[i].rem <== rem[i];
    }
}

component main {public [X, rho, S, gridId, day, p, buy, sell]} = ClearingShared();
