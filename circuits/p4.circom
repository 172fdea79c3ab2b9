pragma circom 2.1.6;

// P4: the protocol's one hash inside circuits (protocol §2).
//
// Statement     out = Poseidon(in[0], in[1], in[2], in[3]), circomlib's instance of width 5 over the BN254 scalar field.
// Constraints   297: eight full rounds of 5 S-boxes and 60 partial rounds of one, three multiplications each, less the first S-box of the constant
//               capacity element. Each constant input saves three more.
// Inputs        any field elements. A hash binds whatever enters it but says nothing about its size: whoever feeds integers in must range-check them.
//
// The first input is the tag that keeps one use of the hash from being taken for another: 1 meterDay, 3 mask, 4 bill, 5 register link, 6 totals,
// 7 gridDay. Inner nodes of a tree (packed words) carry no tag; they are never published, and the tagged hash above them fixes their position.

include "../node_modules/circomlib/circuits/poseidon.circom";

template P4() {
    signal input in[4];
    signal output out;

    component hash = Poseidon(4);
    hash.inputs <== in;
    out <== hash.out;
}
