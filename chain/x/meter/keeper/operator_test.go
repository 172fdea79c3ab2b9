package keeper_test

import (
	"strings"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

func upper(text string) string { return strings.ToUpper(text) }

// Whoever signs a message of the operator's is refused: a meter, a member, a stranger.
func TestOnlyTheOperatorMay(t *testing.T) {
	for name, message := range map[string]func(tc.Party) sdk.Msg{
		"EnrolMeter": func(p tc.Party) sdk.Msg {
			return with(tc.EnrolMeter(tc.Meter(6), tc.Member(6), tc.Today+1), func(m *types.MsgEnrolMeter) { m.Operator = p.Address })
		},
		"RetireMeter": func(p tc.Party) sdk.Msg {
			return with(tc.RetireMeter(tc.Meter(5), tc.Today), func(m *types.MsgRetireMeter) { m.Operator = p.Address })
		},
		"PublishNodeKey": func(p tc.Party) sdk.Msg {
			return with(tc.PublishNodeKey(2), func(m *types.MsgPublishNodeKey) { m.Operator = p.Address })
		},
		"SetTariff": func(p tc.Party) sdk.Msg {
			return with(tc.SetTariff(tc.Today+1), func(m *types.MsgSetTariff) { m.Operator = p.Address })
		},
		"SetPrices": func(p tc.Party) sdk.Msg {
			return with(tc.SetPrices(tc.Slot(tc.Today+1, 0), 4), func(m *types.MsgSetPrices) { m.Operator = p.Address })
		},
		"DisputeDay": func(p tc.Party) sdk.Msg {
			return with(tc.DisputeDay(tc.Meter(1), yesterday), func(m *types.MsgDisputeDay) { m.Operator = p.Address })
		},
		"AnchorBook": func(p tc.Party) sdk.Msg {
			return with(tc.AnchorBook(yesterday, 1), func(m *types.MsgAnchorBook) { m.Operator = p.Address })
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := tc.Start(t, tc.State(4))
			frozen(tc.Meter(1))(c)
			c.Refused(txerrors.ErrWrongSigner, tc.Meter(1), message(tc.Meter(1)))
			c.Refused(txerrors.ErrWrongSigner, tc.Member(1), message(tc.Member(1)))
			c.Refused(txerrors.ErrStranger, tc.Stranger, message(tc.Stranger))
			c.Accepted(tc.Operator, message(tc.Operator))
		})
	}
}

func TestPublishNodeKey(t *testing.T) {
	ok := tc.PublishNodeKey(2)
	key := func(k []byte) *types.MsgPublishNodeKey {
		return with(ok, func(m *types.MsgPublishNodeKey) { m.Key = k })
	}
	checkPairs(t, []pair{
		{name: "an epoch is published once", by: tc.Operator, refused: tc.PublishNodeKey(1), want: types.ErrNodeKeyEpoch, field: "epoch",
			like: ok},
		{name: "no epoch is left out", by: tc.Operator, refused: tc.PublishNodeKey(3), want: types.ErrNodeKeyEpoch, field: "epoch", like: ok},
		{name: "a key has 32 bytes", by: tc.Operator, refused: key(make([]byte, 31)), want: types.ErrNodeKey, field: "key", like: ok},
		{name: "a low-order point is refused", by: tc.Operator, refused: key(make([]byte, 32)), want: types.ErrNodeKey, field: "key", like: ok},
	})
}

