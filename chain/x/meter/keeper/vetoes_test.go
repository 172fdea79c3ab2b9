package keeper_test

import (
	"fmt"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// veto makes meters say no to a queued beginning, or end, of the target's power.
func veto(target tc.Party, end bool, meters ...int) func(*tc.Chain) {
	return func(c *tc.Chain) {
		for _, n := range meters {
			c.Accepted(tc.Meter(n), tc.VetoValidator(tc.Meter(n), target, end))
		}
	}
}

// newcomer is a validator of the operator's making, beyond the digits of tc.Meter.
func newcomer(n int) (meter, member tc.Party) {
	return tc.NewParty(fmt.Sprintf("newcomer%d", n)), tc.NewParty(fmt.Sprintf("newcomer%d's member", n))
}

func enrolNewcomer(n int, firstDay uint32) *types.MsgEnrolMeter {
	meter, member := newcomer(n)
	return tc.EnrolValidator(meter, member, firstDay)
}

func keyOf(t *testing.T, c *tc.Chain, meter tc.Party) []byte {
	t.Helper()
	address, err := types.ParseAddress("meter", meter.Address)
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.App.Meters.Meters.Get(c.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return found.ConsensusKey
}

func fates(c *tc.Chain) []string {
	var all []string
	for _, event := range c.Events {
		if event.Type != "electra.validator_change" {
			continue
		}
		of := map[string]string{}
		for _, a := range event.Attributes {
			of[a.Key] = a.Value
		}
		all = append(all, of["end"]+" "+of["fate"])
	}
	return all
}

func TestVetoValidator(t *testing.T) {
	six, two := tc.Meter(6), tc.Meter(2)
	begins := sent(tc.Operator, tc.EnrolValidator(six, tc.Member(6), tc.Today+1))
	ends := sent(tc.Operator, tc.RetireMeter(two, tc.Today+1))
	ok, end := tc.VetoValidator(tc.Meter(1), six, false), tc.VetoValidator(tc.Meter(1), two, true)
	checkPairs(t, []pair{
		{name: "who has no power has no veto", before: begins, by: tc.Meter(5), refused: tc.VetoValidator(tc.Meter(5), six, false),
			want: types.ErrNoPower, field: "meter", like: ok, likeBy: tc.Meter(1)},
		{name: "who is to have power has no veto yet", before: begins, by: six, refused: tc.VetoValidator(six, six, false),
			want: types.ErrNoPower, field: "meter", like: ok, likeBy: tc.Meter(1)},
		{name: "the operator has no veto", before: begins, by: tc.Operator,
			refused: tc.VetoValidator(tc.Operator, six, false), want: txerrors.ErrWrongSigner, field: "meter", like: ok, likeBy: tc.Meter(1)},
		{name: "a change must be queued", by: tc.Meter(1), before: begins, refused: tc.VetoValidator(tc.Meter(1), tc.Meter(5), false),
			want: types.ErrNoChange, field: "target", like: ok},
		{name: "a beginning is no end", by: tc.Meter(1), before: begins, refused: tc.VetoValidator(tc.Meter(1), six, true),
			want: types.ErrNoChange, field: "target", like: ok},
		{name: "an end is no beginning", by: tc.Meter(1), before: ends, refused: tc.VetoValidator(tc.Meter(1), two, false),
			want: types.ErrNoChange, field: "target", like: end},
		{name: "the target is enrolled", by: tc.Meter(1), before: begins, refused: tc.VetoValidator(tc.Meter(1), tc.Stranger, false),
			want: types.ErrMeterUnknown, field: "target", like: ok},
		{name: "a change is vetoed once", by: tc.Meter(1), before: all(begins, veto(six, false, 1)), refused: ok,
			want: types.ErrVetoed, field: "target", like: tc.VetoValidator(tc.Meter(3), six, false), likeBy: tc.Meter(3)},
		{name: "an end that was asked for is not vetoed", by: tc.Meter(1), before: all(ends, sent(tc.Meter(3), tc.LeaveValidators(tc.Meter(3)))),
			refused: tc.VetoValidator(tc.Meter(1), tc.Meter(3), true), want: types.ErrLeaving, field: "target", like: end},
		{name: "a change that has taken place is not vetoed", by: tc.Meter(1), field: "target", want: types.ErrNoChange,
			before: all(begins, atLength(7*day), sent(tc.Operator, tc.RetireMeter(two, tc.Today+8))), refused: ok, like: end},
	})
}

func TestLeaveValidators(t *testing.T) {
	one, five := tc.Meter(1), tc.Meter(5)
	checkPairs(t, []pair{
		{name: "who has no power does not leave", by: five, refused: tc.LeaveValidators(five), want: types.ErrNoPower, field: "meter",
			like: tc.LeaveValidators(one), likeBy: one},
		{name: "one leaves once", by: one, before: sent(one, tc.LeaveValidators(one)), refused: tc.LeaveValidators(one),
			want: types.ErrLeaving, field: "meter", like: tc.LeaveValidators(tc.Meter(2)), likeBy: tc.Meter(2)},
		{name: "the operator sends nobody away so", by: tc.Operator, refused: tc.LeaveValidators(tc.Operator), want: txerrors.ErrWrongSigner,
			field: "meter", like: tc.LeaveValidators(one), likeBy: one},
	})
}

func TestSetConsensusKey(t *testing.T) {
	five := tc.Meter(5)
	ok := tc.SetConsensusKey(five, "a key for five")
	key := func(bytes []byte) sdk.Msg { return with(ok, func(m *types.MsgSetConsensusKey) { m.Key = bytes }) }
	left := all(sent(tc.Meter(2), tc.LeaveValidators(tc.Meter(2))), atLength(7*day))
	checkPairs(t, []pair{
		{name: "only the operator sets it", by: five, refused: with(ok, func(m *types.MsgSetConsensusKey) { m.Operator = five.Address }),
			want: txerrors.ErrWrongSigner, field: "operator", like: ok, likeBy: tc.Operator},
		{name: "a key in force stays", by: tc.Operator, refused: tc.SetConsensusKey(tc.Meter(1), "another"), want: types.ErrConsensusKeyInForce,
			field: "meter", like: ok},
		{name: "a queued key stays", by: tc.Operator, before: sent(tc.Operator, ok), refused: tc.SetConsensusKey(five, "another"),
			want: types.ErrConsensusKeyInForce, field: "meter", like: tc.PublishNodeKey(2)},
		{name: "a retired meter gets none", by: tc.Operator, before: sent(tc.Operator, tc.RetireMeter(five, tc.Today+30)), refused: ok,
			want: types.ErrRetired, field: "meter", like: tc.PublishNodeKey(2)},
		{name: "an unknown meter gets none", by: tc.Operator, refused: tc.SetConsensusKey(tc.Stranger, "another"), want: types.ErrMeterUnknown,
			field: "meter", like: ok},
		{name: "a key serves one meter", by: tc.Operator, refused: key(tc.ConsensusKey("meter1")), want: types.ErrConsensusKeyUsed,
			field: "key", like: ok},
		{name: "a key of a meter that left is not used again", by: tc.Operator, before: left, refused: tc.SetConsensusKey(tc.Meter(2), "meter2"),
			want: types.ErrConsensusKeyUsed, field: "key", like: tc.SetConsensusKey(tc.Meter(2), "a second key")},
		{name: "a key has 32 bytes", by: tc.Operator, refused: key(make([]byte, 31)), want: types.ErrConsensusKey, field: "key", like: ok},
		{name: "there is a key", by: tc.Operator, refused: key(nil), want: types.ErrConsensusKey, field: "key", like: ok},
	})
}

func TestABeginningIsDroppedByMoreThanAThird(t *testing.T) {
	for name, test := range map[string]struct {
		validators int
		against    []int
		want       int
	}{
		"a quarter is too little":       {4, []int{1}, 5},
		"two of four are enough":        {4, []int{1, 4}, 4},
		"exactly a third is too little": {6, []int{1, 2}, 7},
		"one more is enough":            {6, []int{1, 2, 3}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.Start(t, tc.State(test.validators))
			meter, _ := newcomer(1)
			c.Accepted(tc.Operator, enrolNewcomer(1, tc.Today+1))
			all(veto(meter, false, test.against...), atLength(7*day-time.Second))(c)
			power(t, c, test.validators)
			queued(t, c, 1)
			atLength(7 * day)(c)
			power(t, c, test.want)
			queued(t, c, 0)
			if light := len(keyOf(t, c, meter)) == 0; light != (test.want == test.validators) {
				t.Fatalf("expected a light meter where the beginning was vetoed, got light: %t", light)
			}
		})
	}
}

// The community's say is over its power, not over its members: the meter whose power was refused measures as any other.
func TestAMeterWhoseBeginningWasVetoedIsAMemberAllTheSame(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	six := tc.Meter(6)
	c.Accepted(tc.Operator, tc.EnrolValidator(six, tc.Member(6), tc.Today+1))
	all(veto(six, false, 1, 2), atLength(7*day))(c)
	if got := fates(c); len(got) != 1 || got[0] != "false vetoed" {
		t.Fatalf("expected the event of a vetoed beginning, got %v", got)
	}
	c.Accepted(six, tc.CloseDay(six, tc.Today+5), tc.Report(six, tc.Slot(tc.Today+6, 3)))
	c.Refused(types.ErrConsensusKeyUsed, tc.Operator, tc.SetConsensusKey(six, "meter6"))
	c.Accepted(tc.Operator, tc.SetConsensusKey(six, "a second key")) // to be asked again, with another key
	atLength(14 * day)(c)
	power(t, c, 5)
	if got := fates(c); len(got) != 1 || got[0] != "false applied" {
		t.Fatalf("expected the event of an applied beginning, got %v", got)
	}
}

func TestAVetoCountsAtTheBlockThatWouldApplyTheChange(t *testing.T) {
	t.Run("as long as the change waits for room in the window", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Operator, enrolNewcomer(1, tc.Today+1))
		c.After(time.Hour)
		c.Accepted(tc.Operator, enrolNewcomer(2, tc.Today+1))
		atLength(8 * day)(c)
		power(t, c, 5) // the first has used the window up
		second, _ := newcomer(2)
		all(veto(second, false, 1, 2), atLength(22*day))(c)
		power(t, c, 5) // two of five
		queued(t, c, 0)
	})
	t.Run("in the very block, before the change", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		six := tc.Meter(6)
		c.Accepted(tc.Operator, tc.EnrolValidator(six, tc.Member(6), tc.Today+1))
		veto(six, false, 1)(c)
		c.Time = tc.Genesis.Add(7*day - time.Second)
		c.Block()
		c.After(time.Second, c.Tx(tc.Meter(2), tc.VetoValidator(tc.Meter(2), six, false)))
		power(t, c, 4)
	})
	t.Run("not in the block after it", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		six := tc.Meter(6)
		c.Accepted(tc.Operator, tc.EnrolValidator(six, tc.Member(6), tc.Today+1))
		all(veto(six, false, 1), atLength(7*day))(c)
		c.Refused(types.ErrNoChange, tc.Meter(2), tc.VetoValidator(tc.Meter(2), six, false))
		power(t, c, 5)
	})
	t.Run("by the power that its meter has then", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Meter(1), tc.LeaveValidators(tc.Meter(1)))
		atLength(day)(c)
		c.Accepted(tc.Operator, enrolNewcomer(1, tc.Today+2))
		first, _ := newcomer(1)
		veto(first, false, 1)(c)
		atLength(7 * day)(c)
		power(t, c, 3) // meter1 left with its veto; with three nothing passes, so the newcomer waits
		c.Accepted(tc.Meter(2), tc.VetoValidator(tc.Meter(2), first, false))
		atLength(60 * day)(c)
		power(t, c, 3)
		queued(t, c, 1) // one of three is no more than a third, and there is no room for the change either
	})
}

