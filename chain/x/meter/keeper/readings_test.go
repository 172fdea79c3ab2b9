package keeper_test

import (
	"encoding/hex"
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// r, the order of the BN254 scalar field, big-endian.
const fieldOrderHex = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"

func fieldOrderPlus(n int) []byte {
	raw, err := hex.DecodeString(fieldOrderHex)
	if err != nil {
		panic(err)
	}
	raw[31] = byte(int(raw[31]) + n)
	return raw
}

func TestReport(t *testing.T) {
	meter, slot := tc.Meter(1), tc.Slot(tc.Today, 0)
	ok := tc.Report(meter, slot)
	over := to(900 * time.Second)
	checkPairs(t, []pair{
		{name: "a slot counts once", before: all(over, sent(meter, ok)), by: meter,
			refused: ok, want: types.ErrSlotUsed, field: "slot", like: tc.Report(meter, slot-1)},
		{name: "two meters may report one slot", before: all(over, sent(meter, ok)), by: meter,
			refused: ok, want: types.ErrSlotUsed, field: "slot", like: tc.Report(tc.Meter(5), slot), likeBy: tc.Meter(5)},
		{name: "a slot must be over", before: to(899 * time.Second), by: meter,
			refused: ok, want: types.ErrSlotNotOver, field: "slot", like: tc.Report(meter, slot-1)},
		{name: "a slot 30 days old is too old", before: to(30*day + time.Second), by: meter,
			refused: tc.Report(meter, slot-1), want: types.ErrSlotTooOld, field: "slot", like: ok},
		{name: "a slot before the first day is refused", by: meter,
			refused: tc.Report(meter, tc.Slot(yesterday, 0)-1), want: types.ErrBeforeFirstDay, field: "day",
			like: tc.Report(meter, tc.Slot(yesterday, 0))},
		{name: "a slot after the last day is refused, one of the last day is not", by: meter,
			before:  all(sent(tc.Operator, tc.RetireMeter(meter, tc.Today)), to(3*day)),
			refused: tc.Report(meter, tc.Slot(tc.Today+1, 0)), want: types.ErrAfterLastDay, field: "day",
			like: tc.Report(meter, tc.Slot(tc.Today, 95))},
		{name: "a box one byte short is refused", before: over, by: meter,
			refused: with(ok, func(m *types.MsgReport) { m.Sealed = m.Sealed[1:] }), want: types.ErrSealedSize, field: "sealed", like: ok},
		{name: "a box one byte long is refused", before: over, by: meter,
			refused: with(ok, func(m *types.MsgReport) { m.Sealed = make([]byte, 113) }), want: types.ErrSealedSize, field: "sealed", like: ok},
		{name: "an epoch not published is refused", before: over, by: meter,
			refused: with(ok, func(m *types.MsgReport) { m.KeyEpoch = 2 }), want: types.ErrKeyEpochUnknown, field: "key_epoch", like: ok},
		{name: "there is no epoch 0", before: over, by: meter,
			refused: with(ok, func(m *types.MsgReport) { m.KeyEpoch = 0 }), want: types.ErrKeyEpochUnknown, field: "key_epoch", like: ok},
		{name: "a member is no meter", before: over, by: tc.Member(1),
			refused: tc.Report(tc.Member(1), slot), want: txerrors.ErrWrongSigner, field: "meter", like: ok, likeBy: meter},
		{name: "the operator is no meter", before: over, by: tc.Operator,
			refused: tc.Report(tc.Operator, slot), want: txerrors.ErrWrongSigner, field: "meter", like: ok, likeBy: meter},
		{name: "a stranger may send nothing", before: over, by: tc.Stranger,
			refused: tc.Report(tc.Stranger, slot), want: txerrors.ErrStranger, field: "signer", like: ok, likeBy: meter},
		{name: "an address in upper case is another text for the same meter", before: over, by: meter,
			refused: with(ok, func(m *types.MsgReport) { m.Meter = upper(m.Meter) }), want: txerrors.ErrAddress, field: "meter", like: ok},
	})
}

func TestCloseDay(t *testing.T) {
	meter := tc.Meter(1)
	ok := tc.CloseDay(meter, yesterday)
	slot := tc.Slot(yesterday, 95)
	checkPairs(t, []pair{
		{name: "a day closes once", before: sent(meter, ok), by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Commitment = tc.Commitment(meter, 1) }), want: types.ErrDayUsed, field: "day",
			like: tc.CloseDay(tc.Meter(5), yesterday), likeBy: tc.Meter(5)},
		{name: "a day must be over", before: to(day - time.Second), by: meter,
			refused: tc.CloseDay(meter, tc.Today), want: types.ErrDayNotOver, field: "day", like: ok},
		{name: "a day before the first day is refused", by: meter,
			refused: tc.CloseDay(meter, yesterday-1), want: types.ErrBeforeFirstDay, field: "day", like: ok},
		{name: "a day after the last day is refused, the last day is not", by: meter,
			before:  all(sent(tc.Operator, tc.RetireMeter(meter, tc.Today)), to(3*day)),
			refused: tc.CloseDay(meter, tc.Today+1), want: types.ErrAfterLastDay, field: "day", like: tc.CloseDay(meter, tc.Today)},
		{name: "a day beyond all slots is refused", by: meter,
			refused: tc.CloseDay(meter, types.MaxDay+1), want: types.ErrDayRange, field: "day", like: ok},
		{name: "the late period ends 30 days after the freeze", before: all(frozen(), to(30*day+6*hour)), by: meter,
			refused: ok, want: types.ErrDayTooOld, field: "day", like: tc.CloseDay(meter, tc.Today)},
		{name: "the late period lasts until its last second", before: all(todayFrozen(meter), to(31*day+6*hour-time.Second)), by: meter,
			refused: tc.CloseDay(meter, tc.Today+40), want: types.ErrDayNotOver, field: "day", like: tc.CloseDay(meter, tc.Today)},
		{name: "a day that froze before the meter's service is refused, the next one begins it", before: frozen(tc.Meter(2)), by: meter,
			refused: ok, want: types.ErrBeforeService, field: "day", like: tc.Report(meter, slot)},
		{name: "a day that froze in the meter's service is accepted late", before: todayFrozen(meter), by: tc.Meter(2),
			refused: tc.CloseDay(tc.Meter(2), tc.Today), want: types.ErrBeforeService, field: "day",
			like: tc.CloseDay(meter, tc.Today), likeBy: meter},
		{name: "a box one byte short is refused", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Sealed = make([]byte, 714) }), want: types.ErrSealedSize, field: "sealed", like: ok},
		{name: "a box one byte long is refused", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Sealed = make([]byte, 716) }), want: types.ErrSealedSize, field: "sealed", like: ok},
		{name: "a commitment of 31 bytes is refused", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Commitment = m.Commitment[1:] }), want: types.ErrCommitment, field: "commitment",
			like: ok},
		{name: "a commitment of 33 bytes is refused", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Commitment = make([]byte, 33) }), want: types.ErrCommitment, field: "commitment",
			like: ok},
		{name: "the field order is no commitment, one less is", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.Commitment = fieldOrderPlus(0) }), want: types.ErrCommitment, field: "commitment",
			like: with(ok, func(m *types.MsgCloseDay) { m.Commitment = fieldOrderPlus(-1) })},
		{name: "an epoch not published is refused", by: meter,
			refused: with(ok, func(m *types.MsgCloseDay) { m.KeyEpoch = 2 }), want: types.ErrKeyEpochUnknown, field: "key_epoch", like: ok},
		{name: "a member is no meter", by: tc.Member(1),
			refused: tc.CloseDay(tc.Member(1), yesterday), want: txerrors.ErrWrongSigner, field: "meter", like: ok, likeBy: meter},
		{name: "a stranger may send nothing", by: tc.Stranger,
			refused: tc.CloseDay(tc.Stranger, yesterday), want: txerrors.ErrStranger, field: "signer", like: ok, likeBy: meter},
	})
}