func TestSetTariff(t *testing.T) {
	ok := tc.SetTariff(tc.Today + 1)
	change := func(f func(*types.MsgSetTariff)) *types.MsgSetTariff {
		return with(tc.SetTariff(tc.Today+1), f)
	}
	refuse := func(name, field string, want pair, f func(*types.MsgSetTariff)) pair {
		want.name, want.field, want.by, want.refused, want.like = name, field, tc.Operator, change(f), ok
		return want
	}
	checkPairs(t, []pair{
		{name: "a tariff starts tomorrow or later", by: tc.Operator, refused: tc.SetTariff(tc.Today), want: types.ErrTariffDay,
			field: "from_day", like: ok},
		{name: "a tariff in the past is refused", by: tc.Operator, refused: tc.SetTariff(yesterday), want: types.ErrTariffDay,
			field: "from_day", like: ok},
		{name: "a tariff beyond all days is refused", by: tc.Operator, refused: tc.SetTariff(types.MaxDay + 1), want: types.ErrDayRange,
			field: "from_day", like: tc.SetTariff(tc.Today + types.MaxAheadDays)},
		refuse("only one rule is known", "rule", pair{want: types.ErrTariffRule}, func(m *types.MsgSetTariff) { m.Rule = "mid-market/2" }),
		refuse("95 retail prices are refused", "retail_nel_per_wh", pair{want: types.ErrTariffSlots},
			func(m *types.MsgSetTariff) { m.RetailNelPerWh = m.RetailNelPerWh[1:] }),
		refuse("97 feed-in prices are refused", "feed_in_nel_per_wh", pair{want: types.ErrTariffSlots},
			func(m *types.MsgSetTariff) { m.FeedInNelPerWh = append(m.FeedInNelPerWh, 0) }),
		refuse("feed-in of 2^31 is refused", "feed_in_nel_per_wh[7]", pair{want: types.ErrTariffPrice},
			func(m *types.MsgSetTariff) { m.FeedInNelPerWh[7] = 1 << 31 }),
		refuse("retail of -2^31 is refused", "retail_nel_per_wh[7]", pair{want: types.ErrTariffPrice},
			func(m *types.MsgSetTariff) { m.RetailNelPerWh[7] = -1 << 31 }),
		refuse("retail of 2^31 is refused", "retail_nel_per_wh[0]", pair{want: types.ErrTariffPrice},
			func(m *types.MsgSetTariff) { m.RetailNelPerWh[0] = 1 << 31 }),
		refuse("feed-in of -2^31 is refused", "feed_in_nel_per_wh[95]", pair{want: types.ErrTariffPrice},
			func(m *types.MsgSetTariff) { m.FeedInNelPerWh[95] = -1 << 31 }),
		refuse("a price finer than 2*tick is refused", "retail_nel_per_wh[1]", pair{want: types.ErrTariffTick},
			func(m *types.MsgSetTariff) { m.RetailNelPerWh[1] = 301_000 }),
		refuse("a negative price finer than 2*tick is refused", "feed_in_nel_per_wh[1]", pair{want: types.ErrTariffTick},
			func(m *types.MsgSetTariff) { m.FeedInNelPerWh[1] = -1_000 }),
		refuse("a fee of 2^48 is refused", "fee_per_day_nel", pair{want: types.ErrTariffFee},
			func(m *types.MsgSetTariff) { m.FeePerDayNel = 1 << 48 }),
	})
}

func TestTheExtremesOfATariffAreAccepted(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	m := tc.SetTariff(tc.Today + 1)
	const top = (1<<31 - 1) / 2000 * 2000
	m.RetailNelPerWh[0], m.FeedInNelPerWh[0] = top, -top
	m.RetailNelPerWh[1], m.FeedInNelPerWh[1] = -top, -top // negative prices, equal ones
	m.RetailNelPerWh[2], m.FeedInNelPerWh[2] = -top, top  // feed-in above retail
	m.FeePerDayNel = 1<<48 - 1
	c.Accepted(tc.Operator, m)
	cheaper := tc.SetTariff(tc.Today + 1)
	cheaper.FeePerDayNel = 0
	c.Accepted(tc.Operator, cheaper) // an announced tariff may still be replaced
	tariff, err := c.App.Meters.Tariffs.Get(c.Context(), tc.Today+1)
	if err != nil || tariff.FeePerDayNel != 0 {
		t.Fatalf("expected the later announcement, got %+v, %v", tariff, err)
	}
}

