package keeper_test

import (
	"testing"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

func TestEnrolMeter(t *testing.T) {
	meter, member := tc.Meter(6), tc.Member(6)
	ok := tc.EnrolMeter(meter, member, tc.Today+1)
	change := func(f func(*types.MsgEnrolMeter)) *types.MsgEnrolMeter { return with(ok, f) }
	tomorrow := tc.RetireMeter(tc.Meter(5), tc.Today+1)
	checkPairs(t, []pair{
		{name: "the first day is tomorrow or later", by: tc.Operator, refused: tc.EnrolMeter(meter, member, tc.Today), want: types.ErrFirstDay,
			field: "first_day", like: ok},
		{name: "the first day has all its slots", by: tc.Operator, refused: tc.EnrolMeter(meter, member, types.MaxDay+1),
			want: types.ErrDayRange, field: "first_day", like: tc.EnrolMeter(meter, member, types.MaxDay)},
		{name: "an address enrols once", by: tc.Operator, refused: tc.EnrolMeter(tc.Meter(5), member, tc.Today+1), want: types.ErrMeterExists,
			field: "meter", like: ok},
		{name: "a retired meter does not enrol again", before: all(sent(tc.Operator, tomorrow), to(9*day)), by: tc.Operator,
			refused: tc.EnrolMeter(tc.Meter(5), member, tc.Today+20), want: types.ErrMeterExists, field: "meter",
			like: tc.EnrolMeter(meter, tc.Member(5), tc.Today+20)},
		{name: "a meter that measures nothing is refused", by: tc.Operator, refused: change(func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = 0 }),
			want: types.ErrMaxWhPerSlot, field: "max_wh_per_slot", like: ok},
		{name: "a slot's energy fits 20 bits", by: tc.Operator, refused: change(func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = 1 << 20 }),
			want: types.ErrMaxWhPerSlot, field: "max_wh_per_slot", like: change(func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = 1<<20 - 1 })},
		{name: "a meter's address has 20 bytes", by: tc.Operator, refused: change(func(m *types.MsgEnrolMeter) { m.Meter = longAddress }),
			want: txerrors.ErrAddress, field: "meter", like: ok},
		{name: "a meter's address is not in upper case", by: tc.Operator,
			refused: change(func(m *types.MsgEnrolMeter) { m.Meter = upper(m.Meter) }),
			want:    txerrors.ErrAddress, field: "meter", like: ok},
		{name: "a member has an address", by: tc.Operator, refused: change(func(m *types.MsgEnrolMeter) { m.Member = "" }),
			want: txerrors.ErrAddress, field: "member", like: ok},
		{name: "a consensus key has 32 bytes", by: tc.Operator,
			refused: change(func(m *types.MsgEnrolMeter) { m.ConsensusKey = make([]byte, 31) }),
			want:    types.ErrConsensusKey, field: "consensus_key", like: ok},
		{name: "a consensus key of small order is refused", by: tc.Operator,
			refused: change(func(m *types.MsgEnrolMeter) { m.ConsensusKey = make([]byte, 32) }),
			want:    types.ErrConsensusKey, field: "consensus_key", like: tc.EnrolValidator(meter, member, tc.Today+1)},
		{name: "a consensus key serves one meter", by: tc.Operator,
			refused: change(func(m *types.MsgEnrolMeter) { m.ConsensusKey = tc.ConsensusKey("meter1") }),
			want:    types.ErrConsensusKeyUsed, field: "consensus_key", like: tc.EnrolValidator(meter, member, tc.Today+1)},
		{name: "a retired meter's consensus key is not used again",
			before: all(sent(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today)), to(20*day)), by: tc.Operator,
			refused: with(tc.EnrolMeter(meter, member, tc.Today+30), func(m *types.MsgEnrolMeter) { m.ConsensusKey = tc.ConsensusKey("meter1") }),
			want:    types.ErrConsensusKeyUsed, field: "consensus_key", like: tc.EnrolValidator(meter, member, tc.Today+30)},
	})
}