// A veto is of the meter's power, not of its service: retirement does not take it away before the power ends.
func TestAVetoOfARetiredMeterCountsWhileItHasPower(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1))
	c.After(time.Hour)
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today), tc.RetireMeter(tc.Meter(2), tc.Today))
	all(atLength(2*day), veto(tc.Meter(6), false, 1, 2), atLength(7*day))(c)
	power(t, c, 4)
	atLength(7*day + 2*hour)(c)
	power(t, c, 3) // and then their own ends come
}

func TestAnEndIsDroppedByMoreThanAThird(t *testing.T) {
	for name, test := range map[string]struct {
		against []int
		want    int
	}{
		"a quarter is too little":                {[]int{1}, 3},
		"two of four are enough":                 {[]int{1, 3}, 4},
		"the meter itself may be one of the two": {[]int{2, 3}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.Start(t, tc.State(4))
			c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(2), tc.Today+1))
			all(veto(tc.Meter(2), true, test.against...), atLength(7*day))(c)
			power(t, c, test.want)
			queued(t, c, 0)
			c.Refused(types.ErrAfterLastDay, tc.Meter(2), tc.CloseDay(tc.Meter(2), tc.Today+2)) // the service ends as announced
		})
	}
}

func TestAMeterThatAsksToLeaveIsLetGo(t *testing.T) {
	t.Run("after the delay", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Meter(1), tc.LeaveValidators(tc.Meter(1)))
		atLength(7*day - time.Second)(c)
		power(t, c, 4)
		atLength(7 * day)(c)
		power(t, c, 3)
		if len(keyOf(t, c, tc.Meter(1))) != 0 {
			t.Fatal("expected a light meter")
		}
		c.Accepted(tc.Meter(1), tc.CloseDay(tc.Meter(1), tc.Today+5)) // it goes on as one
	})
	t.Run("though its retirement was vetoed", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+2))
		all(veto(tc.Meter(1), true, 2, 3), atLength(2*day))(c)
		c.Accepted(tc.Meter(1), tc.LeaveValidators(tc.Meter(1)))
		queued(t, c, 1)
		atLength(7 * day)(c) // when the retirement would have ended it, not two days later
		power(t, c, 3)
	})
	t.Run("whatever the operator does about its service then", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Meter(1), tc.LeaveValidators(tc.Meter(1)))
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+30))
		c.Refused(types.ErrLeaving, tc.Meter(2), tc.VetoValidator(tc.Meter(2), tc.Meter(1), true))
		atLength(7 * day)(c)
		power(t, c, 3)
	})
	t.Run("at once, where its power has not begun", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		six := tc.Meter(6)
		c.Accepted(tc.Operator, tc.EnrolValidator(six, tc.Member(6), tc.Today+1))
		c.Accepted(six, tc.LeaveValidators(six))
		queued(t, c, 0)
		atLength(8 * day)(c)
		power(t, c, 4)
		c.Accepted(tc.Operator, tc.SetConsensusKey(six, "a second key"))
	})
}

