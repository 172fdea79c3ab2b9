package keeper_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"cosmossdk.io/collections"

	tc "electra/internal/testchain"
	"electra/x/meter/keeper"
	"electra/x/meter/types"
)

// roster reads a frozen roster back; ok is false where it is not frozen.
func roster(t *testing.T, c *tc.Chain, day uint32, late bool) (r types.Roster, ok bool) {
	t.Helper()
	ok, err := c.App.Meters.Rosters.Has(c.Context(), collections.Join(day, late))
	if err == nil && ok {
		r, err = c.App.Meters.Rosters.Get(c.Context(), collections.Join(day, late))
	}
	if err != nil {
		t.Fatal(err)
	}
	return r, ok
}

// listed writes a roster as "meter1 meter2+ meter5": a plus marks a commitment, which must be the meter's own.
func listed(t *testing.T, r types.Roster) string {
	t.Helper()
	day, entries, err := types.DecodeRoster(r.Encoded)
	if err != nil || day != r.Day || !bytes.Equal(r.Digest, types.RosterDigest(r.Encoded)) {
		t.Fatalf("roster of day %d: %v", r.Day, err)
	}
	marks := map[string]string{}
	for _, e := range entries {
		address, err := types.FormatAddress(e.Address)
		if err != nil {
			t.Fatal(err)
		}
		marks[address] = " "
		if e.Commitment != nil {
			marks[address] = "+ "
		}
	}
	text := ""
	for n := 1; n <= 9; n++ {
		if mark, ok := marks[tc.Meter(n).Address]; ok {
			text += tc.Meter(n).Name + mark
		}
	}
	return text
}

func wantRoster(t *testing.T, c *tc.Chain, day uint32, late bool, want string) {
	t.Helper()
	r, ok := roster(t, c, day, late)
	if !ok {
		t.Fatalf("day %d (late %t) is not frozen", day, late)
	}
	if got := listed(t, r); got != want {
		t.Fatalf("day %d (late %t): expected %q, got %q", day, late, want, got)
	}
}

func wantFrozen(t *testing.T, c *tc.Chain, freeze, late uint32) {
	t.Helper()
	var status types.QueryStatusResponse
	if err := c.Query("/electra.meter.v1.Query/Status", &types.QueryStatusRequest{}, &status); err != nil {
		t.Fatal(err)
	}
	if status.NextFreezeDay != freeze || status.NextLateDay != late {
		t.Fatalf("expected next days %d and %d, got %d and %d", freeze, late, status.NextFreezeDay, status.NextLateDay)
	}
}

func TestADayFreezesAfterGraceAndGraceBlocks(t *testing.T) {
	t.Run("not before the grace period is over", func(t *testing.T) {
		c := tc.Start(t, tc.State(4)) // block 1, at midnight, is b(yesterday)
		for range 6 {
			c.After(time.Second)
		}
		c.Until(tc.Genesis.Unix()+21599, 1000*day)
		wantFrozen(t, c, yesterday, yesterday)
		c.After(time.Second)
		wantFrozen(t, c, tc.Today, yesterday)
	})
	t.Run("not before the grace blocks are over", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		c.After(10 * hour)
		c.After(time.Second)
		wantFrozen(t, c, yesterday, yesterday)
		c.After(time.Second) // block 4: three after b(d)
		wantFrozen(t, c, tc.Today, yesterday)
	})
}

func TestDaysOfAHaltFreezeInOrderOnePerBlock(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Meter(1), tc.CloseDay(tc.Meter(1), yesterday))
	c.After(2 * hour)
	c.After(5 * day) // everybody was down; in this block five days end: today to today+4
	height := c.Height
	wantFrozen(t, c, tc.Today, yesterday) // yesterday, long due, froze here
	for d := tc.Today; d < tc.Today+5; d++ {
		start, err := c.App.Meters.DayStarts.Get(c.Context(), d)
		if err != nil || start.Height != height {
			t.Fatalf("b(%d): expected block %d, got %v, %v", d, height, start, err)
		}
	}
	// The meters come back and close the days of the halt before the grace after it is over.
	for n := 1; n <= 5; n++ {
		c.Accepted(tc.Meter(n), tc.CloseDay(tc.Meter(n), tc.Today), tc.CloseDay(tc.Meter(n), tc.Today+1))
	}
	c.After(6*hour - time.Second)
	wantFrozen(t, c, tc.Today, yesterday)
	for n := uint32(1); n <= 5; n++ {
		c.After(time.Second)
		wantFrozen(t, c, tc.Today+n, yesterday)
	}
	wantRoster(t, c, yesterday, false, "meter1+ ")
	wantRoster(t, c, tc.Today, false, "meter1+ meter2+ meter3+ meter4+ meter5+ ")
	wantRoster(t, c, tc.Today+4, false, "meter1 meter2 meter3 meter4 meter5 ")
}

