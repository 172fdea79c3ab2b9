package keeper_test

import (
	"testing"

	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// ended is a chain on which meters 1 to 3 closed yesterday, retire after today and close it no more, but for meter 3, which
// closes it late; meter 2's yesterday is disputed. The late roster of today is frozen, and meter 4 was never in service.
func ended(c *tc.Chain) {
	var leave []func(*tc.Chain)
	for n := 1; n <= 4; n++ {
		leave = append(leave, sent(tc.Operator, tc.RetireMeter(tc.Meter(n), tc.Today)))
	}
	all(leave...)(c)
	todayFrozen(tc.Meter(1), tc.Meter(2), tc.Meter(3), tc.Meter(5))(c)
	c.Accepted(tc.Meter(3), tc.CloseDay(tc.Meter(3), tc.Today))
	to(31*day + 7*hour)(c)
	tick(c)
}

func TestFinalReading(t *testing.T) {
	meter := tc.Meter(1)
	ok := tc.FinalReading(meter)
	link := func(b []byte) *types.MsgFinalReading {
		return with(ok, func(m *types.MsgFinalReading) { m.Link = b })
	}
	checkPairs(t, []pair{
		{name: "a meter is read once", before: all(ended, sent(tc.Operator, ok)), by: tc.Operator, refused: ok, want: types.ErrFinalReading,
			field: "meter", like: tc.FinalReading(tc.Meter(2))},
		{name: "a meter that goes on is not read", before: ended, by: tc.Operator, refused: tc.FinalReading(tc.Meter(5)),
			want: types.ErrNotRetired, field: "meter", like: ok},
		{name: "a meter that was never in service has nothing to be read", before: ended, by: tc.Operator,
			refused: tc.FinalReading(tc.Meter(4)), want: types.ErrNeverServed, field: "meter", like: ok},
		{name: "a meter that signed its last day has said itself where it ended", before: ended, by: tc.Operator,
			refused: tc.FinalReading(tc.Meter(3)), want: types.ErrLastDaySigned, field: "meter", like: ok},
		{name: "a meter whose last day is disputed is read", before: all(ended, sent(tc.Operator, tc.DisputeDay(tc.Meter(3), tc.Today))),
			by: tc.Operator, refused: tc.FinalReading(tc.Meter(4)), want: types.ErrNeverServed, field: "meter",
			like: tc.FinalReading(tc.Meter(3))},
		{name: "a reading waits for the late roster of the last day", by: tc.Operator,
			before:  all(sent(tc.Operator, tc.RetireMeter(meter, tc.Today)), todayFrozen(meter)),
			refused: ok, want: types.ErrFinalReadingEarly, field: "meter", like: tc.PublishNodeKey(2)},
		{name: "the field order is no link, one less is", before: ended, by: tc.Operator, refused: link(fieldOrderPlus(0)),
			want: types.ErrCommitment, field: "link", like: link(fieldOrderPlus(-1))},
		{name: "a link has 32 bytes", before: ended, by: tc.Operator, refused: link(make([]byte, 31)), want: types.ErrCommitment,
			field: "link", like: ok},
		{name: "an unknown meter is not read", before: ended, by: tc.Operator, refused: tc.FinalReading(tc.Stranger),
			want: types.ErrMeterUnknown, field: "meter", like: ok},
		{name: "the member does not read", before: ended, by: tc.Member(1),
			refused: with(ok, func(m *types.MsgFinalReading) { m.Operator = tc.Member(1).Address }), want: txerrors.ErrWrongSigner,
			field: "operator", like: ok, likeBy: tc.Operator},
	})
}

func TestObjectFinalReading(t *testing.T) {
	meter, member := tc.Meter(1), tc.Member(1)
	ok := tc.ObjectFinalReading(member, meter)
	read := all(ended, sent(tc.Operator, tc.FinalReading(meter), tc.FinalReading(tc.Meter(2))))
	checkPairs(t, []pair{
		{name: "what was not read is not objected to", before: ended, by: member, refused: ok, want: types.ErrNoFinalReading, field: "meter",
			like: tc.NoBill(member, meter, tc.Today)},
		{name: "a member objects once", before: all(read, sent(member, ok)), by: member, refused: ok, want: types.ErrObjected,
			field: "meter", like: tc.ObjectFinalReading(tc.Member(2), tc.Meter(2)), likeBy: tc.Member(2)},
		{name: "only the meter's member objects", before: read, by: tc.Member(2), refused: tc.ObjectFinalReading(tc.Member(2), meter),
			want: txerrors.ErrWrongSigner, field: "member", like: ok, likeBy: member},
	})
}

func TestFinalReadingsAreShownLoggedAndExported(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	ended(c)
	c.Accepted(tc.Operator, tc.FinalReading(tc.Meter(1)), tc.FinalReading(tc.Meter(2)))
	c.Accepted(tc.Member(2), tc.ObjectFinalReading(tc.Member(2), tc.Meter(2)))
	var shown types.QueryFinalReadingsResponse
	if err := c.Query("/electra.meter.v1.Query/FinalReadings", &types.QueryFinalReadingsRequest{}, &shown); err != nil ||
		len(shown.FinalReadings) != 2 {
		t.Fatalf("expected two readings, got %v, %v", shown, err)
	}
	shown = types.QueryFinalReadingsResponse{}
	of := &types.QueryFinalReadingsRequest{Meter: tc.Meter(2).Address}
	if err := c.Query("/electra.meter.v1.Query/FinalReadings", of, &shown); err != nil ||
		len(shown.FinalReadings) != 1 || shown.FinalReadings[0].Day != tc.Today || shown.FinalReadings[0].ObjectedHeight == 0 {
		t.Fatalf("expected the second one, objected to, got %v, %v", shown, err)
	}
	next := logOf(t, c, 0).NextSeq
	wantLog(t, c, next-3, next, types.LogEntry{Kind: types.LogFinalReading, Day: tc.Today, Meter: tc.Meter(1).Address},
		types.LogEntry{Kind: types.LogFinalReading, Day: tc.Today, Meter: tc.Meter(2).Address},
		types.LogEntry{Kind: types.LogObjection, Day: tc.Today, Meter: tc.Meter(2).Address})
	good := stateOf(t, c)
	if err := good.Validate(); err != nil || len(good.FinalReadings) != 2 {
		t.Fatalf("expected the export to pass with both readings, got %v", err)
	}
	for name, change := range map[string]func(g *types.GenesisState){
		"a reading twice":          func(g *types.GenesisState) { g.FinalReadings = append(g.FinalReadings, g.FinalReadings[0]) },
		"of another day":           func(g *types.GenesisState) { g.FinalReadings[0].Day-- },
		"of a signed day":          func(g *types.GenesisState) { g.FinalReadings[0].Meter = tc.Meter(3).Address },
		"of a meter that goes on":  func(g *types.GenesisState) { g.FinalReadings[0].Meter = tc.Meter(5).Address },
		"without a link":           func(g *types.GenesisState) { g.FinalReadings[0].Link = nil },
		"left out of the log":      func(g *types.GenesisState) { g.Log = g.Log[:len(g.Log)-3] },
		"left out, but in the log": func(g *types.GenesisState) { g.FinalReadings = g.FinalReadings[:1] },
		"an objection left out": func(g *types.GenesisState) {
			g.FinalReadings[0].ObjectedHeight, g.FinalReadings[1].ObjectedHeight = 0, 0
		},
		"an objection not in a log": func(g *types.GenesisState) { g.Log = g.Log[:len(g.Log)-1] },
	} {
		state := stateOf(t, c)
		change(&state)
		if err := state.Validate(); err == nil {
			t.Errorf("%s: expected a refusal", name)
		}
	}
}
