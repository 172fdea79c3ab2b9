package keeper_test

import (
	"testing"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

func setUplink(change func(*types.MsgSetUplink)) *types.MsgSetUplink {
	m := &types.MsgSetUplink{Operator: tc.Operator.Address, FromDay: tc.Today + 1, MainChainId: "electra-main-5eed0002",
		MainGenesisHash: make([]byte, types.HashBytes), Uplink: tc.Meter(1).Address}
	if change != nil {
		change(m)
	}
	return m
}

func TestTheOperatorSaysOnWhichMainChainTheCommunitySharesFromADayOn(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, setUplink(nil))
	c.Accepted(tc.Operator, &types.MsgSetUplink{Operator: tc.Operator.Address, FromDay: tc.Today + 2})
	first, err := c.App.Meters.Uplinks.Get(c.Context(), 0)
	if err != nil || !first.IsNone() {
		t.Errorf("expected a chain to begin with none, got %v %v", first, err)
	}
	set, err := c.App.Meters.Uplinks.Get(c.Context(), tc.Today+1)
	if err != nil || set.MainChainId != "electra-main-5eed0002" || set.Height != c.Height-1 {
		t.Errorf("expected the uplink in the state, got %v %v", set, err)
	}
}

func TestAnUplinkThatCannotBeIsRefused(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Refused(types.ErrUplinkDay, tc.Operator, setUplink(func(m *types.MsgSetUplink) { m.FromDay = tc.Today }))
	c.Refused(types.ErrUplinkDay, tc.Operator, setUplink(func(m *types.MsgSetUplink) { m.FromDay = tc.Today + types.MaxAheadDays + 1 }))
	c.Refused(types.ErrUplink, tc.Operator, setUplink(func(m *types.MsgSetUplink) { m.MainChainId = tc.ID }))
	c.Refused(types.ErrUplink, tc.Operator, setUplink(func(m *types.MsgSetUplink) { m.MainChainId = "" }))
	c.Refused(types.ErrUplink, tc.Operator, setUplink(func(m *types.MsgSetUplink) { m.MainGenesisHash = m.MainGenesisHash[1:] }))
}

func TestUplinksGoOnInAnExportAndAreLeftOutWhereNoneWasSet(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	g, err := c.App.Meters.ExportGenesis(c.Context())
	if err != nil || len(g.Uplinks) != 0 {
		t.Fatalf("expected none in an export, got %v %v", g.Uplinks, err)
	}
	c.Accepted(tc.Operator, setUplink(nil))
	if g, err = c.App.Meters.ExportGenesis(c.Context()); err != nil || len(g.Uplinks) != 2 {
		t.Fatalf("expected both in an export, got %v %v", g.Uplinks, err)
	}
	if err := g.Validate(); err != nil {
		t.Error(err)
	}
	g.Uplinks[1].FromDay = 0
	if err := g.Validate(); err == nil {
		t.Error("expected two uplinks of one day to be refused")
	}
}
