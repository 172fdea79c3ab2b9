package keeper

import (
	"crypto/sha256"
	"fmt"
	"testing"

	"electra/x/meter/types"
)

func seedOfNumber(n int) [sha256.Size]byte { return sha256.Sum256([]byte(fmt.Sprint(n))) }

// Each waiting transaction is looked at again after each block: verdicts of all that may wait are kept, or each look is a dear one.
func TestVerdictsOfADayOfEveryMeterAreKept(t *testing.T) {
	v := newVerdicts()
	const each = 2 // signatures of a header, and a net proof
	for n := range each * types.MaxMeters {
		v.keep(seedOfNumber(n), "")
	}
	for n := range each * types.MaxMeters {
		if fault, known := v.find(seedOfNumber(n)); !known || fault != "" {
			t.Fatalf("verdict %d of %d: expected it to be kept, got %v %q", n, each*types.MaxMeters, known, fault)
		}
	}
}

func TestTheOldestVerdictMakesRoomForMore(t *testing.T) {
	v := newVerdicts()
	for n := range verdictsKept + 1 {
		v.keep(seedOfNumber(n), fmt.Sprint("fault ", n))
	}
	if _, known := v.find(seedOfNumber(0)); known {
		t.Error("expected the oldest verdict to be forgotten")
	}
	if fault, known := v.find(seedOfNumber(1)); !known || fault != "fault 1" {
		t.Errorf("expected the one after it to be kept as it was, got %v %q", known, fault)
	}
	if len(v.order) != verdictsKept || len(v.known) != verdictsKept {
		t.Errorf("expected %d to be kept, got %d and %d", verdictsKept, len(v.order), len(v.known))
	}
}
