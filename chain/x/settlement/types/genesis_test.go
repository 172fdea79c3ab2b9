package types

import (
	"errors"
	"math"
	"strings"
	"testing"

	metertypes "electra/x/meter/types"
)

// grace_blocks are added to the height: one near the end of the numbers would leave nobody any of them.
func TestAPeriodWaitsFromAHeightThatBlocksCanBeAddedTo(t *testing.T) {
	for height, want := range map[int64]bool{1: true, metertypes.MaxHeight: true, 0: false, -1: false, metertypes.MaxHeight + 1: false,
		math.MaxInt64: false} {
		g := GenesisState{FirstDay: 7, NextDay: 7 + PeriodDays,
			Periods: []Period{{FromDay: 7, ReadyUnixS: 1, ReadyHeight: height}}}
		err := g.Validate()
		if want && err != nil {
			t.Errorf("height %d: %v", height, err)
		}
		if !want && (!errors.Is(err, ErrGenesis) || !strings.Contains(err.Error(), "periods[0].ready_height: expected 1 to")) {
			t.Errorf("height %d: expected a refusal that names the field, got %v", height, err)
		}
	}
}
