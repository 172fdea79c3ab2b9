package app_test

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"

	errorsmod "cosmossdk.io/errors"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	tc "electra/internal/testchain"
)

// FuzzTransactions lets nothing that a stranger can send panic, in whichever door. Seeds: honest transactions, what hid
// bytes, and what made the SDK's accessors panic. `go test ./app -run - -fuzz FuzzTransactions -fuzztime 10m` looks further.
func FuzzTransactions(f *testing.F) {
	c := tc.Start(f, tc.State(4))
	meter := tc.Meter(1)
	f.Add(c.Tx(meter, tc.Report(meter, tc.Slot(yesterday, 0)), tc.CloseDay(meter, yesterday)))
	f.Add(c.Tx(tc.Operator, tc.SetTariff(tc.Today+1), tc.PublishNodeKey(2)))
	for _, make := range panics {
		f.Add(malformed(c, meter, make(meter)))
	}
	for _, test := range hiding {
		message := tc.Report(meter, tc.Slot(yesterday, 1))
		p := honest(c, meter, message)
		test.hide(p, meter, message)
		f.Add(p.signed(c, meter))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		c.T = t
		response, err := c.App.CheckTx(&abci.RequestCheckTx{Tx: raw})
		if err != nil || panicked(response.Codespace, response.Code, response.Log) {
			t.Fatalf("CheckTx: %v, %v", response, err)
		}
		if _, _, err := c.App.Simulate(raw); errorsmod.IsOf(err, sdkerrors.ErrPanic) {
			t.Fatalf("simulation: %v", err)
		}
		proposed := c.Propose(raw)
		if response.Code != 0 && (len(proposed) != 0 || c.Accepts(raw)) {
			t.Fatalf("expected what CheckTx refuses (%s %d) to be in no block", response.Codespace, response.Code)
		}
	})
}
