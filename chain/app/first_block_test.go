package app_test

import (
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"electra/app"
	tc "electra/internal/testchain"
)

// At height 0 the SDK verifies signatures for account number 0, and a recheck verifies none: what was signed so, and let in before
// the first block, would wait at the head of every mempool for ever, and be in no block. So nothing gets in before it.
func TestNothingEntersBeforeTheFirstBlock(t *testing.T) {
	state := tc.State(4)
	c := tc.Start(t, state)
	meter := tc.Meter(2)
	zero := uint64(0)
	good := honest(c, meter, tc.CloseDay(meter, yesterday))
	properly := good.signed(c, meter)
	forZero := honest(c, meter, tc.CloseDay(meter, yesterday))
	forZero.account = &zero
	genesisOnly := forZero.signed(c, meter)

	fresh, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), nil, baseapp.SetChainID(tc.ID))
	must(t, err)
	_, err = fresh.InitChain(app.InitChainOf(tc.Document(t, state)))
	must(t, err)
	for name, tx := range map[string][]byte{"for account number 0": genesisOnly, "for its account": properly} {
		response, err := fresh.CheckTx(&abci.RequestCheckTx{Tx: tx})
		if err == nil && response.Code == 0 {
			t.Errorf("%s: expected a transaction before the first block to be refused", name)
		}
	}
	// Afterwards the one is good nowhere, and the other is.
	check(t, c, genesisOnly, sdkerrors.ErrUnauthorized)
	check(t, c, properly, nil)
	if c.Accepts(genesisOnly) {
		t.Error("expected a proposal with it to be rejected")
	}
}