func TestKeyEpochs(t *testing.T) {
	meter := tc.Meter(1)
	second := with(tc.CloseDay(meter, yesterday), func(m *types.MsgCloseDay) { m.KeyEpoch = 2 })
	published := sent(tc.Operator, tc.PublishNodeKey(2))
	checkPairs(t, []pair{
		{name: "epoch 1 ends 24 hours after epoch 2 took effect", before: all(published, to(day)), by: meter,
			refused: tc.CloseDay(meter, tc.Today), want: types.ErrKeyEpochExpired, field: "key_epoch",
			like: with(second, func(m *types.MsgCloseDay) { m.Day = tc.Today })},
		{name: "epoch 1 is accepted until then", before: all(published, to(day-time.Second)), by: meter,
			refused: with(second, func(m *types.MsgCloseDay) { m.KeyEpoch = 3 }), want: types.ErrKeyEpochUnknown, field: "key_epoch",
			like: tc.Report(meter, tc.Slot(yesterday, 95))},
		{name: "an old epoch without a successor is accepted for ever", before: to(200 * day), by: meter,
			refused: with(tc.CloseDay(meter, tc.Today+199), func(m *types.MsgCloseDay) { m.KeyEpoch = 2 }), want: types.ErrKeyEpochUnknown,
			field: "key_epoch", like: tc.CloseDay(meter, tc.Today+199)},
		{name: "epoch 2 is in force from the block that includes it", before: published, by: meter,
			refused: with(second, func(m *types.MsgCloseDay) { m.KeyEpoch = 3 }), want: types.ErrKeyEpochUnknown, field: "key_epoch", like: second},
	})
}

// The late roster freezes at the end of the block that reaches the deadline, or later in a backlog: the statement in
// that very block is too late already.
func TestTheDeadlineHoldsBeforeTheLateRosterIsFrozen(t *testing.T) {
	meter := tc.Meter(1)
	c := tc.Start(t, tc.State(4))
	todayFrozen(meter)(c)
	to(31*day + 6*hour - time.Second)(c)
	statement := c.Tx(meter, tc.CloseDay(meter, tc.Today))
	if !c.Accepts(statement) {
		t.Fatal("expected the statement to be accepted a second before the deadline")
	}
	c.Time = c.Time.Add(time.Second)
	if c.Accepts(statement) {
		t.Fatal("expected the statement to be refused at the deadline")
	}
	if result := c.Finalize(statement)[0]; !tc.Is(types.ErrDayTooOld, result.Codespace, result.Code) {
		t.Fatalf("expected %s, got %s %d: %s", types.ErrDayTooOld, result.Codespace, result.Code, result.Log)
	}
	wantRoster(t, c, tc.Today, true, "meter1 ")
}
