package keeper_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	errorsmod "cosmossdk.io/errors"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// Chains of communities, by the rule shared/1.

const sharedGrace = 60 * time.Hour

// sharing is one of four validators and a light meter, whose yesterday is frozen; some have closed it.
func sharing(t *testing.T, closers ...tc.Party) *tc.Chain {
	t.Helper()
	c := tc.Start(t, tc.SharedState(4))
	state(yesterday, closers...)(c)
	c.Until(tc.Genesis.Add(sharedGrace).Unix(), time.Hour)
	c.After(time.Second)
	return c
}

// A chain that halts until after a day's grace leaves communities blocks to state it; one that was there while that ended does not wait.
func TestADayWaitsForCommunitiesAfterAHalt(t *testing.T) {
	begun := func(upTo time.Duration) *tc.Chain {
		c := tc.Start(t, tc.SharedState(4))
		c.Until(tc.Genesis.Add(upTo).Unix(), time.Hour)
		return c
	}
	t.Run("over the day in which its grace ends", func(t *testing.T) {
		c := begun(36 * time.Hour)
		c.After(25 * time.Hour) // an hour after the grace
		state(yesterday, tc.Meter(1), tc.Meter(2))(c)
		wantFrozen(t, c, yesterday, yesterday)
		c.After(time.Second) // three blocks after the halt
		wantFrozen(t, c, tc.Today, tc.Today)
		wantRoster(t, c, yesterday, false, "meter1+ meter2+ meter3 meter4 meter5 ")
	})
	t.Run("of some hours of that day", func(t *testing.T) {
		c := begun(50 * time.Hour)
		c.After(11 * time.Hour)
		wantFrozen(t, c, tc.Today, tc.Today)
	})
}

// state has some close a day that is over.
func state(day uint32, closers ...tc.Party) func(*tc.Chain) {
	return func(c *tc.Chain) {
		for _, m := range closers {
			c.Accepted(m, tc.CloseDay(m, day))
		}
	}
}

// shareDay has a day's honest book anchored and proven.
func shareDay(c *tc.Chain, day uint32) {
	anchor, prove := tb.NewSharedBook(c, day).Written()
	c.Accepted(tc.Operator, anchor)
	c.Accepted(tc.Operator, prove)
}

func TestADayOfCommunitiesIsProvenWithWhoIsAbsent(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2), tc.Meter(4))
	wantRoster(t, c, yesterday, false, "meter1+ meter2+ meter3 meter4+ meter5 ")
	c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(4), yesterday))
	shareDay(c, yesterday)
	books := provenOf(c, yesterday).Books
	if len(books) != 1 || books[0].Entries != 5 || books[0].Copies != 3 {
		t.Fatalf("expected a book of five, three of them absent, got %v", books)
	}
	for n, has := range map[int]bool{1: true, 2: true, 3: false, 4: false, 5: false} {
		bill, err := c.App.Meters.Bill(c.Context(), yesterday, tc.Meter(n).Key.PubKey().Address())
		if err != nil || (len(bill) == types.CommitmentBytes) != has {
			t.Errorf("meter %d: expected a bill: %t, got %x, %v", n, has, bill, err)
		}
	}
	fate(t, c, yesterday, types.FateProven)
	fate(t, c, tc.Today, types.FateOpen)
}

func fate(t *testing.T, c *tc.Chain, day uint32, want types.Fate) {
	t.Helper()
	if got, err := c.App.Meters.DayFate(c.Context(), day); err != nil || got != want {
		t.Errorf("day %d: expected fate %d, got %d, %v", day, want, got, err)
	}
}

