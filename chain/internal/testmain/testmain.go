// Package testmain runs the main chain's application in memory, with the doors of testchain.
package testmain

import (
	"encoding/json"
	"maps"
	"testing"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"electra/app"
	tc "electra/internal/testchain"
	"electra/mainapp"
	metertypes "electra/x/meter/types"
)

// ID is the chain id of every main chain of tests.
const ID = "electra-main-5eed0002"

// Chain is a main chain and its keepers.
type Chain struct {
	*tc.Chain
	Main *mainapp.App
}

// Start begins a main chain from a state of its meters and of some further modules; the others have their default.
func Start(t testing.TB, state metertypes.GenesisState, others map[string]json.RawMessage) *Chain {
	t.Helper()
	c, err := TryStart(t, Document(t, state, others))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Document is the genesis file of states.
func Document(t testing.TB, state metertypes.GenesisState, others map[string]json.RawMessage) *genutiltypes.AppGenesis {
	t.Helper()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	kind := mainapp.Kind()
	if err := kind.RegisterTypes(enc); err != nil {
		t.Fatal(err)
	}
	all := kind.DefaultStates(enc.Codec)
	maps.Copy(all, others)
	return tc.DocumentOf(t, ID, state, all)
}

// TryStart begins a main chain, or says why it does not begin.
func TryStart(t testing.TB, doc *genutiltypes.AppGenesis) (*Chain, error) {
	t.Helper()
	return TryStartOn(t, doc, dbm.NewMemDB())
}

// TryStartOn is TryStart on a database of the test's.
func TryStartOn(t testing.TB, doc *genutiltypes.AppGenesis, db dbm.DB) (*Chain, error) {
	t.Helper()
	a, err := mainapp.New(log.NewNopLogger(), db, nil, baseapp.SetChainID(doc.ChainID))
	if err != nil {
		t.Fatal(err)
	}
	c, err := tc.TryStartOn(t, doc, a.App, db)
	if err != nil {
		return nil, err
	}
	return &Chain{c, a}, nil
}
