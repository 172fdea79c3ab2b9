package keeper_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

func logOf(t *testing.T, c *tc.Chain, from uint64) *types.QueryLogResponse {
	t.Helper()
	var shown types.QueryLogResponse
	if err := c.Query("/electra.meter.v1.Query/Log", &types.QueryLogRequest{FromSeq: from}, &shown); err != nil {
		t.Fatal(err)
	}
	return &shown
}

func wantLog(t *testing.T, c *tc.Chain, from, next uint64, want ...types.LogEntry) {
	t.Helper()
	if got := logOf(t, c, from); got.NextSeq != next || !slices.Equal(got.Entries, want) {
		t.Fatalf("from %d: expected next %d and\n%v, got %d and\n%v", from, next, want, got.NextSeq, got.Entries)
	}
}

// What may change what an audit has said of a day is in the log, once and in order: also where one transaction does
// several things, and though the ante handler rehearses every effect in every door.
func TestTheLogNamesWhatMayChangeAnAuditedDay(t *testing.T) {
	meter, member := tc.Meter(1), tc.Member(1)
	c := tc.Start(t, tc.State(4))
	wantLog(t, c, 0, 1)
	todayFrozen(meter, tc.Meter(2))(c)
	c.Accepted(tc.Operator, tc.DisputeDay(meter, yesterday), tc.AnchorBook(yesterday, 1), tc.AnchorBook(tc.Today, 1))
	c.Accepted(member, tc.NoBill(member, meter, yesterday), tc.WithdrawNoBill(member, meter, yesterday))
	c.Accepted(tc.Meter(2), tc.CloseDay(tc.Meter(2), tc.Today)) // late
	entries := []types.LogEntry{
		{Kind: types.LogDispute, Day: yesterday, Meter: meter.Address},
		{Kind: types.LogNoBill, Day: yesterday, Meter: meter.Address},
		{Kind: types.LogNoBillWithdrawn, Day: yesterday, Meter: meter.Address},
	}
	wantLog(t, c, 1, 4, entries...)
	to(31*day + 7*hour)(c)
	tick(c)
	c.Accepted(tc.Operator, tc.AnchorBook(tc.Today, 2))
	entries = append(entries, types.LogEntry{Kind: types.LogLateRoster, Day: tc.Today},
		types.LogEntry{Kind: types.LogCorrection, Day: tc.Today, Version: 2})
	wantLog(t, c, 0, 6, entries...)
	wantLog(t, c, 4, 6, entries[3:]...)
	wantLog(t, c, 6, 6)
	wantLog(t, c, 1<<63, 6)
}

func TestALateRosterThatAddsNothingIsNoEntry(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	lateFrozen(tc.Meter(1))(c)
	wantLog(t, c, 1, 1)
	if _, ok := roster(t, c, yesterday, true); !ok {
		t.Fatal("expected the late roster to be frozen")
	}
}

func TestAnImportedLogIsWhatTheStateCouldHaveLeft(t *testing.T) {
	c := lived(t)
	c.Accepted(tc.Meter(2), with(tc.CloseDay(tc.Meter(2), tc.Today+1), func(m *types.MsgCloseDay) { m.KeyEpoch = 2 }))
	to(64 * day)(c)
	for range 3 {
		c.After(time.Minute)
	}
	c.Accepted(tc.Operator, tc.AnchorBook(yesterday, 2))
	good := stateOf(t, c)
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	kinds := []uint32{}
	for _, e := range good.Log {
		kinds = append(kinds, e.Kind)
	}
	want := []uint32{types.LogDispute, types.LogNoBill, types.LogNoBill, types.LogNoBillWithdrawn, types.LogLateRoster, types.LogCorrection}
	if !slices.Equal(kinds, want) {
		t.Fatalf("expected the kinds %v, got %v", want, kinds)
	}
	for name, change := range map[string]func(g *types.GenesisState){
		"an entry left out":        func(g *types.GenesisState) { g.Log = g.Log[1:] },
		"the last one left out":    func(g *types.GenesisState) { g.Log = g.Log[:len(g.Log)-1] },
		"the late roster left out": func(g *types.GenesisState) { g.Log = slices.Delete(g.Log, 4, 5) },
		"a withdrawal left out":    func(g *types.GenesisState) { g.Log = slices.Delete(g.Log, 3, 4) },
		"a NoBill left out":        func(g *types.GenesisState) { g.Log = slices.Delete(g.Log, 1, 2) },
		"an entry twice":           func(g *types.GenesisState) { g.Log = append(g.Log, g.Log[0]) },
		"an invented correction": func(g *types.GenesisState) {
			g.Log = append(g.Log, types.LogEntry{Kind: types.LogCorrection, Day: yesterday, Version: 3})
		},
		"a version 1": func(g *types.GenesisState) {
			g.Log = append(g.Log, types.LogEntry{Kind: types.LogCorrection, Day: tc.Today, Version: 1})
		},
		"a field of another kind":     func(g *types.GenesisState) { g.Log[0].Version = 2 },
		"an unknown meter":            func(g *types.GenesisState) { g.Log[0].Meter = tc.Stranger.Address },
		"an unknown kind":             func(g *types.GenesisState) { g.Log[0].Kind = 8 },
		"another order of one NoBill": func(g *types.GenesisState) { g.Log[2], g.Log[3] = g.Log[3], g.Log[2] },
	} {
		state := stateOf(t, c)
		change(&state)
		if err := state.Validate(); err == nil || !(strings.Contains(err.Error(), "log") || strings.Contains(err.Error(), "no_bills")) {
			t.Errorf("%s: expected a refusal that names the log, got %v", name, err)
		}
	}
}

// stateOf exports a chain's state.
func stateOf(t *testing.T, c *tc.Chain) types.GenesisState {
	t.Helper()
	g, err := c.App.Meters.ExportGenesis(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	return *g
}
