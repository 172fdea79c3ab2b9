pragma circom 2.1.6;

// SharedSlotPrice: one slot's two prices are those of the rule `shared/1` for hidden totals.
//
// STATEMENT. For demand D, supply E and the price p of what is shared, L = min(D, E), prices counted in ticks:
//
//   buy  = p if D ≤ E, else  ⌈ L·p / D ⌉
//   sell = p if E ≤ D, else  ⌊ L·p / E ⌋
//
// Only what is shared is paid for: the rest of the longer side's energy is at nothing here, and spreads p over all of it.
//
// ONE BRANCH IS ENOUGH, as in slot-price.circom. With c = [D > E]:
//
//   V = max(D, E)          the longer side                 P = c ? buy : sell     its price
//   L = min(D, E)          what is shared
//
//   buy + sell − P = p                                     the shorter side's price
//   P·V = L·p ± rem,  0 ≤ rem < V                          rounded up for c = 1 (+), down for c = 0 (−)
//
// A slot without any energy has V = 0; there z = 1 makes it 1 shared against 1, hence both prices p and rem = 0.
//
// CONSTRAINTS (80): comparison 25, max 1, is-zero 2, P 1, the mean 3, the remainder's two bounds 48.
//
// TRAPS, all left to the caller:
//   · D, E < 2^24, or the comparison may be decided at will (its 25-bit difference wraps around r).
//   · p, buy, sell are NOT range-checked: p − rem/V is a solution for every rem, if fractions mod r count as prices. Whoever verifies makes
//     these public inputs from integers 0 ≤ p < 2^31; then both sides stay below 2^55 and the equation holds over the integers.
//   · rem needs both bounds: without the upper one a price may be off by whole ticks, without the lower one rounding may go the other way.

include "../node_modules/circomlib/circuits/bitify.circom";
include "../node_modules/circomlib/circuits/comparators.circom";

template SharedSlotPrice() {
    signal input demandWh;
    signal input supplyWh;
    signal input price;
    signal input buy;
    signal input sell;
    signal input rem;

    // c = [D > E]
    component longer = LessThan(24);
    longer.in[0] <== supplyWh;
    longer.in[1] <== demandWh;
    signal c;
    c <== longer.out;

    // V, L, with 0/0 turned into 1/1
    signal max;
    max <== supplyWh + c * (demandWh - supplyWh);
    component none = IsZero();
    none.in <== max;
    signal V;
    V <== max + none.out;
    signal L;
    L <== demandWh + supplyWh - max + none.out;

    // the longer side's price, and the other's
    signal P;
    P <== sell + c * (buy - sell);
    buy + sell - P === price;

    // the mean with its remainder
    signal shared;
    shared <== L * price;
    signal rounding;
    rounding <== (2 * c - 1) * rem;
    P * V === shared + rounding;

    // 0 ≤ rem < V
    component remLow = Num2Bits(24);
    remLow.in <== rem;
    component remHigh = Num2Bits(24);
    remHigh.in <== V - 1 - rem;
}
