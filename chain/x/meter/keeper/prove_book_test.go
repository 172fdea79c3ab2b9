package keeper_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"electra/app"
	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
	"electra/internal/txerrors"
	"electra/x/meter/types"
)

// Books are those that the audit is tested with, with their real proofs; the chain's state says what their bundles say.

func provenOf(c *tc.Chain, day uint32) types.QueryProvenResponse {
	var answer types.QueryProvenResponse
	if err := c.Query("/electra.meter.v1.Query/Proven", &types.QueryProvenRequest{Day: day}, &answer); err != nil {
		c.T.Fatal(err)
	}
	return answer
}

func TestABookIsProvenAndTheNextOneGoesOnFromIt(t *testing.T) {
	for _, name := range []string{"honest", "substituted"} {
		b := tb.Load(t, name)
		c := b.Start(t)
		c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
		c.Accepted(tc.Operator, b.Prove(tb.Day2, 1))
		anchor := b.Days[tb.Day2].Anchors[0]
		books := provenOf(c, tb.Day2).Books
		if len(books) != 1 {
			t.Fatalf("%s: expected one proven book, got %v", name, books)
		}
		got := books[0]
		copies := map[string]uint32{"honest": 0, "substituted": 1}[name]
		if !bytes.Equal(got.BookHash, anchor.BookHash) || !bytes.Equal(got.Totals, anchor.Totals) || got.Entries != 13 || got.Copies != copies ||
			got.Height != c.Height || got.UnixS != c.Now() {
			t.Errorf("%s: expected what was anchored, 13 entries, %d copies, of now, got %v", name, copies, got)
		}
		c.Refused(types.ErrProven, tc.Operator, b.Prove(tb.Day2, 1))
	}
}

// Of two days that need nobody's copy of a day before, one has a dispute and a meter that said nothing.
func TestADisputedDayAZeroDayAndACorrectionAreProven(t *testing.T) {
	b := tb.Load(t, "corrected")
	c := b.Start(t)
	keepFromBeingVoid(t, c, b)
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
	c.Accepted(tc.Operator, b.Prove(tb.Day2, 1))
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 2))
	if books := provenOf(c, tb.Day1).Books; len(books) != 2 || books[1].Entries != 1 || books[0].Copies != 2 {
		t.Errorf("expected a first book with two copies and a correction of one entry, got %v", books)
	}
}

// keepFromBeingVoid puts the freezes nearer to the chain's time than they are in a bundle with a late roster.
func keepFromBeingVoid(t *testing.T, c *tc.Chain, b *tb.Bundle) {
	t.Helper()
	for _, d := range b.Days {
		d.Roster.UnixS = c.Now() - 100
	}
	b.Overlay(t, c)
	c.Block()
}

func TestOnlyTheOperatorProvesBooks(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	message := b.Prove(tb.Day1, 1)
	message.Operator = tc.Stranger.Address
	c.Refused(txerrors.ErrStranger, tc.Stranger, message)
}

func TestAWholeComesInParts(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	whole := b.Whole(tb.Day1, 1)
	part := func(n, of uint32) *types.MsgProveBook {
		m := b.Prove(tb.Day1, 1)
		size := (len(whole) + int(of) - 1) / int(of)
		m.Part, m.Parts, m.Bytes = n, of, whole[int(n)*size:min(len(whole), int(n+1)*size)]
		return m
	}
	c.Accepted(tc.Operator, part(0, 3))
	c.Refused(types.ErrProvePart, tc.Operator, part(2, 3))
	c.Refused(types.ErrProvePart, tc.Operator, part(1, 2))
	c.Accepted(tc.Operator, part(1, 3))
	c.Accepted(tc.Operator, part(0, 2)) // drops the three
	c.Refused(types.ErrProvePart, tc.Operator, part(2, 3))
	c.Accepted(tc.Operator, part(1, 2))
	if len(provenOf(c, tb.Day1).Books) != 1 {
		t.Error("expected the book to be proven")
	}
}

func TestAWholeThatWaitsIsDropped(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	whole := b.Whole(tb.Day1, 1)
	first, second := b.Prove(tb.Day1, 1), b.Prove(tb.Day1, 1)
	first.Parts, first.Bytes = 2, whole[:100]
	second.Part, second.Parts, second.Bytes = 1, 2, whole[100:]
	c.Accepted(tc.Operator, first)
	for range types.PartsBlocks {
		c.Block()
	}
	c.Refused(types.ErrProvePart, tc.Operator, second)
	c.Accepted(tc.Operator, first)
	c.Accepted(tc.Operator, second)
}

func TestADayThatIsNotProvenIsVoidAndTheNextGoesOn(t *testing.T) {
	b := tb.Load(t, "broken-link")
	c := b.Start(t)
	frozen := b.Days[tb.Day1].Roster.UnixS
	c.Time = time.Unix(frozen+types.VoidAfterS-1, 0).UTC()
	c.Block()
	c.Refused(types.ErrProveOrder, tc.Operator, b.Prove(tb.Day2, 1))
	if provenOf(c, tb.Day1).Void {
		t.Error("expected the day not to be void before its time")
	}
	c.After(time.Second)
	c.Refused(types.ErrVoid, tc.Operator, b.Prove(tb.Day1, 1))
	if !provenOf(c, tb.Day1).Void {
		t.Error("expected the day to be void")
	}
	c.Accepted(tc.Operator, b.Prove(tb.Day2, 1)) // whose links are free after a void day
}

