package keeper_test

import (
	"testing"

	errorsmod "cosmossdk.io/errors"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// Later versions of a book, of communities whose proofs are forged: what is asked here is who may stand in them.

// late is a community of five: the second meter's statement comes late, the third one's never.
func late(t *testing.T) (b *tb.Bundle, second, third tb.Entry) {
	t.Helper()
	b = tb.Forged(t, 5)
	d := b.Days[tb.Day1]
	kept := *d.Roster
	d.Late = &kept
	d.Late.Late, d.Late.UnixS = true, d.Roster.UnixS+3600
	b.SetRoster(t, tb.Day1, false, func(e []types.RosterEntry) { e[1].Commitment, e[2].Commitment = nil, nil })
	b.SetRoster(t, tb.Day1, true, func(e []types.RosterEntry) { e[2].Commitment = nil })
	b.Write(t, tb.Day1, 1, b.Entries(t, d.Roster))
	all := b.Entries(t, d.Late)
	all[2].From, all[2].FromDay = nil, nil
	return b, all[1], all[2]
}

// corrected sends version 2 of these entries, after version 1 is proven.
func corrected(t *testing.T, b *tb.Bundle, entries ...tb.Entry) *tc.Chain {
	t.Helper()
	b.Write(t, tb.Day1, 2, entries)
	return proven(t, b)
}

func proven(t *testing.T, b *tb.Bundle) *tc.Chain {
	t.Helper()
	c := b.Start(t)
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
	return c
}

func TestVersionTwoBillsWhatCameLate(t *testing.T) {
	b, second, _ := late(t)
	c := corrected(t, b, second)
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 2))
	g, err := c.App.Meters.ExportGenesis(c.Context())
	if err != nil || len(g.Proving.Late) != 1 || g.Proving.Late[0].Meter != second.Meter {
		t.Errorf("expected the late statement to be known as billed, got %v, %v", g.Proving, err)
	}
}

func TestACorrectionThatIsWrongIsRefused(t *testing.T) {
	other := func(e tb.Entry, change func(*tb.Entry)) tb.Entry {
		change(&e)
		return e
	}
	for what, of := range map[string]struct {
		entries func(b *tb.Bundle, second, third tb.Entry) []tb.Entry
		change  func(*tb.Bundle)
		want    *errorsmod.Error
	}{
		"nobody": {entries: func(*tb.Bundle, tb.Entry, tb.Entry) []tb.Entry { return nil }, want: types.ErrBookMeters},
		"without what came late": {entries: func(b *tb.Bundle, _, _ tb.Entry) []tb.Entry { return b.Entries(t, b.Days[tb.Day1].Late)[:1] },
			want: types.ErrBookMeters},
		"with a run beside it": {entries: func(_ *tb.Bundle, second, third tb.Entry) []tb.Entry { return []tb.Entry{second, third} },
			want: types.ErrBookMeters},
		"another C": {entries: func(_ *tb.Bundle, second, _ tb.Entry) []tb.Entry {
			return []tb.Entry{other(second, func(e *tb.Entry) { e.C = "9" })}
		}, want: types.ErrBookMeters},
		"a substitute for what came late": {entries: func(_ *tb.Bundle, second, _ tb.Entry) []tb.Entry {
			return []tb.Entry{other(second, func(e *tb.Entry) { e.Source = "substitute" })}
		}, want: types.ErrBookMeters},
		"metered though disputed": {entries: func(_ *tb.Bundle, second, _ tb.Entry) []tb.Entry { return []tb.Entry{second} },
			change: func(b *tb.Bundle) { b.Days[tb.Day1].Disputes = []string{b.Entries(t, b.Days[tb.Day1].Late)[1].Meter} },
			want:   types.ErrBookMeters},
	} {
		t.Run(what, func(t *testing.T) {
			b, second, third := late(t)
			if of.change != nil {
				of.change(b)
			}
			c := corrected(t, b, of.entries(b, second, third)...)
			c.Refused(of.want, tc.Operator, b.Prove(tb.Day1, 2))
		})
	}
}

func TestACorrectionIsBilledAtThePricesOfTheFirstVersion(t *testing.T) {
	b, second, _ := late(t)
	b.Write(t, tb.Day1, 2, []tb.Entry{second})
	b.Reanchor(t, tb.Day1, 2, func(book map[string]any) {
		book["prices"].(map[string]any)["buyNelPerWh"].([]any)[5] = "191000"
	})
	b.Forge(t, tb.Day1, 2)
	c := proven(t, b)
	c.Refused(types.ErrBookPrices, tc.Operator, b.Prove(tb.Day1, 2))
}

// Once its time is over, what came late and is not billed is a day of a run like any other (protocol section 9.4).
func TestALateStatementWhoseTimeIsOverMayBeOfARun(t *testing.T) {
	for _, overdueS := range []int64{0, 1} {
		b, second, _ := late(t)
		second.Source = "substitute"
		b.Write(t, tb.Day1, 2, []tb.Entry{second})
		d := b.Days[tb.Day1]
		d.Anchors[1].UnixS = d.Late.UnixS + int64(b.Genesis.Params.AnchorDueS) + overdueS
		c := proven(t, b)
		if overdueS == 0 {
			c.Refused(types.ErrBookMeters, tc.Operator, b.Prove(tb.Day1, 2))
		} else {
			c.Accepted(tc.Operator, b.Prove(tb.Day1, 2))
		}
	}
}

// A run is corrected after what came late, at the day's means, which its proofs are of.
func TestARunIsCorrectedInAVersionOfItsOwn(t *testing.T) {
	b, second, third := late(t)
	b.Write(t, tb.Day1, 2, []tb.Entry{second})
	b.Write(t, tb.Day1, 3, []tb.Entry{third})
	c := proven(t, b)
	c.Refused(types.ErrProveOrder, tc.Operator, b.Prove(tb.Day1, 3))
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 2))
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 3))
}

func TestWhatAVersionBillsAsMeteredStaysSo(t *testing.T) {
	b, second, _ := late(t)
	b.Write(t, tb.Day1, 2, []tb.Entry{second})
	second.Source = "substitute"
	b.Write(t, tb.Day1, 3, []tb.Entry{second})
	d := b.Days[tb.Day1]
	d.Anchors[2].UnixS = d.Late.UnixS + int64(b.Genesis.Params.AnchorDueS) + 1 // a time at which nothing is in time any more
	c := proven(t, b)
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 2))
	c.Refused(types.ErrBookMeters, tc.Operator, b.Prove(tb.Day1, 3))
}
