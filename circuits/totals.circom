pragma circom 2.1.6;

// TotalsCommitment: X, a day's hidden totals and the sum of all masks (protocol §6).
//
// STATEMENT. out is X:
//
//   X ── P4 ─┬─ 6
//            ├─ gridDay ── P4(7, gridId, day, 0)
//            ├─ head ───── P4(n0, n1, n2, n3)
//            └─ tail ───── P4(n4, M, x, 0)
//
//   n0 … n4    five nodes of four words each
//   words      20 of ten totals each, 24 bits to a total: import first, then export; the last word has two totals and eight zeros
//
// CONSTRAINTS: nine hashes. Words are linear (words.circom) and cost none.
//
// WHAT X BINDS. All 192 totals, each in its slot, and M; for one microgrid and one day. The tag 6 keeps X from being taken for another
// commitment, 7 keeps gridDay from being a meter's day.
//
// LEFT TO THE CALLER:
//
//   · totalWh[i] < 2^24. Otherwise a word has many preimages: a total may lend 2^24 to the one before it for 1;
//   · M is the sum of the masks that the day's K commit to: the masked sums say so (clearing.circom);
//   · x is any field element. It hides the totals: an X without it could be guessed on a day on which little happens,
//     so the node draws it anew for each.

include "p4.circom";
include "words.circom";

template TotalsCommitment() {
    signal input totalWh[192];
    signal input M;
    signal input x;
    signal input gridId;
    signal input day;
    signal output out;

    component words = Words(192, 10, 24, 20);
    words.value <== totalWh;

    component node[5];
    for (var n = 0; n < 5; n++) {
        node[n] = P4();
        node[n].in <== [words.word[4 * n], words.word[4 * n + 1], words.word[4 * n + 2], words.word[4 * n + 3]];
    }
    component head = P4();
    head.in <== [node[0].out, node[1].out, node[2].out, node[3].out];
    component tail = P4();
    tail.in <== [node[4].out, M, x, 0];

    component gridDay = P4();
    gridDay.in <== [7, gridId, day, 0];

    component top = P4();
    top.in <== [6, gridDay.out, head.out, tail.out];
    out <== top.out;
}
