package app_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	gogoproto "github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/types/msgservice"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tc "electra/internal/testchain"
	"electra/x/meter/types"
)

// One recorded history of every kind of message, over a month of chain clock, gives one app hash per block,
// however often it is run.
func TestTwoRunsOfOneHistoryAgree(t *testing.T) {
	first, second := history(t, 1), history(t, 1)
	if len(first) != len(second) {
		t.Fatalf("%d and %d blocks", len(first), len(second))
	}
	for i := range first {
		if !bytes.Equal(first[i], second[i]) {
			t.Fatalf("block %d: %x and %x", i, first[i], second[i])
		}
	}
	if other := history(t, 2); bytes.Equal(first[len(first)-1], other[len(other)-1]) {
		t.Fatal("expected another history to give another state")
	}
}

func history(t *testing.T, seed uint64) [][]byte {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 0))
	state := tc.State(6)
	state.Params.LateS = 10 * 86400
	c := tc.Start(t, state)
	var hashes [][]byte
	accepted := 0
	for step := range 130 {
		c.Time = c.Time.Add(6 * time.Hour)
		today := types.DayOf(c.Now())
		var txs [][]byte
		offer := func(signer tc.Party, messages ...sdk.Msg) { txs = append(txs, c.Tx(signer, messages...)) }
		for n := 1; n <= 7; n++ {
			if random.IntN(3) > 0 {
				offer(tc.Meter(n), tc.CloseDay(tc.Meter(n), today-1-random.Uint32N(2)), tc.Report(tc.Meter(n), tc.Slot(today, 0)-1-random.Uint32N(9)))
			}
		}
		switch step % 8 {
		case 1:
			offer(tc.Operator, tc.EnrolValidator(tc.NewParty(string(rune('a'+step%26))+"new"), tc.Member(1), today+1+random.Uint32N(9)))
		case 3:
			offer(tc.Operator, tc.AnchorBook(today-2, 1), tc.DisputeDay(tc.Meter(1), today-2))
		case 4:
			offer(tc.Operator, tc.AnchorBook(today-2, 1))
			offer(tc.Member(2), tc.NoBill(tc.Member(2), tc.Meter(2), today-1))
		case 6:
			offer(tc.Operator, tc.RetireMeter(tc.Meter(1+random.IntN(6)), today+20))
			offer(tc.Member(2), tc.WithdrawNoBill(tc.Member(2), tc.Meter(2), today-2))
		case 7:
			meter := tc.Meter(1 + random.IntN(4))
			offer(meter, tc.VetoValidator(meter, tc.Meter(1+random.IntN(6)), random.IntN(2) == 0))
			offer(tc.Meter(4), tc.LeaveValidators(tc.Meter(4)))
			offer(tc.Operator, tc.SetConsensusKey(tc.Meter(4), string(rune('a'+step%26))+"again"))
		}
		proposal := c.Propose(txs...) // the proposer leaves out what the rules refuse
		if !c.Accepts(proposal...) {
			t.Fatalf("step %d: an honest proposal is rejected", step)
		}
		for i, result := range c.Finalize(proposal...) {
			if result.Code != 0 {
				t.Fatalf("step %d: transaction %d of an accepted block: %s %d: %s", step, i, result.Codespace, result.Code, result.Log)
			}
		}
		accepted += len(proposal)
		hashes = append(hashes, c.AppHash())
	}
	if accepted < 150 {
		t.Fatalf("expected a history with many transactions, got %d", accepted)
	}
	return hashes
}

func TestEveryMessageNamesItsSigner(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	if err := c.App.Encoding().Registry.SigningContext().Validate(); err != nil {
		t.Fatal(err)
	}
	files, err := gogoproto.MergedRegistry()
	if err != nil {
		t.Fatal(err)
	}
	if err := msgservice.ValidateProtoAnnotations(files); err != nil {
		t.Fatal(err)
	}
}
