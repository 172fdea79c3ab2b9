package types

import (
	"fmt"
	"strings"
)

// A production chain runs on wall-clock time with the durations of protocol section 5 and keys of a ceremony (section 9.5). A chain whose
// anchors are due after ten years may well work and pass every audit, so whatever differs is named, and a validator refuses to run it
// unless it is told that this is for development. src/protocol/genesis/production.ts names the same in the same words:
// sdk/vectors/geneses.json.

// Departures are everything in a genesis that production would not have.
func (g GenesisState) Departures(genesisUnixS int64) []string {
	var all []string
	begin := g.Clock.GenesisUnixS
	if begin == 0 {
		begin = genesisUnixS
	}
	if g.Clock.StartUnixS != begin {
		all = append(all, fmt.Sprintf("clock.start_unix_s is %d, not the genesis time %d", g.Clock.StartUnixS, begin))
	}
	if g.Clock.Rate != 1 {
		all = append(all, fmt.Sprintf("clock.rate is %d, not 1", g.Clock.Rate))
	}
	production := ProductionParams(g.Params.Rule).named()
	for i, p := range g.Params.named() {
		if want := production[i].value; p.value != want {
			all = append(all, fmt.Sprintf("%s is %d, not %d", p.name, p.value, want))
		}
	}
	var development []string
	for _, k := range g.VerificationKeys {
		if DevelopmentKeyIDs[k.Circuit] == k.ID() {
			development = append(development, k.Circuit)
		}
	}
	if len(development) > 0 {
		all = append(all, fmt.Sprintf("development keys (%s), with which whoever made them can forge proofs", strings.Join(development, ", ")))
	}
	return all
}
