pragma circom 2.1.6;

// DayRoot and Registers: what a day's commitment is made of beside its meterDay and its blinding (protocol §4).
//
//   C ── P4 ─┬─ meterDay ──── P4(1, gridId, meterTag, day)
//            ├─ registers ─── importWh + 2^64 · exportWh, at 00:00
//            ├─ root ──────── P4(n0, n1, n2, n3)
//            └─ blinding
//
//   n0, n1     eight words of import, four to a node
//   n2, n3     eight words of export
//   words      16 of twelve values each, 20 bits to a value
//
// CONSTRAINTS: five hashes for the root; 2 · 56 for the registers. Words are linear (words.circom) and cost none.
//
// WHAT THE ROOT BINDS. All 192 values, each in its slot and direction. It carries no tag: it is never published, and the tagged hash above it
// fixes where it stands (p4.circom).
//
// WHO USES WHAT. DayBill uses both. Net uses the root, its registers are the constant 0. Substitute uses neither: it knows root and registers as
// numbers, for it says nothing of what is in them.
//
// LEFT TO THE CALLER:
//
//   · values < 2^20. Otherwise a word has many preimages: a value may lend 2^20 to the one before it for 1;
//   · that registers go on where the day before ended: the links' matter (day-bill.circom);
//   · that the blinding is 31 bytes of randomness. Any field element opens C as well, and whoever knows one gains nothing.
//
// Registers checks the ranges of its own inputs. Otherwise one word has many openings: 2^64 imported are 1 exported.
//
// HOW LARGE A REGISTER GETS. At the most that a quarter-hour can hold, a meter needs two million years to 2^56 Wh. A statement
// whose sums run past it is refused by whoever makes or opens it (src/protocol/meter/statement.ts), so no honest
// meter comes to the edge.

include "../node_modules/circomlib/circuits/bitify.circom";
include "p4.circom";
include "words.circom";

// Two registers below 2^56 in one field element. Their distance of 2^64 is the statement's u64 layout.
template Registers() {
    signal input importWh;
    signal input exportWh;
    signal output word;

    component importBits = Num2Bits(56);
    importBits.in <== importWh;
    component exportBits = Num2Bits(56);
    exportBits.in <== exportWh;
    word <== importWh + exportWh * (1 << 64);
}

// root: 16 words of 12 values, hashed four by four. The first eight words hold import, the others export.
template DayRoot() {
    signal input importWh[96];
    signal input exportWh[96];
    signal output out;

    component words[2];
    words[0] = Words(96, 12, 20, 8);
    words[0].value <== importWh;
    words[1] = Words(96, 12, 20, 8);
    words[1].value <== exportWh;

    component node[4];
    component top = P4();
    for (var n = 0; n < 4; n++) {
        var side = n < 2 ? 0 : 1;
        var first = n < 2 ? 4 * n : 4 * n - 8;
        node[n] = P4();
        node[n].in <== [words[side].word[first], words[side].word[first + 1], words[side].word[first + 2], words[side].word[first + 3]];
    }
    top.in <== [node[0].out, node[1].out, node[2].out, node[3].out];
    out <== top.out;
}
