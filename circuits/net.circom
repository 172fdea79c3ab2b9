pragma circom 2.1.6;

// Net: a community's statement on the main chain is the net of what its members metered.
//
// STATEMENT. I know totals T (96 of import D, then 96 of export E), the sum M of all masks, blindings, and 192 values such that
//
//   · X  commits to T and M for the community's microgrid and the day: its chain anchored it, and verified the book behind it;
//   · C  is the commitment of the community's meter of the main chain to just these values for that day, with both registers 0;
//   · in every slot the values are the net of the totals, in one direction: import − export = D − E, one of both is 0;
//   · no slot holds more than the community's capacity.
//
// PUBLIC INPUTS, in this order (7):
//
//   X gridId C mainGridId meterTag day capacityWh
//
// gridId is the community's, mainGridId the main chain's; day is one and the same on both.
//
// CONSTRAINTS (13,278), by group, with what goes wrong without the group:
//
//   totals      T_i < 2^24 (192 · 24). Otherwise one word of X has several openings: a total could lend its neighbour 2^24 Wh, and net more or less.
//               The Clearing of the same X says it too. Here it costs little, and leaves nothing to hang on another proof.
//   X           the commitment (nine hashes). Otherwise the totals could be others than the book's.
//   C           the commitment (seven hashes), registers the constant 0. Otherwise a community that was silent for a day could choose the next
//               registers, and what lies between them would be booked as energy that never was.
//   net         import − export = D − E (linear: the compiler substitutes it). Otherwise the statement could be anything.
//   one way     import · export = 0 (96). Otherwise a community states more in both directions, and moves everybody's price.
//   flow        import + export in [0, 2^20) (96 · 20). Since one of them is 0, the other is this sum: both are in range, and words of C have one
//               opening. Otherwise import could be E − D mod r, a negative one, with nothing exported.
//   capacity    capacityWh − flow in [0, 2^20) (96 · 20). Otherwise more could be stated than the connection carries.
//
// NO WRAP: D − E lies in (−2^24, 2^24) and import − export in (−2^20, 2^20), both far from r: equal mod r is equal.
//
// LEFT TO THE CALLER:
//
//   · capacityWh < 2^20, an integer: the meter's maxWhPerSlot on the main chain;
//   · that X is the anchored one of that day's proven book, and gridId the community's own: the main chain's;
//   · M, x and the blinding are any field elements: whoever holds them gains nothing from an unusual one.

include "../node_modules/circomlib/circuits/bitify.circom";
include "p4.circom";
include "totals.circom";
include "day-values.circom";

template Net() {
    var SLOTS = 96;

    // Public.
    signal input X;
    signal input gridId;
    signal input C;
    signal input mainGridId;
    signal input meterTag;
    signal input day;
    signal input capacityWh;

    // Private.
    signal input T[2 * SLOTS];
    signal input M;
    signal input x;
    signal input importWh[SLOTS];
    signal input exportWh[SLOTS];
    signal input blinding;

    // totals: each in [0, 2^24).
    component totalBits[2 * SLOTS];
    for (var i = 0; i < 2 * SLOTS; i++) {
        totalBits[i] = Num2Bits(24);
        totalBits[i].in <== T[i];
    }

    // X: the community's totals of the day.
    component totals = TotalsCommitment();
    totals.totalWh <== T;
    totals.M <== M;
    totals.x <== x;
    totals.gridId <== gridId;
    totals.day <== day;
    X === totals.out;

    // C = P4(meterDay, registers, root, blinding), registers 0 at every midnight.
    component meterDay = P4();
    meterDay.in <== [1, mainGridId, meterTag, day];
    component root = DayRoot();
    root.importWh <== importWh;
    root.exportWh <== exportWh;
    component commitment = P4();
    commitment.in <== [meterDay.out, 0, root.out, blinding];
    C === commitment.out;

    // net, one way, flow, capacity.
    component flow[SLOTS];
    component left[SLOTS];
    for (var i = 0; i < SLOTS; i++) {
        importWh[i] - exportWh[i] === T[i] - T[SLOTS + i];
        importWh[i] * exportWh[i] === 0;
        flow[i] = Num2Bits(20);
        flow[i].in <== importWh[i] + exportWh[i];
        left[i] = Num2Bits(20);
        left[i].in <== capacityWh - importWh[i] - exportWh[i];
    }
}

component main {public [X, gridId, C, mainGridId, meterTag, day, capacityWh]} = Net();
