package app_test

import (
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	tb "electra/internal/testbook"
	tc "electra/internal/testchain"
)

// Gas costs nobody anything, but the gas that a transaction used is part of the results whose hash the next header
// carries. A node that reads the store once more than the others forks off: such a change is a new version of the
// chain, and these numbers say when that happens.
func TestTheGasOfEveryMessageStaysAsItIs(t *testing.T) {
	c := tc.Start(t, tc.State(4))
	meter, member := tc.Meter(1), tc.Member(1)
	for _, step := range []struct {
		name    string
		signer  tc.Party
		message sdk.Msg
		gas     int64
	}{
		{"EnrolMeter", tc.Operator, tc.EnrolValidator(tc.Meter(6), tc.Member(6), tc.Today+1), 157118},
		{"RetireMeter", tc.Operator, tc.RetireMeter(tc.Meter(2), tc.Today+2), 90165},
		{"PublishNodeKey", tc.Operator, tc.PublishNodeKey(2), 42382},
		{"SetTariff", tc.Operator, tc.SetTariff(tc.Today + 1), 69671},
		{"SetPrices", tc.Operator, tc.SetPrices(tc.Slot(tc.Today+1, 0), 4), 50951},
		{"Report", meter, tc.Report(meter, tc.Slot(yesterday, 0)), 55032},
		{"CloseDay", meter, tc.CloseDay(meter, yesterday), 49607},
		{"NoBill", member, tc.NoBill(member, meter, yesterday), 74256},
		{"WithdrawNoBill", member, tc.WithdrawNoBill(member, meter, yesterday), 55626},
		{"DisputeDay", tc.Operator, tc.DisputeDay(meter, yesterday), 58469},
		{"AnchorBook", tc.Operator, tc.AnchorBook(yesterday, 1), 40441},
		{"SetConsensusKey", tc.Operator, tc.SetConsensusKey(tc.Meter(5), "a key for five"), 69707},
		{"VetoValidator", meter, tc.VetoValidator(meter, tc.Meter(5), false), 59858},
		{"LeaveValidators", meter, tc.LeaveValidators(meter), 55960},
	} {
		if step.name == "DisputeDay" {
			freezeYesterday(c)
		}
		if got := c.Block(c.Tx(step.signer, step.message))[0].GasUsed; got != step.gas {
			t.Errorf("%s: expected %d, got %d", step.name, step.gas, got)
		}
	}
}

// Of a book with its proofs, whether or not a node knows their verdict.
func TestTheGasOfAProvenBookStaysAsItIs(t *testing.T) {
	const gas = int64(378425)
	b := tb.Forged(t, 5)
	c := b.Start(t)
	if got := c.Block(c.Tx(tc.Operator, b.Prove(tb.Day1, 1)))[0].GasUsed; got != gas {
		t.Errorf("in four doors: expected %d, got %d", gas, got)
	}
	unseen := b.Start(t)
	if got := unseen.Finalize(unseen.Tx(tc.Operator, b.Prove(tb.Day1, 1)))[0].GasUsed; got != gas {
		t.Errorf("unseen before: expected %d, got %d", gas, got)
	}
}

func freezeYesterday(c *tc.Chain) {
	for range 3 {
		c.Block()
	}
	c.After(6 * time.Hour)
}