func TestAnEarlierLastDayDoesNotShakeVetoesOff(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+100))
	veto(tc.Meter(1), true, 2, 3)(c)
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+20))
	c.Refused(types.ErrVetoed, tc.Meter(2), tc.VetoValidator(tc.Meter(2), tc.Meter(1), true))
	atLength(21 * day)(c)
	power(t, c, 4)
	queued(t, c, 0)
}

// A vetoed change uses no room: the window is for those that are applied.
func TestAVetoedChangeLeavesItsRoomToTheNext(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, enrolNewcomer(1, tc.Today+1))
	c.After(time.Second)
	c.Accepted(tc.Operator, enrolNewcomer(2, tc.Today+1))
	first, second := tc.NewParty("newcomer1"), tc.NewParty("newcomer2")
	all(veto(first, false, 1, 2), atLength(8*day))(c)
	power(t, c, 5)
	if len(keyOf(t, c, first)) != 0 || len(keyOf(t, c, second)) == 0 {
		t.Fatal("expected the second newcomer alone to have power")
	}
}

func TestASetOfOneStaysAsItIs(t *testing.T) {
	c := tc.Start(t, tc.State(1))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1), tc.RetireMeter(tc.Meter(1), tc.Today))
	all(veto(tc.Meter(6), false, 1), veto(tc.Meter(1), true, 1), atLength(400*day))(c)
	power(t, c, 1)
	queued(t, c, 2) // nothing passes with three validators or fewer, so nothing is dropped
	c.Accepted(tc.Meter(1), tc.LeaveValidators(tc.Meter(1)))
	atLength(800 * day)(c)
	power(t, c, 1)
}

