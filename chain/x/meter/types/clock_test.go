package types

import (
	"testing"
	"time"
)

func TestChainTime(t *testing.T) {
	const genesis = 1_700_000_000
	at := func(start int64, rate uint64, after time.Duration) int64 {
		return Clock{StartUnixS: start, Rate: rate, GenesisUnixS: genesis}.At(time.Unix(genesis, 0).Add(after))
	}
	for _, test := range []struct {
		name        string
		start, want int64
		rate        uint64
		after       time.Duration
	}{
		{"begins at start", 1_000_000, 1_000_000, 1, 0},
		{"runs with block time at rate 1", 1_000_000, 1_000_007, 1, 7*time.Second + 999_999_999},
		{"counts fractions of a second at a higher rate", 1_000_000, 1_000_899, 3600, 250*time.Millisecond - 1},
		{"rounds down", 1_000_000, 1_000_900, 3600, 250 * time.Millisecond},
		{"does not overflow", 1_000_000, MaxUnixS, MaxRate, 200 * 365 * 24 * time.Hour},
		{"does not run back before genesis", 1_000_000, 1_000_000, 5, -time.Hour},
	} {
		if got := at(test.start, test.rate, test.after); got != test.want {
			t.Errorf("%s: expected %d, got %d", test.name, test.want, got)
		}
	}
	if got := (Clock{StartUnixS: 1, Rate: MaxRate}).At(time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)); got != MaxUnixS {
		t.Errorf("the last moment of block time: expected %d, got %d", MaxUnixS, got)
	}
}

func TestDaysAndSlots(t *testing.T) {
	if DayOf(86399) != 0 || DayOf(86400) != 1 || DayEnd(0) != 86400 || SlotEnd(95) != 86400 || DayOfSlot(95) != 0 || DayOfSlot(96) != 1 {
		t.Error("a day has 96 slots of 900 seconds")
	}
	if SlotEnd(MaxDay*SlotsPerDay+95) != MaxUnixS+1 || DayOf(MaxUnixS) != MaxDay {
		t.Error("the last slot of the last day ends after the last second")
	}
}

func TestAMeterIsOnItsDays(t *testing.T) {
	for _, test := range []struct {
		first, last, day uint32
		want             bool
	}{{5, 0, 4, false}, {5, 0, 5, true}, {5, 0, 500, true}, {5, 7, 7, true}, {5, 7, 8, false}, {5, 5, 5, true}, {5, 3, 5, false},
		{5, 3, 4, false}} {
		if got := (Meter{FirstDay: test.first, LastDay: test.last}).May(test.day); got != test.want {
			t.Errorf("may %+v: got %t", test, got)
		}
		if got := (Meter{FirstDay: 1, ServiceDay: test.first, LastDay: test.last}).On(test.day); got != test.want {
			t.Errorf("on %+v: got %t", test, got)
		}
		if (Meter{FirstDay: test.first, LastDay: test.last}).On(test.day) {
			t.Errorf("on %+v: expected no roster before the first statement", test)
		}
	}
}