func TestABookOfCommunitiesIsRefused(t *testing.T) {
	base := func() *tc.Chain {
		c := sharing(t, tc.Meter(1), tc.Meter(2), tc.Meter(4))
		c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(4), yesterday))
		return c
	}
	of := func(b *tb.SharedBook, who tc.Party) int {
		for i, e := range b.Entries {
			if e["meter"] == who.Address {
				return i
			}
		}
		return -1
	}
	meteredBy := func(who, whose tc.Party) func(*tb.SharedBook) {
		return func(b *tb.SharedBook) { b.Metered(of(b, who), tc.Commitment(whose, yesterday)) }
	}
	leftOut := func(who tc.Party) func(*tb.SharedBook) {
		return func(b *tb.SharedBook) { b.Entries = slices.Delete(b.Entries, of(b, who), of(b, who)+1) }
	}
	copying := func(who tc.Party) func(*tb.SharedBook) {
		return func(b *tb.SharedBook) { b.Entries[of(b, who)]["from"], b.Entries[of(b, who)]["fromDay"] = "0", "0" }
	}
	second := func(name string, key string, value string) func(*tb.SharedBook) {
		return func(b *tb.SharedBook) {
			list := map[string]map[string]any{"tariff": b.Tariff, "prices": b.Prices}[name][key].([]string)
			list[1] = value
		}
	}
	for name, test := range map[string]struct {
		change func(*tb.SharedBook)
		want   *errorsmod.Error
	}{
		"silent, and metered all the same":   {meteredBy(tc.Meter(3), tc.Meter(3)), types.ErrBookMeters},
		"disputed, and metered all the same": {meteredBy(tc.Meter(4), tc.Meter(4)), types.ErrBookMeters},
		"there, and absent all the same":     {func(b *tb.SharedBook) { b.Absent(of(b, tc.Meter(1))) }, types.ErrBookMeters},
		"another commitment":                 {meteredBy(tc.Meter(1), tc.Meter(2)), types.ErrBookMeters},
		"one left out":                       {leftOut(tc.Meter(3)), types.ErrBookMeters},
		"a substitute":                       {func(b *tb.SharedBook) { b.Entries[of(b, tc.Meter(1))]["source"] = "substitute" }, types.ErrBook},
		"an absent one with a bill":          {func(b *tb.SharedBook) { b.Entries[of(b, tc.Meter(3))]["B"] = "5" }, types.ErrBook},
		"a metered one without a bill":       {func(b *tb.SharedBook) { delete(b.Entries[of(b, tc.Meter(1))], "B") }, types.ErrBook},
		"a copied day":                       {copying(tc.Meter(1)), types.ErrBook},
		"a key of a community's circuit":     {func(b *tb.SharedBook) { b.Keys["clearing"] = b.Keys["net"] }, types.ErrBook},
		"a key less":                         {func(b *tb.SharedBook) { delete(b.Keys, "bill-sum") }, types.ErrBook},
		"another key":                        {func(b *tb.SharedBook) { b.Keys["bill-sum"] = b.Keys["net"] }, types.ErrBookKeys},
		"another rule":                       {func(b *tb.SharedBook) { b.Tariff["rule"] = types.TariffRule }, types.ErrBookTariff},
		"another price of what is shared":    {second("tariff", "retailNelPerWh", "192000"), types.ErrBookTariff},
		"a buy above it":                     {second("prices", "buyNelPerWh", "192000"), types.ErrBookPrices},
		"a negative sell":                    {second("prices", "sellNelPerWh", "-1000"), types.ErrBookPrices},
		"both below it":                      {second("prices", "buyNelPerWh", "190000"), types.ErrBookPrices},
		"half a tick":                        {second("prices", "sellNelPerWh", "70500"), types.ErrBookPrices},
	} {
		t.Run(name, func(t *testing.T) {
			c := base()
			b := tb.NewSharedBook(c, yesterday)
			test.change(b)
			anchor, prove := b.Written()
			c.Accepted(tc.Operator, anchor)
			c.Refused(test.want, tc.Operator, prove)
		})
	}
}

func TestProofsOfACommunitysDayAreVerified(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2))
	anchor, prove := tb.NewSharedBook(c, yesterday).Written()
	c.Accepted(tc.Operator, anchor)
	end := len(prove.Bytes) // S, proof, S, proof, clearing
	first, second, clearing := end-3*128-32, end-2*128, end-128
	for name, move := range map[string][2]int{"clearing": {first, clearing}, "bill of": {first, second}} {
		moved := with(prove, func(m *types.MsgProveBook) {
			m.Bytes = bytes.Clone(prove.Bytes)
			copy(m.Bytes[move[1]:move[1]+128], prove.Bytes[move[0]:])
		})
		if text := c.Refused(types.ErrProof, tc.Operator, moved); !strings.Contains(text, name) {
			t.Errorf("expected %s to be named, got %s", name, text)
		}
		c.Block()
	}
	c.Refused(types.ErrWhole, tc.Operator, with(prove, func(m *types.MsgProveBook) { m.Bytes = append(bytes.Clone(m.Bytes), 0) }))
	c.Accepted(tc.Operator, prove)
}

