package types

import (
	"errors"
	"math"
	"strings"
	"testing"

	metertypes "electra/x/meter/types"
)

// A chain that begins has made no block in which anybody could settle, whatever one before it made: a week that waits brings none of them
// along. Of one that was executed the height is a fact.
func TestAWeekOfAGenesisWaitsForAllItsBlocks(t *testing.T) {
	for _, at := range []struct {
		executed, height int64
		want             bool
	}{{0, 0, true}, {0, 1, false}, {2, 0, true}, {2, 1, true}, {2, metertypes.MaxHeight, true}, {2, -1, false},
		{2, metertypes.MaxHeight + 1, false}, {2, math.MaxInt64, false}} {
		g := GenesisState{FirstDay: 7, NextDay: 7 + PeriodDays,
			Periods: []Period{{FromDay: 7, ReadyUnixS: 1, ExecutedUnixS: at.executed, DueHeight: at.height}}}
		err := g.Validate()
		if at.want && err != nil {
			t.Errorf("%v: %v", at, err)
		}
		if !at.want && (!errors.Is(err, ErrGenesis) || !strings.Contains(err.Error(), "periods[0].due_height: expected 0")) {
			t.Errorf("%v: expected a refusal that names the field, got %v", at, err)
		}
	}
}
