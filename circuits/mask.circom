pragma circom 2.1.6;

// MaskedSum: one random linear combination of a day's 192 values, hidden by a mask (protocol §6).
//
// Statement     out = Σ_{i < n} value[i] · rho^(n − i) + mask
// Constraints   n: acc = (acc + value[i]) · rho, then + mask.
// Inputs        any field elements. rho is drawn from the hash of the book that already fixes every value and mask; only then do equal sums mean
//               equal values, except with probability n/r.
//
// The trap is the order of the two steps: add first, multiply then, so that the exponents are n … 1. With the customary Horner rule
// (acc·rho + value) the last value would carry rho^0, and a forger could move its total by δ and the sum of masks by −δ before rho is known.

template MaskedSum(n) {
    signal input value[n];
    signal input rho;
    signal input mask;
    signal output out;

    signal acc[n + 1];
    acc[0] <== 0;
    for (var i = 0; i < n; i++) {
        acc[i + 1] <== (acc[i] + value[i]) * rho;
    }
    out <== acc[n] + mask;
}