func TestNothingComesLateAndNothingIsCorrected(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2))
	c.Refused(types.ErrDayTooOld, tc.Meter(3), tc.CloseDay(tc.Meter(3), yesterday))
	c.Refused(types.ErrDayTooOld, tc.Meter(1), tc.CloseDay(tc.Meter(1), yesterday))
	shareDay(c, yesterday)
	c.Refused(types.ErrRule, tc.Operator, tc.AnchorBook(yesterday, 2))
	c.Refused(types.ErrDisputeLate, tc.Operator, tc.DisputeDay(tc.Meter(1), yesterday))
	c.Accepted(tc.Operator, tc.RetireMeter(tc.Meter(5), tc.Today+3))
	reading := &types.MsgFinalReading{Operator: tc.Operator.Address, Meter: tc.Meter(5).Address, Link: make([]byte, 32)}
	c.Refused(types.ErrRule, tc.Operator, reading)
	c.Refused(types.ErrRule, tc.Meter(1), tc.Report(tc.Meter(1), tc.Slot(tc.Today, 3)))
	c.Until(tc.Genesis.Add(40*24*time.Hour).Unix(), 6*time.Hour)
	if _, late := roster(t, c, yesterday, true); late {
		t.Error("expected no late roster")
	}
}

func TestADayThatHardlyAnybodyStatedIsVoidAtItsFreeze(t *testing.T) {
	c := sharing(t, tc.Meter(1))
	fate(t, c, yesterday, types.FateVoid)
	if !provenOf(c, yesterday).Void {
		t.Error("expected the query to say so")
	}
	anchor, _ := tb.NewSharedBook(c, yesterday).Written()
	c.Refused(types.ErrVoid, tc.Operator, anchor)
	state(tc.Today, tc.Meter(1), tc.Meter(2))(c)
	c.Until(tc.Genesis.Add(24*time.Hour+sharedGrace).Unix(), time.Hour)
	c.After(time.Second)
	shareDay(c, tc.Today)
}

// A day that disputes leave with one is never proven; after 14 days those that wait go on, whatever lies between.
func TestADayThatDisputesEmptyIsVoidAfterFourteenDays(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2))
	c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(2), yesterday))
	state(tc.Today+1, tc.Meter(1), tc.Meter(2))(c)
	c.Until(tc.Genesis.Add(48*time.Hour+sharedGrace).Unix(), time.Hour)
	c.After(time.Second)
	c.After(time.Second)
	wantRoster(t, c, tc.Today+1, false, "meter1+ meter2+ meter3 meter4 meter5 ")
	fate(t, c, yesterday, types.FateOpen)
	fate(t, c, tc.Today, types.FateVoid) // nobody stated it
	anchor, prove := tb.NewSharedBook(c, tc.Today+1).Written()
	c.Refused(types.ErrAnchorOrder, tc.Operator, anchor)
	empty, proofs := tb.NewSharedBook(c, yesterday).Written()
	early := c.Time
	c.Until(early.Add(11*24*time.Hour).Unix(), time.Hour)
	c.Refused(types.ErrAnchorOrder, tc.Operator, anchor)
	c.Until(early.Add(13*24*time.Hour).Unix(), time.Hour)
	fate(t, c, yesterday, types.FateVoid)
	c.Accepted(tc.Operator, anchor)
	c.Accepted(tc.Operator, prove)
	c.Accepted(tc.Operator, empty)
	c.Refused(types.ErrVoid, tc.Operator, proofs)
}

func TestABookOfOneIsNone(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2))
	c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(2), yesterday))
	anchor, prove := tb.NewSharedBook(c, yesterday).Written()
	c.Accepted(tc.Operator, anchor)
	if text := c.Refused(types.ErrBookMeters, tc.Operator, prove); !strings.Contains(text, "at least 2 that are metered, got 1") {
		t.Errorf("expected how many there are, got %s", text)
	}
}

// Two days in a row: the second begins with links of its own, and is taken.
func TestLinksAreComparedWithNothing(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2))
	shareDay(c, yesterday)
	state(tc.Today, tc.Meter(1), tc.Meter(2))(c)
	c.Until(tc.Genesis.Add(24*time.Hour+sharedGrace).Unix(), time.Hour)
	c.After(time.Second)
	for i, e := range tb.NewSharedBook(c, tc.Today).Entries {
		if before := tb.NewSharedBook(c, yesterday).Entries[i]; e["source"] == "metered" && e["L0"] == before["L1"] {
			t.Fatal("expected links that differ")
		}
	}
	shareDay(c, tc.Today)
}

