package app_test

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// Two transactions of one block meet each other's effects: in the mempool, in the proposal, in its judgement.
func TestTransactionsOfABlockMeetEachOther(t *testing.T) {
	slot := tc.Slot(yesterday, 0)
	t.Run("one meter cannot report a slot in two transactions", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		meter := tc.Meter(1)
		first, second := c.Tx(meter, tc.Report(meter, slot)), c.TxWith(meter, 1, nil, tc.Report(meter, slot))
		other := c.TxWith(meter, 1, nil, tc.Report(meter, slot+1))
		check(t, c, first, nil)
		check(t, c, second, types.ErrSlotUsed)
		if got := c.Propose(first, second, other); len(got) != 2 || string(got[1]) != string(other) {
			t.Fatalf("expected the proposer to leave out the second, got %d transactions", len(got))
		}
		if c.Accepts(first, second) {
			t.Fatal("expected a proposal of both to be rejected")
		}
		if !c.Accepts(first, other) {
			t.Fatal("expected a proposal of different slots to be accepted")
		}
		for i, r := range c.Finalize(first, second) { // what two thirds of Byzantine validators could still do
			if (i == 0) != (r.Code == 0) {
				t.Fatalf("transaction %d: code %d", i, r.Code)
			}
		}
	})
	t.Run("a report can use the epoch that the same block publishes", func(t *testing.T) {
		c := tc.Start(t, tc.State(4))
		report := tc.Report(tc.Meter(1), slot)
		report.KeyEpoch = 2
		sealed := c.Tx(tc.Meter(1), report)
		published := c.Tx(tc.Operator, tc.PublishNodeKey(2))
		if c.Accepts(sealed, published) {
			t.Fatal("expected the report before the key to be rejected")
		}
		c.Block(published, sealed)
	})
}

func check(t *testing.T, c *tc.Chain, tx []byte, want interface {
	Codespace() string
	ABCICode() uint32
}) {
	t.Helper()
	response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: tx})
	if err != nil {
		t.Fatal(err)
	}
	if want == nil {
		if response.Code != 0 {
			t.Fatalf("%s %d: %s", response.Codespace, response.Code, response.Log)
		}
		return
	}
	if response.Codespace != want.Codespace() || response.Code != want.ABCICode() {
		t.Fatalf("expected %v, got %s %d: %s", want, response.Codespace, response.Code, response.Log)
	}
}

func TestAProposalWithWhatCannotBeDecodedIsRejected(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	good := c.Tx(tc.Meter(1), reports(tc.Meter(1), 1)...)
	for name, bad := range map[string][]byte{"nothing": {}, "noise": {0xff, 0x00, 0x17}, "half a transaction": good[:len(good)/2],
		"a byte too many": append(append([]byte{}, good...), 0)} {
		if c.Accepts(bad) {
			t.Errorf("%s: expected the proposal to be rejected", name)
		}
		if got := c.Propose(bad, good); len(got) != 1 || string(got[0]) != string(good) {
			t.Errorf("%s: expected the proposer to go on with the next, got %d transactions", name, len(got))
		}
	}
	if !c.Accepts(good) {
		t.Error("expected the good transaction alone to be accepted")
	}
	results := c.Finalize([]byte{0xff}, good)
	if results[0].Code == 0 || results[1].Code != 0 {
		t.Errorf("expected the first to fail and the second to count, got %d and %d", results[0].Code, results[1].Code)
	}
}

func TestAProposalStaysWithinItsBytes(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	var txs [][]byte
	for n := 1; n <= 5; n++ {
		txs = append(txs, c.Tx(tc.Meter(n), reports(tc.Meter(n), 20)...))
	}
	response, err := c.App.PrepareProposal(&abci.RequestPrepareProposal{Height: c.Height + 1, Time: c.Time, Txs: txs,
		MaxTxBytes: int64(3*len(txs[0]) + 100)})
	if err != nil || len(response.Txs) != 3 {
		t.Fatalf("expected 3 transactions, got %d, %v", len(response.Txs), err)
	}
}

// What waits in the mempool is judged again after each block.
func TestARecheckDropsWhatHasExpired(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter := tc.Meter(1)
	waiting := c.Tx(meter, tc.CloseDay(meter, yesterday))
	check(t, c, waiting, nil)
	c.Accepted(tc.Operator, tc.PublishNodeKey(2))
	recheck := func() uint32 {
		response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: waiting, Type: abci.CheckTxType_Recheck})
		if err != nil {
			t.Fatal(err)
		}
		return response.Code
	}
	if code := recheck(); code != 0 {
		t.Fatalf("expected it to be still good, got %d", code)
	}
	c.After(24 * time.Hour) // epoch 1 is over
	if code := recheck(); code != types.ErrKeyEpochExpired.ABCICode() {
		t.Fatalf("expected code %d, got %d", types.ErrKeyEpochExpired.ABCICode(), code)
	}
}