// However many members the operator enrols, the roster's bound is theirs and the veto is the validators': with none of
// the newcomers in power the set is as it was.
func TestAFullCommunityOfNewcomersHasNoPowerAgainstVetoes(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	const many = 40
	for n := range many {
		c.Accepted(tc.Operator, with(enrolNewcomer(n, tc.Today+1), func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = 400_000 }))
	}
	tooMuch := with(enrolNewcomer(many, tc.Today+1), func(m *types.MsgEnrolMeter) { m.MaxWhPerSlot = 1_000_000 })
	c.Refused(types.ErrRosterLoad, tc.Operator, tooMuch)
	for n := range many {
		meter, _ := newcomer(n)
		veto(meter, false, 1, 2)(c)
	}
	atLength(7 * day)(c)
	queued(t, c, 0)
	power(t, c, 4)
}

// operatorsShare plays an operator who has `own` of the four first validators and does all it can for some days, against the
// other validators, who veto every change as soon as they see it, or do not. It returns the operator's share of the power.
func operatorsShare(t *testing.T, own, days int, retires, vetoes bool) (mine, total int) {
	t.Helper()
	c := tc.Start(t, tc.State(4))
	honest := map[string]tc.Party{}
	for n := own + 1; n <= 4; n++ {
		honest[string(tc.ConsensusKey(tc.Meter(n).Name))] = tc.Meter(n)
	}
	said := map[string]bool{}
	if retires {
		for _, meter := range honest {
			c.Accepted(tc.Operator, tc.RetireMeter(meter, tc.Today))
		}
	}
	for d := range days {
		atLength(time.Duration(d) * day)(c)
		if !retires && d%3 == 0 {
			c.Accepted(tc.Operator, enrolNewcomer(d, tc.Today+uint32(d)+1))
		}
		var answer types.QueryValidatorChangesResponse
		if err := c.Query("/electra.meter.v1.Query/ValidatorChanges", &types.QueryValidatorChangesRequest{}, &answer); err != nil {
			t.Fatal(err)
		}
		for _, change := range answer.Changes {
			for key, meter := range honest {
				if mark := meter.Name + change.Meter; vetoes && !said[mark] && c.Validators[key] > 0 {
					said[mark] = true
					c.Accepted(meter, &types.MsgVetoValidator{Meter: meter.Address, Target: change.Meter, End: change.Power == 0})
				}
			}
		}
	}
	for key := range c.Validators {
		total++
		if _, is := honest[key]; !is {
			mine++
		}
	}
	return mine, total
}

