pragma circom 2.1.6;

// Words: many small integers in few field elements, so that few hashes commit to all of them (protocol §4, §6).
//
// Statement     word[k] = Σ_{j < perWord} value[perWord·k + j] · 2^(bits·j); positions past the last value count as 0.
// Constraints   none of its own that survive: every line is linear.
// Inputs        value[i] < 2^bits. THE CALLER CHECKS THIS. Without it one word has many preimages: lower a value by 1 and raise the one before it by 2^bits.
//
// perWord·bits must stay below 254 bits, or words wrap around the field's order: 12·20 = 240 and 10·24 = 240 both do.

template Words(count, perWord, bits, words) {
    assert(perWord * bits < 253);
    assert(words * perWord >= count);

    signal input value[count];
    signal output word[words];

    for (var k = 0; k < words; k++) {
        var sum = 0;
        for (var j = 0; j < perWord; j++) {
            if (perWord * k + j < count) {
                sum += value[perWord * k + j] * (1 << (bits * j));
            }
        }
        word[k] <== sum;
    }
}