// A bech32 address of 32 bytes, as a module or a contract elsewhere has.
const longAddress = "electra1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq8662pd"

// The sum of max_wh_per_slot stays below 2^24 on every roster's day, whatever the order of enrolments.
func TestTheLoadOfARosterIsBounded(t *testing.T) {
	const full = 1<<20 - 1
	enrol := func(n int, firstDay, wh uint32) *types.MsgEnrolMeter {
		name := string(rune('A' + n))
		return with(tc.EnrolMeter(tc.NewParty("big"+name), tc.NewParty("owner"+name), firstDay),
			func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = wh })
	}
	c := tc.Start(t, tc.State(4)) // 25,000 Wh
	for n := range 15 {
		c.Accepted(tc.Operator, enrol(n, tc.Today+10, full))
	}
	const left = 1<<24 - 1 - 15*full - 25_000
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(20, tc.Today+10, left+1))
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(20, tc.Today+1, left+1)) // earlier, but on the same rosters later
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(20, tc.Today+100, left+1))
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(20, tc.Today+10, left), enrol(21, tc.Today+11, 1)) // within one transaction
	c.Accepted(tc.Operator, enrol(20, tc.Today+10, left))
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(21, tc.Today+50, 1))
	c.Accepted(tc.Operator, tc.RetireMeter(tc.NewParty("bigA"), tc.Today+49))
	c.Refused(types.ErrRosterLoad, tc.Operator, enrol(21, tc.Today+49, 1))
	c.Accepted(tc.Operator, enrol(21, tc.Today+50, full))
}

func TestRetireMeter(t *testing.T) {
	ok := tc.RetireMeter(tc.Meter(5), tc.Today)
	ahead := sent(tc.Operator, tc.RetireMeter(tc.Meter(5), tc.Today+9))
	checkPairs(t, []pair{
		{name: "the last day is today or later", by: tc.Operator, refused: tc.RetireMeter(tc.Meter(5), yesterday), want: types.ErrLastDay,
			field: "last_day", like: ok},
		{name: "the last day has all its slots", by: tc.Operator, refused: tc.RetireMeter(tc.Meter(5), types.MaxDay+1), want: types.ErrDayRange,
			field: "last_day", like: ok},
		{name: "an unknown meter does not retire", by: tc.Operator, refused: tc.RetireMeter(tc.Stranger, tc.Today), want: types.ErrMeterUnknown,
			field: "meter", like: ok},
		{name: "the last day does not move to a later one", before: ahead, by: tc.Operator,
			refused: tc.RetireMeter(tc.Meter(5), tc.Today+10), want: types.ErrRetired, field: "last_day",
			like: tc.RetireMeter(tc.Meter(5), tc.Today+8)},
		{name: "the same last day is refused", before: ahead, by: tc.Operator,
			refused: tc.RetireMeter(tc.Meter(5), tc.Today+9), want: types.ErrRetired, field: "last_day", like: ok},
		{name: "a retired meter does not come back", before: all(ahead, to(11*day)), by: tc.Operator,
			refused: tc.RetireMeter(tc.Meter(5), tc.Today+20), want: types.ErrRetired, field: "last_day",
			like: tc.RetireMeter(tc.Meter(4), tc.Today+20)},
	})
}

func TestANewMeterAndItsMemberCanSign(t *testing.T) {
	meter, member := tc.Meter(6), tc.Member(6)
	c := tc.Start(t, tc.State(4))
	c.Refused(txerrors.ErrStranger, meter, tc.Report(meter, tc.Slot(tc.Today, 0)))
	c.Refused(txerrors.ErrStranger, member, tc.NoBill(member, meter, tc.Today))
	c.Accepted(tc.Operator, tc.EnrolMeter(meter, member, tc.Today+1))
	to(2 * day)(c)
	c.Accepted(meter, tc.Report(meter, tc.Slot(tc.Today+1, 0)))
	c.Accepted(meter, tc.CloseDay(meter, tc.Today+1))
	c.Accepted(member, tc.NoBill(member, meter, tc.Today+1))
}
