package types

import "testing"

// Every node, verdict and contract of a community speaks of these numbers; none changes by a slip of the hand.
func TestTheDefaultsAreProductions(t *testing.T) {
	p := DefaultParams()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	want := Params{GraceS: 21600, GraceBlocks: 600, LateS: 2592000, ValidatorDelayS: 604800, ValidatorWindowS: 1209600,
		KeyMaxAgeS: 2678400, KeyOverlapS: 86400, AnchorDueS: 172800, LinkDueS: 3888000, TrustPeriodS: 1209600, Tick: 1000}
	if p != want {
		t.Errorf("expected %v, got %v", want, p)
	}
}