func TestATariffIsOneOfTheChainsRule(t *testing.T) {
	shared := func(change func(*types.MsgSetTariff)) *types.MsgSetTariff {
		of := tc.SharedTariff(tc.Today + 2)
		m := tc.SetTariff(tc.Today + 2)
		m.Rule, m.RetailNelPerWh, m.FeedInNelPerWh = of.Rule, of.RetailNelPerWh, of.FeedInNelPerWh
		change(m)
		return m
	}
	c := tc.Start(t, tc.SharedState(4))
	c.Accepted(tc.Operator, shared(func(*types.MsgSetTariff) {})) // 191000 is no multiple of two ticks
	c.Accepted(tc.Operator, shared(func(m *types.MsgSetTariff) { m.RetailNelPerWh[3] = 0 }))
	for _, test := range []struct {
		change func(*types.MsgSetTariff)
		want   *errorsmod.Error
	}{
		{func(m *types.MsgSetTariff) { m.Rule = types.TariffRule }, types.ErrTariffRule},
		{func(m *types.MsgSetTariff) { m.Rule = "" }, types.ErrTariffRule},
		{func(m *types.MsgSetTariff) { m.RetailNelPerWh[3] = -1000 }, types.ErrTariffPrice},
		{func(m *types.MsgSetTariff) { m.RetailNelPerWh[3] = 1 << 31 }, types.ErrTariffPrice},
		{func(m *types.MsgSetTariff) { m.RetailNelPerWh[3] = 190_500 }, types.ErrTariffTick},
		{func(m *types.MsgSetTariff) { m.FeedInNelPerWh[3] = 1000 }, types.ErrTariffPrice},
		{func(m *types.MsgSetTariff) { m.FeedInNelPerWh[3] = -1000 }, types.ErrTariffPrice},
	} {
		c.Refused(test.want, tc.Operator, shared(test.change))
	}
	prices := tc.SetPrices(tc.Slot(tc.Today+1, 7), 1)
	prices.RetailNelPerWh, prices.FeedInNelPerWh = []int64{5000}, []int64{0}
	c.Accepted(tc.Operator, prices)
	c.Refused(types.ErrTariffPrice, tc.Operator, with(prices, func(m *types.MsgSetPrices) { m.FeedInNelPerWh = []int64{1000} }))
	other := tc.Start(t, tc.State(4))
	other.Refused(types.ErrTariffRule, tc.Operator, shared(func(*types.MsgSetTariff) {}))
}

// uncached writes to the state that the next block begins with.
func uncached(c *tc.Chain) sdk.Context {
	return c.App.NewUncachedContext(false, cmtproto.Header{ChainID: c.ID, Height: c.Height, Time: c.Time})
}

func TestAChainOfCommunitiesThatIsExportedGoesOn(t *testing.T) {
	c := sharing(t, tc.Meter(1), tc.Meter(2), tc.Meter(3))
	c.Accepted(tc.Operator, tc.DisputeDay(tc.Meter(3), yesterday))
	shareDay(c, yesterday)
	state(tc.Today+1, tc.Meter(4))(c)
	again, err := tc.TryStart(t, export(t, c, c.Time))
	if err != nil {
		t.Fatal(err)
	}
	c.Block()
	want, got := export(t, c, c.Time), export(t, again, c.Time)
	if !bytes.Equal(want.AppState, got.AppState) || !strings.Contains(string(got.AppState), `"rule":"shared/1"`) ||
		!strings.Contains(string(got.AppState), `"bills":[{`) {
		t.Fatalf("expected both to export the same state, with rule and bills:\n%s\n%s", want.AppState, got.AppState)
	}
	for _, on := range []*tc.Chain{c, again} {
		if err := on.App.Meters.DropBills(uncached(on), yesterday); err != nil {
			t.Fatal(err)
		}
		on.Block()
		if bill, err := on.App.Meters.Bill(on.Context(), yesterday, tc.Meter(1).Key.PubKey().Address()); err != nil || bill != nil {
			t.Errorf("expected no bill of a settled day, got %x, %v", bill, err)
		}
		if settled := export(t, on, on.Time); !strings.Contains(string(settled.AppState), `"bills":[]`) {
			t.Errorf("expected no bills in the export, got %s", settled.AppState)
		}
	}
}
