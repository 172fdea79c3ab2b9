pragma circom 2.1.6;

// SlotPrice: one slot's two prices are those of the rule `mid-market/1` for hidden totals (protocol §6).
//
// STATEMENT. For demand D, supply E and outside prices R (retail) and F (feed-in), mid = (R + F) / 2, L = min(D, E), prices counted in ticks:
//
//   buy  = mid if D ≤ E, else  ⌈ ( L·mid + (D − L)·R ) / D ⌉
//   sell = mid if E ≤ D, else  ⌊ ( L·mid + (E − L)·F ) / E ⌋
//
// ONE BRANCH IS ENOUGH. Whichever side is longer, the other's price is mid, and the longer side pays or gets a mean of mid and the outside price,
// rounded against it. With c = [D > E]:
//
//   V = max(D, E)          the longer side                 O = c ? R : F          its outside price
//   L = min(D, E)          what is traded inside           P = c ? buy : sell     its price
//
//   buy + sell − P = mid                                   the shorter side's price
//   P·V = L·mid + (V − L)·O ± rem,  0 ≤ rem < V            rounded up for c = 1 (+), down for c = 0 (−)
//
// A slot without any energy has V = 0; there z = 1 makes it 1 traded against 1, hence both prices mid and rem = 0.
//
// CONSTRAINTS (82): comparison 25, max 1, is-zero 2, O and P 2, the weighted mean 4, the remainder's two bounds 48.
//
// TRAPS, all left to the caller:
//   · D, E < 2^24, or the comparison may be decided at will (its 25-bit difference wraps around r).
//   · R + F even. Half of an odd number is a huge field element; the protocol's outside prices are multiples of 2·tick for that.
//   · buy, sell are NOT range-checked: mid − rem/V is a solution of the equation for every rem, if fractions mod r count as prices. The auditor
//     makes these public inputs from integers below 2^31 in absolute value; then both sides stay below 2^57 and the equation holds over the integers.
//   · rem needs both bounds: without the upper one a price may be off by whole ticks, without the lower one rounding may go the other way.

include "../node_modules/circomlib/circuits/bitify.circom";
include "../node_modules/circomlib/circuits/comparators.circom";

template SlotPrice() {
    signal input demandWh;
    signal input supplyWh;
    signal input retail;
    signal input feedIn;
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

    // the outside price of the longer side, its own price, and the other's
    signal mid;
    mid <== (retail + feedIn) / 2;
    signal O;
    O <== feedIn + c * (retail - feedIn);
    signal P;
    P <== sell + c * (buy - sell);
    buy + sell - P === mid;

    // the weighted mean with its remainder
    signal inside;
    inside <== L * mid;
    signal outside;
    outside <== (V - L) * O;
    signal rounding;
    rounding <== (2 * c - 1) * rem;
    P * V === inside + outside + rounding;

    // 0 ≤ rem < V
    component remLow = Num2Bits(24);
    remLow.in <== rem;
    component remHigh = Num2Bits(24);
    remHigh.in <== V - 1 - rem;
}