func TestACopyPassesOverADayThatWasVoidWhenTheBookWasAnchored(t *testing.T) {
	b := tb.Load(t, "substituted")
	frozen := b.Days[tb.Day1].Roster.UnixS
	b.Days[tb.Day2].Roster.UnixS = frozen + types.VoidAfterS
	b.Days[tb.Day2].Anchors[0].UnixS = frozen + types.VoidAfterS
	c := b.Start(t)
	c.Refused(types.ErrBookCopies, tc.Operator, b.Prove(tb.Day2, 1))
	b.Days[tb.Day2].Anchors[0].UnixS--
	c = b.Start(t)
	c.Accepted(tc.Operator, b.Prove(tb.Day2, 1))
}

func TestAProofComesAlone(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	c.Refused(txerrors.ErrTxMessages, tc.Operator, b.Prove(tb.Day1, 1), tc.SetTariff(tb.Day2+30))
	large := b.Prove(tb.Day1, 1)
	large.Bytes = make([]byte, types.ProveBytes)
	c.Refused(txerrors.ErrTxSize, tc.Operator, large)
}

func TestABlockHasSixteenTransactionsWithProofs(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	judged := func(mode sdk.ExecMode, before uint32) error {
		ctx, _ := c.Context().WithChainID(c.ID).WithExecMode(mode).CacheContext()
		if err := c.App.Meters.ProofsNow.Set(ctx, before); err != nil {
			t.Fatal(err)
		}
		return c.App.Meters.Check(ctx, b.Prove(tb.Day1, 1))
	}
	for _, mode := range []sdk.ExecMode{sdk.ExecModePrepareProposal, sdk.ExecModeProcessProposal, sdk.ExecModeFinalize} {
		if err := judged(mode, types.ProofsPerBlock-1); err != nil {
			t.Errorf("expected room for a sixteenth transaction with proofs, got %v", err)
		}
		if err := judged(mode, types.ProofsPerBlock); !errors.Is(err, types.ErrProofsPerBlock) {
			t.Errorf("expected no room for a seventeenth transaction with proofs, got %v", err)
		}
	}
	if err := judged(sdk.ExecModeCheck, types.ProofsPerBlock); err != nil {
		t.Errorf("expected one to wait for its block, got %v", err)
	}
}

// Each block counts anew, and counts each once.
func TestTransactionsWithProofsAreCounted(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	second := b.Prove(tb.Day2, 1)
	txs := [][]byte{c.Tx(tc.Operator, b.Prove(tb.Day1, 1)), c.TxWith(tc.Operator, 1, nil, second)}
	c.Block(txs...)
	if len(provenOf(c, tb.Day2).Books) != 1 {
		t.Error("expected two books to be proven in one block")
	}
	if any, err := c.App.Meters.ProofsNow.Has(c.Context()); err != nil || any {
		t.Errorf("expected the next block to begin at nothing, got %v, %v", any, err)
	}
}

// After a proof that failed the signer waits for a block: only where this node alone decides.
func TestANodeLooksAtOneFailingProofOfASignerAndBlock(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	bad := b.Prove(tb.Day1, 1)
	atEnd(32, 0x40)(bad)
	check := func(m *types.MsgProveBook) *abci.ResponseCheckTx {
		response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: c.Tx(tc.Operator, m)})
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	if r := check(bad); !tc.Is(types.ErrProof, r.Codespace, r.Code) {
		t.Fatalf("expected the proof to fail, got %v", r)
	}
	good := b.Prove(tb.Day1, 1)
	if r := check(good); !tc.Is(types.ErrProofsTried, r.Codespace, r.Code) {
		t.Errorf("expected the next one to wait for a block, got %v", r)
	}
	if !c.Accepts(c.Tx(tc.Operator, good)) {
		t.Error("expected what somebody else has proposed to be judged by itself")
	}
	c.Block()
	c.Accepted(tc.Operator, good)
}

func TestASimulationVerifiesNoProof(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	bad := b.Prove(tb.Day1, 1)
	atEnd(32, 0x40)(bad)
	simulate := func(m *types.MsgProveBook) error {
		_, _, err := c.App.Simulate(c.TxWith(tc.Operator, 0, func(client.TxBuilder) {}, m))
		return err
	}
	if err := simulate(bad); err != nil {
		t.Errorf("expected no look at the proofs, got %v", err)
	}
	bad.Bytes = bad.Bytes[1:]
	if err := simulate(bad); err == nil {
		t.Error("expected the other rules to hold")
	}
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
}

func TestProvenBooksGoThroughAnExport(t *testing.T) {
	b := tb.Load(t, "honest")
	c := b.Start(t)
	c.Accepted(tc.Operator, b.Prove(tb.Day1, 1))
	g, err := c.App.Meters.ExportGenesis(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Proving.Books) != 1 || len(g.Proving.Links) != 13 {
		t.Fatalf("expected one book and 13 links, got %v", g.Proving)
	}
	doc := tc.Document(t, *g)
	doc.ChainID, doc.GenesisTime, doc.InitialHeight = c.ID, c.Time.Add(time.Minute), c.Height+1
	if err := app.CheckGenesis(doc); err != nil {
		t.Fatal(err)
	}
	next, err := tc.TryStart(t, doc)
	if err != nil {
		t.Fatal(err)
	}
	next.Refused(types.ErrProven, tc.Operator, b.Prove(tb.Day1, 1))
	next.Accepted(tc.Operator, b.Prove(tb.Day2, 1))
}

// The state of a chain that proves nothing, and its genesis, are those of a chain that could not.
func TestAChainThatProvesNothingSaysNothingOfIt(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	g, err := c.App.Meters.ExportGenesis(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := types.GenesisJSON(c.App.Encoding().Codec, *g)
	if err != nil {
		t.Fatal(err)
	}
	if g.Proving != nil || strings.Contains(string(raw), "proving") {
		t.Errorf("expected nothing of proven books, got %v", g.Proving)
	}
}