func TestDaysBeforeGenesisStartInTheFirstBlock(t *testing.T) {
	state := tc.State(4)
	state.Meters[0].FirstDay = tc.Today - 3
	state.Tariffs[0].FromDay = tc.Today - 3
	c := tc.Start(t, state)
	c.Block(c.Tx(tc.Meter(1), tc.CloseDay(tc.Meter(1), tc.Today-2)), c.Tx(tc.Meter(2), tc.CloseDay(tc.Meter(2), tc.Today-1)))
	to(6 * hour)(c)
	for d := tc.Today - 3; d < tc.Today; d++ {
		wantFrozen(t, c, d, tc.Today-3)
		c.After(time.Second)
	}
	wantFrozen(t, c, tc.Today, tc.Today-3)
	wantRoster(t, c, tc.Today-3, false, "")
	wantRoster(t, c, tc.Today-2, false, "meter1+ ")
	wantRoster(t, c, tc.Today-1, false, "meter1 meter2+ ")
}

// Enrolment, retirement and replacement over three months of chain clock.
func TestMonthsOfARoster(t *testing.T) {
	state := tc.State(4)
	state.Params.GraceBlocks = 1
	c := tc.Start(t, state)
	midnight := func(d uint32) int64 { return int64(d) * types.DaySeconds }
	frozenUntil := func(d uint32) { c.Until(midnight(d)+30000, 4*hour) }

	for n := 1; n <= 5; n++ {
		c.Accepted(tc.Meter(n), tc.CloseDay(tc.Meter(n), yesterday))
	}
	replacement, owner := tc.Meter(6), tc.Member(5)
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(5), tc.Today+10), tc.EnrolMeter(replacement, owner, tc.Today+11))
	frozenUntil(tc.Today + 13)
	wantRoster(t, c, tc.Today+10, false, "meter1 meter2 meter3 meter4 meter5 ")
	wantRoster(t, c, tc.Today+11, false, "meter1 meter2 meter3 meter4 ") // the replacement is enrolled, and has said nothing
	c.Accepted(tc.Meter(5), tc.CloseDay(tc.Meter(5), tc.Today+10))       // late, and after retirement
	c.Refused(types.ErrAfterLastDay, tc.Meter(5), tc.CloseDay(tc.Meter(5), tc.Today+11))
	c.Refused(types.ErrBeforeFirstDay, replacement, tc.CloseDay(replacement, tc.Today+10))
	c.Refused(types.ErrBeforeService, replacement, tc.CloseDay(replacement, tc.Today+12))

	called := tc.Meter(7) // an enrolment that is called off before its first day
	c.Accepted(tc.Operator, tc.EnrolMeter(called, owner, tc.Today+20))
	c.Accepted(tc.Operator, tc.RetireMeter(called, tc.Today+15))
	for d := tc.Today + 14; d < tc.Today+60; d++ {
		c.Until(midnight(d)+1000, 4*hour)
		c.Accepted(replacement, tc.CloseDay(replacement, d-1))
	}
	frozenUntil(tc.Today + 90)
	nextLate, err := c.App.Meters.NextLate.Get(c.Context())
	if waiting, _ := roster(t, c, nextLate, false); err != nil || waiting.UnixS+2592000 <= c.Now() {
		t.Fatalf("expected no late roster to be overdue, got day %d, %v", nextLate, err)
	}
	wantFrozen(t, c, tc.Today+90, nextLate)
	wantRoster(t, c, tc.Today+12, false, "meter1 meter2 meter3 meter4 ")
	wantRoster(t, c, tc.Today+13, false, "meter1 meter2 meter3 meter4 meter6+ ")
	wantRoster(t, c, tc.Today+70, false, "meter1 meter2 meter3 meter4 meter6 ")
	wantRoster(t, c, tc.Today+10, true, "meter1 meter2 meter3 meter4 meter5+ ")
	wantRoster(t, c, tc.Today+30, true, "meter1 meter2 meter3 meter4 meter6+ ")
	for d := yesterday; d < nextLate; d++ {
		plain, _ := roster(t, c, d, false)
		late, ok := roster(t, c, d, true)
		if !ok || late.UnixS < plain.UnixS+2592000 || late.Height <= plain.Height {
			t.Fatalf("day %d: the late roster freezes 30 days after the roster, got %d and %d", d, plain.UnixS, late.UnixS)
		}
	}
	if open, err := c.App.Meters.Commitments.Has(c.Context(), collections.Join(tc.Today+30, addressOf(t, replacement))); err != nil || open {
		t.Fatalf("expected commitments to leave the state with the late roster: %t, %v", open, err)
	}
	var found types.QueryCommitmentResponse
	if err := c.Query("/electra.meter.v1.Query/Commitment", &types.QueryCommitmentRequest{Meter: replacement.Address, Day: tc.Today + 30},
		&found); err != nil ||
		!bytes.Equal(found.Commitment.Commitment, tc.Commitment(replacement, tc.Today+30)) {
		t.Fatalf("expected the query to find it in the late roster: %v, %v", found, err)
	}
}

