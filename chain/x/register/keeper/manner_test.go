package keeper

import (
	"testing"

	metertypes "electra/x/meter/types"
)

// A clock whose numbers only Go holds exactly would tell auditors another time than this chain.
func TestAClockThatReadersDoNotHoldIsNoCommunitys(t *testing.T) {
	const now = 1_782_000_000
	for name, c := range map[string]struct {
		clock metertypes.Clock
		taken bool
	}{
		"the world's":                      {metertypes.Clock{StartUnixS: now, Rate: 1, GenesisUnixS: now}, true},
		"the last that there is":           {metertypes.Clock{StartUnixS: metertypes.MaxUnixS, Rate: 1, GenesisUnixS: metertypes.MaxUnixS}, true},
		"one that begins in a far future":  {metertypes.Clock{StartUnixS: 1 << 60, Rate: 1, GenesisUnixS: 1 << 60}, false},
		"one of a genesis before all time": {metertypes.Clock{StartUnixS: now, Rate: 1, GenesisUnixS: -1 << 60}, false},
		"one that starts before all time":  {metertypes.Clock{StartUnixS: -1, Rate: 1, GenesisUnixS: now}, false},
	} {
		if fault := mannerFault(metertypes.DefaultParams(), c.clock, true); (fault == "") != c.taken {
			t.Errorf("%s: expected taken = %t, got %q", name, c.taken, fault)
		}
	}
}