func TestDisputeDay(t *testing.T) {
	ok := tc.DisputeDay(tc.Meter(1), yesterday)
	reason := func(text string) *types.MsgDisputeDay {
		return with(ok, func(m *types.MsgDisputeDay) { m.Reason = text })
	}
	ready := frozen(tc.Meter(1))
	signedLate := all(todayFrozen(tc.Meter(1), tc.Meter(2), tc.Meter(4)), sent(tc.Meter(2), tc.CloseDay(tc.Meter(2), tc.Today)),
		sent(tc.Meter(4), tc.CloseDay(tc.Meter(4), tc.Today)))
	lateAt := 31*day + 7*hour
	late := all(signedLate, to(lateAt))
	overdue := all(late, tick, to(lateAt+2*day+hour))
	checkPairs(t, []pair{
		{name: "a day must be on a roster, not only committed", before: sent(tc.Meter(1), tc.CloseDay(tc.Meter(1), yesterday)), by: tc.Operator,
			refused: ok, want: types.ErrNoCommitment, field: "day", like: tc.PublishNodeKey(2)},
		{name: "a meter whose day is missing cannot be disputed", before: ready, by: tc.Operator,
			refused: tc.DisputeDay(tc.Meter(2), yesterday), want: types.ErrNoCommitment, field: "day", like: ok},
		{name: "a late statement is disputed on the late roster", by: tc.Operator,
			before:  late,
			refused: tc.DisputeDay(tc.Meter(3), tc.Today), want: types.ErrNoCommitment, field: "day", like: tc.DisputeDay(tc.Meter(2), tc.Today)},
		{name: "a day whose first book is anchored has been proven as metered", by: tc.Operator,
			before:  all(todayFrozen(tc.Meter(1)), sent(tc.Operator, tc.AnchorBook(yesterday, 1))),
			refused: ok, want: types.ErrDisputeLate, field: "day", like: tc.AnchorBook(tc.Today, 1)},
		{name: "a late statement is disputed after the first book, not after the second", by: tc.Operator,
			before: all(late, sent(tc.Operator, tc.AnchorBook(yesterday, 1), tc.AnchorBook(tc.Today, 1)),
				sent(tc.Operator, tc.DisputeDay(tc.Meter(2), tc.Today), tc.AnchorBook(tc.Today, 2))),
			refused: tc.DisputeDay(tc.Meter(4), tc.Today), want: types.ErrDisputeLate, field: "day", like: tc.AnchorBook(tc.Today, 3)},
		{name: "a late statement is disputed until the second book is overdue", by: tc.Operator,
			before:  all(late, sent(tc.Operator, tc.AnchorBook(yesterday, 1), tc.AnchorBook(tc.Today, 1)), to(lateAt+2*day+hour)),
			refused: tc.DisputeDay(tc.Meter(2), tc.Today), want: types.ErrDisputeDue, field: "day", like: tc.AnchorBook(tc.Today, 2)},
		{name: "a statement in time is disputed until the first book is anchored, however late that is", by: tc.Operator, before: overdue,
			refused: tc.DisputeDay(tc.Meter(4), tc.Today), want: types.ErrDisputeDue, field: "day", like: tc.DisputeDay(tc.Meter(1), yesterday)},
		{name: "a day is disputed once", before: all(ready, sent(tc.Operator, ok)), by: tc.Operator, refused: reason("again"),
			want: types.ErrDisputed, field: "day", like: tc.PublishNodeKey(2)},
		{name: "an unknown meter cannot be disputed", before: ready, by: tc.Operator,
			refused: tc.DisputeDay(tc.Stranger, yesterday), want: types.ErrMeterUnknown, field: "meter", like: ok},
		{name: "a dispute has a reason", before: ready, by: tc.Operator, refused: reason(""), want: types.ErrReason, field: "reason",
			like: reason("x")},
		{name: "a reason is short", before: ready, by: tc.Operator, refused: reason(strings.Repeat("x", 141)), want: types.ErrReason,
			field: "reason", like: reason(strings.Repeat("x", 140))},
		{name: "a reason is printable", before: ready, by: tc.Operator, refused: reason("a\x1b[2J"), want: types.ErrReason, field: "reason",
			like: ok},
	})
}

