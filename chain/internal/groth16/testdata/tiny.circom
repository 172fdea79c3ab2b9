pragma circom 2.1.0;

// A statement of no meaning whose key has every trap of a real one: variables that occur in A, B or C alone (points at infinity
// elsewhere), two that always occur together (equal points) and two that occur with opposite signs (opposite points).
template Tiny() {
    signal input sum;
    signal input x;
    signal input bits[6];
    signal input together[2];
    signal input opposite[2];
    signal output power;
    signal output square;
    signal output difference;

    var total = 0;
    for (var i = 0; i < 6; i++) {
        bits[i] * (bits[i] - 1) === 0;
        total += bits[i] * 2 ** i;
    }
    (total - sum) * x === 0;

    signal x2 <== x * x;
    signal x4 <== x2 * x2;
    power <== x4 * x;
    square <== (together[0] + together[1]) * (together[0] + together[1]);
    difference <== (opposite[0] - opposite[1]) * x;
}

component main { public [sum] } = Tiny();
