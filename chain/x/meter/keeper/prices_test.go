package keeper_test

import (
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// The first block is at midnight of today, the next one a second later.
func TestSetPrices(t *testing.T) {
	ok := tc.SetPrices(tc.Slot(tc.Today, 2), 4)
	change := func(f func(*types.MsgSetPrices)) *types.MsgSetPrices {
		return with(tc.SetPrices(tc.Slot(tc.Today, 2), 4), f)
	}
	beyond := tc.SetPrices(types.MaxSlot-2, 4)
	checkPairs(t, []pair{
		{name: "a slot that begins in less than 900 s is refused", before: to(899 * time.Second), by: tc.Operator,
			refused: tc.SetPrices(tc.Slot(tc.Today, 1), 4), want: types.ErrPricesEarly, field: "from_slot", like: ok},
		{name: "a slot of the past is refused", by: tc.Operator, refused: tc.SetPrices(tc.Slot(yesterday, 95), 4), want: types.ErrPricesEarly,
			field: "from_slot", like: ok},
		{name: "no prices are refused", by: tc.Operator, refused: tc.SetPrices(tc.Slot(tc.Today, 2), 0), want: types.ErrPricesSlots,
			field: "retail_nel_per_wh", like: ok},
		{name: "201 slots are refused", by: tc.Operator, refused: tc.SetPrices(tc.Slot(tc.Today, 2), 201), want: types.ErrPricesSlots,
			field: "retail_nel_per_wh", like: tc.SetPrices(tc.Slot(tc.Today, 2), 200)},
		{name: "a feed-in price is missing", by: tc.Operator, want: types.ErrPricesSlots, field: "feed_in_nel_per_wh", like: ok,
			refused: change(func(m *types.MsgSetPrices) { m.FeedInNelPerWh = m.FeedInNelPerWh[1:] })},
		{name: "a slot beyond all days is refused", by: tc.Operator, refused: beyond, want: types.ErrDayRange, field: "from_slot",
			like: tc.SetPrices(tc.Slot(tc.Today+types.MaxAheadDays, 92), 4)},
		{name: "a day more than ten years ahead is refused", by: tc.Operator, want: types.ErrDayRange, field: "from_slot",
			refused: tc.SetPrices(tc.Slot(tc.Today+types.MaxAheadDays+1, 0), 4), like: ok},
		{name: "retail of 2^31 is refused", by: tc.Operator, want: types.ErrTariffPrice, field: "retail_nel_per_wh[3]", like: ok,
			refused: change(func(m *types.MsgSetPrices) { m.RetailNelPerWh[3] = 1 << 31 })},
		{name: "feed-in of -2^31 is refused", by: tc.Operator, want: types.ErrTariffPrice, field: "feed_in_nel_per_wh[0]", like: ok,
			refused: change(func(m *types.MsgSetPrices) { m.FeedInNelPerWh[0] = -1 << 31 })},
		{name: "a price finer than 2*tick is refused", by: tc.Operator, want: types.ErrTariffTick, field: "feed_in_nel_per_wh[1]", like: ok,
			refused: change(func(m *types.MsgSetPrices) { m.FeedInNelPerWh[1] = -1_000 })},
		{name: "a meter sets no prices", by: tc.Meter(1), want: txerrors.ErrWrongSigner, field: "operator", like: ok, likeBy: tc.Operator,
			refused: change(func(m *types.MsgSetPrices) { m.Operator = tc.Meter(1).Address })},
	})
}

func TestAFullMessageOfTheLongestPricesFits(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	m := tc.SetPrices(tc.Slot(tc.Today+1, 0), types.MaxPricedSlots)
	const lowest = -(1<<31 - 1) / 2000 * 2000
	for i := range m.RetailNelPerWh {
		m.RetailNelPerWh[i], m.FeedInNelPerWh[i] = lowest, lowest
	}
	c.Accepted(tc.Operator, m)
}

func pricesOf(t *testing.T, c *tc.Chain, day uint32) []types.SlotPrices {
	t.Helper()
	var shown types.QuerySlotPricesResponse
	if err := c.Query("/electra.meter.v1.Query/SlotPrices", &types.QuerySlotPricesRequest{Day: day}, &shown); err != nil {
		t.Fatal(err)
	}
	return shown.SlotPrices
}

func TestPricesStandOverTheTariffUntilTheyAreSetAnew(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	c.Accepted(tc.Operator, tc.SetPrices(tc.Slot(tc.Today, 94), 4))
	today, tomorrow := pricesOf(t, c, tc.Today), pricesOf(t, c, tc.Today+1)
	if len(today) != 2 || len(tomorrow) != 2 || tomorrow[1].Slot != tc.Slot(tc.Today+1, 1) || tomorrow[1].RetailNelPerWh != 306_000 {
		t.Fatalf("expected two slots of either day, got %v and %v", today, tomorrow)
	}
	if at := today[0]; at.UnixS < tc.Genesis.Unix() || at.Height == 0 {
		t.Fatalf("expected height and chain time of the block, got %v", at)
	}
	again := tc.SetPrices(tc.Slot(tc.Today+1, 1), 1)
	again.RetailNelPerWh[0], again.FeedInNelPerWh[0] = -40_000, 80_000 // feed-in above retail
	c.Accepted(tc.Operator, again)
	if got := pricesOf(t, c, tc.Today+1); len(got) != 2 || got[0] != tomorrow[0] || got[1].RetailNelPerWh != -40_000 ||
		got[1].FeedInNelPerWh != 80_000 {
		t.Fatalf("expected the second slot alone to be set anew, got %v", got)
	}
	if got := pricesOf(t, c, yesterday); len(got) != 0 {
		t.Fatalf("expected none of another day, got %v", got)
	}
}

func TestAnExportHasThePricesOfSlotsAndIsHeldToThem(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	frozen(tc.Meter(1))(c)
	c.Accepted(tc.Operator, tc.SetPrices(tc.Slot(tc.Today+1, 0), 3))
	good := stateOf(t, c)
	if err := good.Validate(); err != nil || len(good.SlotPrices) != 3 {
		t.Fatalf("expected the export to pass with three slots, got %v, %v", good.SlotPrices, err)
	}
	for name, change := range map[string]func(g *types.GenesisState){
		"a slot twice":          func(g *types.GenesisState) { g.SlotPrices[1] = g.SlotPrices[0] },
		"out of order":          func(g *types.GenesisState) { g.SlotPrices[0], g.SlotPrices[1] = g.SlotPrices[1], g.SlotPrices[0] },
		"beyond all days":       func(g *types.GenesisState) { g.SlotPrices[2].Slot = types.MaxSlot + 1 },
		"a price too fine":      func(g *types.GenesisState) { g.SlotPrices[0].FeedInNelPerWh++ },
		"a price out of range":  func(g *types.GenesisState) { g.SlotPrices[0].RetailNelPerWh = 1 << 32 },
		"set too late":          func(g *types.GenesisState) { g.SlotPrices[0].Slot = types.DayOf(g.LastUnixS) * types.SlotsPerDay },
		"set after the export":  func(g *types.GenesisState) { g.SlotPrices[0].UnixS = g.LastUnixS + 1 },
		"set before the chain":  func(g *types.GenesisState) { g.SlotPrices[0].UnixS = g.Clock.StartUnixS - 1 },
		"of a height below one": func(g *types.GenesisState) { g.SlotPrices[0].Height = -1 },
	} {
		state := stateOf(t, c)
		change(&state)
		if err := state.Validate(); err == nil {
			t.Errorf("%s: expected a refusal", name)
		}
	}
	fresh := tc.State(4)
	fresh.SlotPrices = good.SlotPrices
	if err := fresh.Validate(); err == nil {
		t.Error("prices in a fresh genesis: expected a refusal")
	}
}