func TestAnchorBook(t *testing.T) {
	ok := tc.AnchorBook(yesterday, 1)
	hash := func(n int) *types.MsgAnchorBook {
		return with(ok, func(m *types.MsgAnchorBook) { m.BookHash = make([]byte, n) })
	}
	totals := func(version uint32, x []byte) *types.MsgAnchorBook {
		return with(tc.AnchorBook(yesterday, version), func(m *types.MsgAnchorBook) { m.Totals = x })
	}
	checkPairs(t, []pair{
		{name: "a book waits for its roster", before: to(hour), by: tc.Operator, refused: ok, want: types.ErrAnchorEarly, field: "day",
			like: tc.PublishNodeKey(2)},
		{name: "the next day's book waits for its own roster", before: frozen(), by: tc.Operator,
			refused: tc.AnchorBook(tc.Today, 1), want: types.ErrAnchorEarly, field: "day", like: ok},
		{name: "the first version is 1", before: frozen(), by: tc.Operator, refused: tc.AnchorBook(yesterday, 0), want: types.ErrAnchorVersion,
			field: "version", like: ok},
		{name: "no version is left out", before: frozen(), by: tc.Operator, refused: tc.AnchorBook(yesterday, 2), want: types.ErrAnchorVersion,
			field: "version", like: ok},
		{name: "first books come in the order of days", before: todayFrozen(), by: tc.Operator,
			refused: tc.AnchorBook(tc.Today, 1), want: types.ErrAnchorOrder, field: "day", like: ok},
		{name: "a day waits for the first book of the day before, not for its corrections", by: tc.Operator,
			before:  all(todayFrozen(), to(30*day+6*hour), tick, tick, tick, to(31*day), sent(tc.Operator, ok, tc.AnchorBook(yesterday, 2))),
			refused: tc.AnchorBook(tc.Today+1, 1),
			want:    types.ErrAnchorOrder, field: "day", like: tc.AnchorBook(tc.Today, 1)},
		{name: "an anchored version cannot be anchored again", before: all(lateFrozen(), sent(tc.Operator, ok)), by: tc.Operator,
			refused: with(ok, func(m *types.MsgAnchorBook) { m.BookHash[0] = 1 }), want: types.ErrAnchorVersion, field: "version",
			like: tc.AnchorBook(yesterday, 2)},
		{name: "a correction waits for the late roster", before: all(frozen(), sent(tc.Operator, ok)), by: tc.Operator,
			refused: tc.AnchorBook(yesterday, 2), want: types.ErrAnchorEarly, field: "day", like: tc.PublishNodeKey(2)},
		{name: "a hash of 31 bytes is refused", before: frozen(), by: tc.Operator, refused: hash(31), want: types.ErrBookHash,
			field: "book_hash", like: hash(32)},
		{name: "a hash of 33 bytes is refused", before: frozen(), by: tc.Operator, refused: hash(33), want: types.ErrBookHash,
			field: "book_hash", like: hash(32)},
		{name: "a first book has totals", before: frozen(), by: tc.Operator, refused: totals(1, nil), want: types.ErrTotals,
			field: "totals", like: ok},
		{name: "totals have 32 bytes", before: frozen(), by: tc.Operator, refused: totals(1, make([]byte, 33)), want: types.ErrTotals,
			field: "totals", like: totals(1, make([]byte, 32))},
		{name: "totals are below the field's order", before: frozen(), by: tc.Operator, refused: totals(1, fieldOrderPlus(0)),
			want: types.ErrTotals, field: "totals", like: totals(1, fieldOrderPlus(-1))},
		{name: "totals are issued once", before: all(lateFrozen(), sent(tc.Operator, ok)), by: tc.Operator,
			refused: totals(2, ok.Totals), want: types.ErrTotals, field: "totals", like: totals(2, nil)},
	})
}