func addressOf(t *testing.T, p tc.Party) []byte {
	t.Helper()
	raw, err := types.ParseAddress("address", p.Address)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestADayWithoutMetersIsFrozenEmpty(t *testing.T) {
	state := tc.State(4)
	for i := range state.Meters { // all retire after yesterday; the validators stay, their end is not queued at genesis
		if i > 0 {
			state.Meters[i].FirstDay, state.Meters[i].ConsensusKey = tc.Today+5, nil
		}
	}
	c := tc.Start(t, state)
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(1), tc.Today))
	to(3 * day)(c)
	for range 6 {
		c.After(6 * hour)
	}
	wantRoster(t, c, tc.Today+1, false, "")
	r, _ := roster(t, c, tc.Today+1, false)
	if want := fmt.Sprintf("01%02x%02x000000000000", byte((tc.Today+1)&255), byte((tc.Today+1)>>8)); hex.EncodeToString(r.Encoded) != want {
		t.Fatalf("expected the empty roster %s, got %x", want, r.Encoded)
	}
}

func TestFreezingIsAnEventForTheIndex(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Meter(3), tc.CloseDay(tc.Meter(3), yesterday))
	c.After(time.Second)
	c.After(6 * hour)
	want, _ := roster(t, c, yesterday, false)
	seen := 0
	for _, event := range c.Events {
		if event.Type != keeper.EventRosterFrozen {
			continue
		}
		seen++
		got := map[string]string{}
		for _, a := range event.Attributes {
			got[a.Key] = a.Value
		}
		for key, value := range map[string]string{"day": fmt.Sprint(yesterday), "late": "false", "digest": hex.EncodeToString(want.Digest),
			"encoded": base64.StdEncoding.EncodeToString(want.Encoded), "unix_s": fmt.Sprint(c.Now())} {
			if got[key] != value {
				t.Fatalf("%s: expected %s, got %s", key, value, got[key])
			}
		}
	}
	if seen != 1 {
		t.Fatalf("expected one event, got %d", seen)
	}
}

func TestMarksOfOldReportsLeaveTheState(t *testing.T) {
	meter := tc.Meter(1)
	c := tc.Start(t, tc.State(4))
	c.Accepted(meter, tc.Report(meter, tc.Slot(tc.Today, 0)-1), tc.Report(meter, tc.Slot(tc.Today, 0)-2))
	to(30*day - 900*time.Second)(c)
	c.Refused(types.ErrSlotUsed, meter, tc.Report(meter, tc.Slot(tc.Today, 0)-2))
	to(30 * day)(c)
	used := func() []uint32 {
		var answer types.QueryUsedResponse
		if err := c.Query("/electra.meter.v1.Query/Used", &types.QueryUsedRequest{Meter: meter.Address,
			FromSlot: tc.Slot(yesterday, 0), ToSlot: tc.Slot(tc.Today, 95)}, &answer); err != nil {
			t.Fatal(err)
		}
		return answer.Slots
	}
	if got := used(); len(got) != 1 || got[0] != tc.Slot(tc.Today, 0)-1 {
		t.Fatalf("expected the mark of the later slot only, got %v", got)
	}
	c.After(time.Second)
	if got := used(); len(got) != 0 {
		t.Fatalf("expected no mark, got %v", got)
	}
	c.Refused(types.ErrSlotTooOld, meter, tc.Report(meter, tc.Slot(tc.Today, 0)-1)) // gone, but not open again
}

func TestChainTimeRunsAtTheRateOfTheClock(t *testing.T) {
	state := tc.State(4)
	state.Clock.StartUnixS += 12 * 3600
	state.Clock.Rate = 3600
	c := tc.Start(t, state)
	if got, want := c.Now(), tc.Genesis.Unix()+12*3600; got != want {
		t.Fatalf("expected chain time to begin at %d, got %d", want, got)
	}
	meter := tc.Meter(1)
	c.Accepted(meter, tc.Report(meter, tc.Slot(tc.Today, 47)))
	c.Refused(types.ErrSlotNotOver, meter, tc.Report(meter, tc.Slot(tc.Today, 48)))
	c.After(250 * time.Millisecond) // a quarter of an hour
	c.Accepted(meter, tc.Report(meter, tc.Slot(tc.Today, 48)))
	c.After(11750 * time.Millisecond) // midnight
	c.Accepted(meter, tc.CloseDay(meter, tc.Today))
}
