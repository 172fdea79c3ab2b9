package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// An index may leave a block unread when it has no transaction and the state is the same behind it. So whatever EndBlock tells
// of in an event has to be in the state as well: tc.Chain holds that in every block of every test, and here each kind of event is
// met in a block without transactions.
func TestWhatAnEmptyBlockTellsOfIsInTheState(t *testing.T) {
	state := tc.State(4)
	state.Params.LateS = 2 * 86400
	c := tc.Start(t, state)
	heir := tc.NewParty("heir")
	c.Accepted(tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), types.DayOf(c.Now())+1))
	c.Accepted(tc.Operator, tc.RotateOperator(tc.Operator, heir, 1))
	told := map[string]int{}
	still := 0
	for range 9 * 24 {
		before := c.AppHash()
		c.After(time.Hour)
		same := bytes.Equal(before, c.AppHash())
		if same {
			still++
		}
		for _, event := range c.Events {
			if !strings.HasPrefix(event.Type, "electra.") {
				continue
			}
			told[event.Type]++
			if same {
				t.Fatalf("height %d tells of %s, but its state is that of the block before", c.Height, event.Type)
			}
		}
	}
	for _, kind := range []string{"electra.roster_frozen", "electra.validator_change", "electra.operator_rotated"} {
		if told[kind] == 0 {
			t.Errorf("expected %s in a block without transactions, got %v", kind, told)
		}
	}
	if still == 0 {
		t.Error("expected blocks that change nothing")
	}
}
