package keeper_test

import (
	"testing"
	"time"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

func TestNoBill(t *testing.T) {
	member, meter := tc.Member(1), tc.Meter(1)
	open, withdraw := tc.NoBill(member, meter, yesterday), tc.WithdrawNoBill(member, meter, yesterday)
	checkPairs(t, []pair{
		{name: "it is opened once", before: sent(member, open), by: member, refused: open, want: types.ErrNoBillOpen, field: "day",
			like: withdraw},
		{name: "only the meter's member opens it", by: tc.Member(2),
			refused: tc.NoBill(tc.Member(2), meter, yesterday), want: txerrors.ErrWrongSigner, field: "member", like: open, likeBy: member},
		{name: "the meter itself does not open it", by: meter,
			refused: tc.NoBill(meter, meter, yesterday), want: txerrors.ErrWrongSigner, field: "member", like: open, likeBy: member},
		{name: "a day before the meter's first has no bill", by: member,
			refused: tc.NoBill(member, meter, yesterday-1), want: types.ErrBeforeFirstDay, field: "day", like: open},
		{name: "a day that is not over has no bill", before: to(day - time.Second), by: member,
			refused: tc.NoBill(member, meter, tc.Today), want: types.ErrDayNotOver, field: "day", like: open},
		{name: "a day after the meter's last has no bill", before: all(sent(tc.Operator, tc.RetireMeter(meter, tc.Today)), to(3*day)), by: member,
			refused: tc.NoBill(member, meter, tc.Today+1), want: types.ErrAfterLastDay, field: "day", like: tc.NoBill(member, meter, tc.Today)},
		{name: "a day that froze before the meter's service has no bill", before: all(frozen(), to(day)), by: member,
			refused: open, want: types.ErrBeforeService, field: "day", like: tc.NoBill(member, meter, tc.Today)},
		{name: "an unknown meter has no bill", by: member,
			refused: tc.NoBill(member, tc.Stranger, yesterday), want: types.ErrMeterUnknown, field: "meter", like: open},
		{name: "only an open one is withdrawn", by: member, refused: withdraw, want: types.ErrNoBillNotOpen, field: "day", like: open},
		{name: "only the meter's member withdraws it", before: sent(member, open), by: tc.Member(2),
			refused: tc.WithdrawNoBill(tc.Member(2), meter, yesterday), want: txerrors.ErrWrongSigner, field: "member", like: withdraw,
			likeBy: member},
	})
}

// Opening and withdrawing in turns would be free spam: each turn needs a newer book.
func TestAWithdrawnNoBillIsOpenedAgainOnlyAfterANewerBook(t *testing.T) {
	member, meter := tc.Member(1), tc.Meter(1)
	open, withdraw := tc.NoBill(member, meter, yesterday), tc.WithdrawNoBill(member, meter, yesterday)
	c := tc.Start(t, tc.State(4))
	frozen(meter)(c)
	c.Accepted(member, open, withdraw)
	c.Refused(types.ErrNoBillNotOpen, member, withdraw)
	c.Refused(types.ErrNoBillWithdrawn, member, open)
	c.Accepted(tc.Operator, tc.AnchorBook(yesterday, 1))
	c.Accepted(member, open, withdraw)
	c.Refused(types.ErrNoBillWithdrawn, member, open)
	to(30*day + 7*hour)(c)
	c.Accepted(tc.Operator, tc.AnchorBook(yesterday, 2))
	c.Accepted(member, open)
	var shown types.QueryNoBillsResponse
	if err := c.Query("/electra.meter.v1.Query/NoBills", &types.QueryNoBillsRequest{Day: yesterday}, &shown); err != nil ||
		len(shown.NoBills) != 1 {
		t.Fatalf("expected one open NoBill, got %v, %v", shown, err)
	}
	c.Accepted(member, withdraw)
	shown = types.QueryNoBillsResponse{}
	if err := c.Query("/electra.meter.v1.Query/NoBills", &types.QueryNoBillsRequest{Day: yesterday}, &shown); err != nil ||
		len(shown.NoBills) != 0 {
		t.Fatalf("expected no open NoBill, got %v, %v", shown, err)
	}
}
