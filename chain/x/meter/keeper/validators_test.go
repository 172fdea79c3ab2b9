package keeper_test

import (
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// power wants so many validators, in the application as in what CometBFT was told.
func power(t *testing.T, c *tc.Chain, want int) {
	t.Helper()
	inState := 0
	if err := c.App.Meters.Validators.Walk(c.Context(), nil, func([]byte, uint64) (bool, error) { inState++; return false, nil }); err != nil {
		t.Fatal(err)
	}
	if inState != want || len(c.Validators) != want {
		t.Fatalf("expected %d validators, got %d in the state and %d told", want, inState, len(c.Validators))
	}
	for _, p := range c.Validators {
		if p != types.EqualPower {
			t.Fatalf("expected equal power, got %d", p)
		}
	}
}

func queued(t *testing.T, c *tc.Chain, want int) {
	t.Helper()
	var answer types.QueryValidatorChangesResponse
	if err := c.Query("/electra.meter.v1.Query/ValidatorChanges", &types.QueryValidatorChangesRequest{}, &answer); err != nil {
		t.Fatal(err)
	}
	if len(answer.Changes) != want {
		t.Fatalf("expected %d waiting changes, got %v", want, answer.Changes)
	}
}

func TestAValidatorBeginsAfterTheDelay(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1))
	power(t, c, 4)
	atLength(7*day - time.Second)(c)
	power(t, c, 4)
	atLength(7 * day)(c)
	power(t, c, 5)
	queued(t, c, 0)
}

func TestALightMeterIsNoValidator(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.EnrolMeter(tc.Meter(6), tc.Member(6), tc.Today+1))
	queued(t, c, 0)
	atLength(30 * day)(c)
	power(t, c, 4)
}

func TestARetiredValidatorEndsAfterItsLastDayAndTheDelay(t *testing.T) {
	for name, test := range map[string]struct {
		lastDay uint32
		end     time.Duration
	}{
		"the delay ends later": {tc.Today + 2, 7 * day},
		"the day ends later":   {tc.Today + 9, 10 * day},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.Start(t, tc.State(4))
			c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(2), test.lastDay))
			atLength(test.end - time.Second)(c)
			power(t, c, 4)
			atLength(test.end)(c)
			power(t, c, 3)
			if _, still := c.Validators[string(tc.ConsensusKey("meter2"))]; still {
				t.Fatal("expected meter2 to be gone")
			}
		})
	}
}

// An operator who enrols a majority overnight gets less than a third of the power a fortnight.
func TestChangesTouchLessThanAThirdOfThePowerInAWindow(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	for n := 6; n <= 9; n++ {
		c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(n), tc.Member(n), tc.Today+1))
	}
	atLength(7 * day)(c)
	power(t, c, 5) // 3*1 < 4
	atLength(21*day - time.Second)(c)
	power(t, c, 5) // 3*2 >= 4
	atLength(21 * day)(c)
	power(t, c, 6)
	atLength(35 * day)(c)
	power(t, c, 7)
	queued(t, c, 1)
	atLength(49 * day)(c)
	power(t, c, 8)
	// With seven or more two changes fit: 3*2 < 8, 3*3 >= 7.
	for n := 6; n <= 8; n++ {
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(n), tc.Today+49))
	}
	atLength(63 * day)(c) // 14 days after the last one
	power(t, c, 6)
	queued(t, c, 1)
	atLength(77*day - time.Second)(c)
	power(t, c, 6)
	atLength(77 * day)(c)
	power(t, c, 5)
}

// The least power of the window counts, not the present one: growing does not buy room for more.
func TestGrowingDoesNotBuyRoomForMore(t *testing.T) {
	state := tc.State(6)
	c := tc.Start(t, state)
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(8), tc.Member(8), tc.Today+1), tc.EnrolValidator(tc.Meter(9), tc.Member(9), tc.Today+1))
	atLength(8 * day)(c)
	power(t, c, 7) // 3*1 < 6; a second one would be 3*2 < 7 now, but the window began with 6
	queued(t, c, 1)
}

func TestThreeValidatorsAllowNoChange(t *testing.T) {
	c := tc.Start(t, tc.State(3))
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1), tc.RetireMeter(tc.Meter(1), tc.Today))
	atLength(400 * day)(c)
	power(t, c, 3)
	queued(t, c, 2)
}

func TestTheSetNeverRunsEmpty(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	for n := 1; n <= 5; n++ {
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(n), tc.Today))
	}
	for n := range 10 {
		atLength(time.Duration(n) * 100 * day)(c)
	}
	power(t, c, 3)
	queued(t, c, 3)
}

func TestAMeterCalledOffBeforeItsPowerBeginsNeverHasAny(t *testing.T) {
	t.Run("its last day ends before the delay", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1), tc.RetireMeter(tc.Meter(6), tc.Today+3))
		queued(t, c, 0)
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(6), tc.Today+2))
		queued(t, c, 0)
		atLength(30 * day)(c)
		power(t, c, 4)
	})
	t.Run("its turn came too late", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1))
		c.After(time.Hour)
		c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(7), tc.Member(7), tc.Today+1), tc.RetireMeter(tc.Meter(7), tc.Today+15))
		atLength(8 * day)(c)
		power(t, c, 5)
		queued(t, c, 2)
		atLength(60 * day)(c)
		power(t, c, 5)
		queued(t, c, 0)
	})
	t.Run("an earlier last day replaces the queued end", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+100))
		c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today+20))
		queued(t, c, 1)
		atLength(21 * day)(c)
		power(t, c, 3)
		queued(t, c, 0)
	})
}
