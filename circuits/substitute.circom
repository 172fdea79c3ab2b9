pragma circom 2.1.6;

// Substitute: a day that the node committed to copies a day that the meter itself committed to, or is zero (protocol §9.2).
//
// STATEMENT. I know a root, two registers words and two blindings such that
//
//   · C     is a commitment to this root for this microgrid, meter and day;
//   · from  is a commitment to the same root for the same microgrid and meter and for the day fromDay;
//   · or, where from = 0: the root is that of a day without any energy.
//
// PUBLIC INPUTS, in this order (6):
//
//   C gridId meterTag day from fromDay
//
// WHY THE VALUES ARE THE MEMBER'S OWN. The root fixes all 192 values, in their slots. `from` is what the meter signed for fromDay, read from a frozen
// roster; which day that is follows from the chain alone, and the auditor sees to it. So nobody chooses what a silent meter is billed by.
//
// CONSTRAINTS (1,186), by group, with what goes wrong without the group:
//
//   C      two hashes. Otherwise the root need not be that of the day that is billed.
//   from   two hashes. Otherwise another day's values, or another meter's, could be given for those of the named one.
//   none   from = 0 or not (2), and what follows in each case (2). Otherwise the named commitment need not open, or a day of which nothing is known
//          could be billed at will.
//
// LEFT OPEN, and why that does no harm:
//
//   · the registers of both days: a substitute goes on where the meter's last booked day ended. That they are below 2^56, and how they hang on the
//     days beside, is day-bill.circom's and the links' matter; DayBill opens the same C.
//   · the size of the values: whoever opens a root to values ≥ 2^20 fails in DayBill.
//   · fromDay where from = 0: it then enters nothing. The verifier asks for fromDay = 0 there (src/reader/verifier/public-inputs.ts).
//   · fromDay ≠ day, and that fromDay is the day of the rule: the auditor's.
//   · from = 0 as a true commitment: nobody can find one, it is a hash's value.

include "../node_modules/circomlib/circuits/comparators.circom";
include "p4.circom";

// A meter's commitment C of a day (protocol §4), from the root of its values.
template DayCommitment() {
    signal input gridId;
    signal input meterTag;
    signal input day;
    signal input registers;
    signal input root;
    signal input blinding;
    signal output out;

    component meterDay = P4();
    meterDay.in <== [1, gridId, meterTag, day];
    component commitment = P4();
    commitment.in <== [meterDay.out, registers, root, blinding];
    out <== commitment.out;
}

// The root of a day of 192 zeros. All inputs are constants, and so is its value: it costs no constraint.
template ZeroRoot() {
    signal output out;

    component node = P4();
    node.in <== [0, 0, 0, 0];
    component top = P4();
    top.in <== [node.out, node.out, node.out, node.out];
    out <== top.out;
}

template Substitute() {
    // Public, in the order of the protocol.
    signal input C;
    signal input gridId;
    signal input meterTag;
    signal input day;
    signal input from;
    signal input fromDay;

    // Private.
    signal input root;
    signal input registers;
    signal input blinding;
    signal input fromRegisters;
    signal input fromBlinding;

    // C: the booked day's commitment.
    component booked = DayCommitment();
    booked.gridId <== gridId;
    booked.meterTag <== meterTag;
    booked.day <== day;
    booked.registers <== registers;
    booked.root <== root;
    booked.blinding <== blinding;
    C === booked.out;

    // from: the copied day's, with the same root.
    component copied = DayCommitment();
    copied.gridId <== gridId;
    copied.meterTag <== meterTag;
    copied.day <== fromDay;
    copied.registers <== fromRegisters;
    copied.root <== root;
    copied.blinding <== fromBlinding;

    // none: whether a day is named at all.
    component none = IsZero();
    none.in <== from;
    component zero = ZeroRoot();
    (copied.out - from) * (1 - none.out) === 0;
    (root - zero.out) * none.out === 0;
}

component main {public [C, gridId, meterTag, day, from, fromDay]} = Substitute();