func TestAnOperatorAloneReachesNoTwoThirdsAgainstHonestVetoes(t *testing.T) {
	for name, test := range map[string]struct {
		own, days       int
		retires, vetoes bool
		mine, total     int
	}{
		"enrolling, without a veto: 10 of 14 on day 77":    {0, 78, false, false, 10, 14},
		"enrolling, against vetoes: none":                  {0, 78, false, true, 0, 4},
		"enrolling, with two of four its own: two of four": {2, 78, false, true, 2, 4},
		"retiring, with two of four its own, without":      {2, 50, true, false, 2, 3},
		"retiring, with two of four its own, against":      {2, 50, true, true, 2, 4},
	} {
		t.Run(name, func(t *testing.T) {
			mine, total := operatorsShare(t, test.own, test.days, test.retires, test.vetoes)
			if mine != test.mine || total != test.total {
				t.Fatalf("expected the operator to have %d of %d, got %d of %d", test.mine, test.total, mine, total)
			}
		})
	}
}

// Of a halt nobody has had time to say no, so what was due in it waits for blocks: else power and the office of the operator would change
// hands in the first block after it.
func TestNothingComesIntoForceByAHaltAlone(t *testing.T) {
	for name, vetoes := range map[string]bool{"nobody says no after it": false, "who says no after it is heard": true} {
		t.Run(name, func(t *testing.T) {
			c := tc.Start(t, tc.State(4))
			c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1))
			c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, heir, 1))
			to(8 * day)(c) // one block, after a halt of eight days
			power(t, c, 4)
			for n := 1; n <= 2; n++ {
				if vetoes {
					c.Accepted(tc.Meter(n), tc.VetoValidator(tc.Meter(n), tc.Meter(6), false), tc.VetoRotation(tc.Meter(n), 1))
				} else {
					c.Block()
				}
			}
			if operatorOf(t, c) != tc.Operator.Address {
				t.Error("expected the operator to stay for as many blocks as others have to say no")
			}
			c.Block()
			want, operator := 5, heir.Address
			if vetoes {
				want, operator = 4, tc.Operator.Address
			}
			power(t, c, want)
			if got := operatorOf(t, c); got != operator {
				t.Errorf("expected the operator %s, got %s", operator, got)
			}
			queued(t, c, 0)
		})
	}
}
